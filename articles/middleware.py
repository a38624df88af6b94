from django.conf import settings
from django.utils.cache import patch_vary_headers

from .scripts import Script, chosen_for


def reader_preferences(get_response):
    """Show pages as their reader chose (articles.views.preferences), and tell caches that they differ by it.

    Sets `request.theme`: "light", "dark", or empty where the reader left it to the device.
    """

    def middleware(request):
        theme = request.COOKIES.get(settings.THEME_COOKIE_NAME)
        request.theme = theme if theme in settings.THEMES else ""
        with chosen_for(_script(request.COOKIES.get(settings.SCRIPT_COOKIE_NAME, ""))):
            response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


def _script(cookie):
    try:
        return Script(cookie)
    except ValueError:
        return Script.ORIGINAL
