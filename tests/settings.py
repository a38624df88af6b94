"""The archive's settings, but for what would need `collectstatic` first or make tests slow."""

import os

from newsarchive.settings import *  # noqa: F403
from newsarchive.settings import DATABASES

# Each run has databases of its own, so that two at once on one server don't disturb each other.
_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
DATABASES["default"]["TEST"] = {"NAME": f"test_newsarchive_{_RUN}"}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Every page is made anew, and its queries are its own; tests/test_page_cache.py looks at what is kept.
MIDDLEWARE = [each for each in MIDDLEWARE if each != "articles.page_cache.page_cache"]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# On a busy machine too, tests find all that there is.
SEARCH_SECONDS = 60
