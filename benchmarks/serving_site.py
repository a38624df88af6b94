"""The archive with an empty page beside it, as `benchmarks/serving.py` has gunicorn serve it.

With UNCACHED=1 no page is kept, so every one is made anew, all middleware as it is.
"""

import os

from django.conf import settings
from django.http import HttpResponse
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
if os.environ.get("UNCACHED"):
    settings.CACHES["default"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

from newsarchive.wsgi import application

__all__ = ["application"]

from newsarchive.urls import urlpatterns

urlpatterns.insert(0, path("empty/", lambda request: HttpResponse("empty")))
