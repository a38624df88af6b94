from django.conf import settings
from django.utils.cache import patch_vary_headers

from .scripts import Script, chosen_for


def reader_preferences(get_response):
    """Show pages as their reader chose (articles.views.preferences), and tell caches that they differ by it."""

    def middleware(request):
        try:
            script = Script(request.COOKIES.get(settings.SCRIPT_COOKIE_NAME, ""))
        except ValueError:
            script = Script.ORIGINAL
        with chosen_for(script):
            response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response

    return middleware
