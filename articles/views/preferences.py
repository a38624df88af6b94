"""How a reader wants the pages: kept in cookies, so that no address says it."""

from django import forms
from django.conf import settings
from django.http.response import HttpResponseRedirectBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..scripts import Script

# What takes a choice back: the article's own script, the device's own theme.
UNCHOSEN = "own"


class SeeOther(HttpResponseRedirectBase):
    """The answer to a form is another page (RFC 9110, 15.4.4)."""

    status_code = 303


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    script = forms.ChoiceField(choices=[(each, each) for each in (UNCHOSEN, *filter(None, Script))], required=False)
    theme = forms.ChoiceField(choices=[(each, each) for each in (UNCHOSEN, *settings.THEMES)], required=False)
    next = forms.CharField(required=False, empty_value="/")

    def clean_next(self):
        """Back to where the reader was, and nowhere outside."""
        path = self.cleaned_data["next"]
        return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"


_COOKIES = {
    "language": settings.LANGUAGE_COOKIE_NAME,
    "script": settings.SCRIPT_COOKIE_NAME,
    "theme": settings.THEME_COOKIE_NAME,
}


# Without a token the pages stay the same for everybody; what a stranger's form could do is change how pages look.
@csrf_exempt
@require_POST
def preferences(request):
    """Keep what was chosen, and show the page again. What makes no sense is passed over."""
    form = PreferencesForm(request.POST)
    form.is_valid()
    response = SeeOther(form.cleaned_data.get("next", "/"))
    for name, cookie in _COOKIES.items():
        choice = form.cleaned_data.get(name)
        if choice == UNCHOSEN:
            response.delete_cookie(cookie)
        elif choice:
            _keep(response, cookie, choice)
    return response


def _keep(response, name, value):
    response.set_cookie(
        name,
        value,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
