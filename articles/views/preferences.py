"""How a reader wants the pages: kept in cookies, so that no address says it."""

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..scripts import Script

# "" can't be told from a script that wasn't chosen now.
ORIGINAL = "original"
SCRIPTS = [(ORIGINAL, ORIGINAL), *((script.value, script.value) for script in Script if script)]


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    script = forms.ChoiceField(choices=SCRIPTS, required=False)
    next = forms.CharField(required=False, empty_value="/")

    def clean_next(self):
        """Back to where the reader was, and nowhere outside."""
        path = self.cleaned_data["next"]
        return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"


# Without a token the pages stay the same for everybody; what a stranger's form could do is change how pages look.
@csrf_exempt
@require_POST
def preferences(request):
    """Keep what was chosen, and show the page again. What makes no sense is passed over."""
    form = PreferencesForm(request.POST)
    form.is_valid()
    chosen = form.cleaned_data
    response = HttpResponse(status=303, headers={"Location": chosen.get("next", "/")})
    if chosen.get("language"):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen["language"])
    if chosen.get("script") == ORIGINAL:
        response.delete_cookie(settings.SCRIPT_COOKIE_NAME)
    elif chosen.get("script"):
        _keep(response, settings.SCRIPT_COOKIE_NAME, chosen["script"])
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
