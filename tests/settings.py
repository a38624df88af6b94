"""The archive's settings, but for what would need `collectstatic` first or make tests slow."""

from newsarchive.settings import *  # noqa: F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# On a busy machine too, tests find all that there is.
SEARCH_SECONDS = 60
