from django.utils.cache import patch_vary_headers


def vary_by_preferences(get_response):
    """Tell caches that pages differ by what readers chose (articles.views.preferences)."""

    def middleware(request):
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response

    return middleware
