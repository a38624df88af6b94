"""Settings, read from the environment; README.md has the table of variables."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from .environment import env_bool, env_int, env_list, env_text, env_url, required

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

PRODUCTION = env_bool("PRODUCTION")
DEBUG = env_bool("DEBUG")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG=1 shows settings and code to every visitor: it can't go with PRODUCTION=1.")


def _development_secret():
    """A secret of this checkout's own, made once."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(exist_ok=True)
        # Of two processes that start at once, the one that links its file first makes the secret of both.
        with NamedTemporaryFile("w", dir=VAR_DIR) as file, suppress(FileExistsError):
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.link(file.name, path)
    return path.read_text()


if PRODUCTION:
    SECRET_KEY = required("SECRET_KEY", "a long random text, for instance from `openssl rand -base64 48`")
    ALLOWED_HOSTS = required("ALLOWED_HOSTS", "the host names that it is reached by, parted by commas", env_list)
else:
    SECRET_KEY = env_text("SECRET_KEY") or _development_secret()
    ALLOWED_HOSTS = env_list("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]

# The archive
SITE_NAME = env_text("SITE_NAME") or "News Archive"
ARCHIVE_PAGE_SIZE = 50
# Real posts have up to 700 kB; what is larger is most likely no post.
ARCHIVE_MAX_FILE_BYTES = env_int("ARCHIVE_MAX_FILE_BYTES", 32 * 1024**2)
# Bounds what a hostile archive can unpack to; it is read as a stream, so neither disk nor memory has to hold it.
ARCHIVE_MAX_UNPACKED_BYTES = env_int("ARCHIVE_MAX_UNPACKED_BYTES", 2 * 1024**3)
# Every tag costs a row that lists are built from.
ARCHIVE_MAX_TAGS = env_int("ARCHIVE_MAX_TAGS", 1000)
ARCHIVE_MAX_TITLE = env_int("ARCHIVE_MAX_TITLE", 1000)

# Search: what a reader types is a line, not a text; each term costs a look at every text that may hold it.
SEARCH_MAX_LENGTH = 500
SEARCH_MAX_TERMS = 20
# Hits are counted up to here; to know a larger number exactly helps no reader.
SEARCH_COUNT_BOUND = 10_000
# What a search may take in the database, all in all; what was found until then is shown.
SEARCH_SECONDS = 0.9

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "articles",
]

MIDDLEWARE = [
    "articles.middleware.no_body_for_head",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "articles.page_cache.page_cache",
    "csp.middleware.CSPMiddleware",
    "articles.middleware.readers_only_read",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "articles.middleware.reader_preferences",
    "articles.middleware.time_for_editors",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "articles.middleware.old_addresses",
]

ROOT_URLCONF = "newsarchive.urls"
WSGI_APPLICATION = "newsarchive.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Storage
DATABASE_URL = env_url("DATABASE_URL", {"postgres", "postgresql"})
if DATABASE_URL:
    try:
        DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
    except ValueError:
        DATABASES = {"default": {}}
    if not DATABASES["default"].get("NAME"):
        # The value isn't shown: it has a password.
        raise ImproperlyConfigured(
            "DATABASE_URL has to be postgres://user:password@host:port/name, what is special in a password percent-encoded."
        )
else:
    DATABASES = {
        "default": {"ENGINE": "newsarchive.embedded_postgres", "NAME": "newsarchive", "HOST": str(VAR_DIR / "postgres")},
    }
# A new connection costs more than most pages: each process keeps its own.
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env_url("CACHE_URL", {"redis", "rediss", "unix"})
CACHES = {
    "default": {"BACKEND": "newsarchive.cache.ForgivingRedisCache", "LOCATION": CACHE_URL}
    if CACHE_URL
    # In each process: as many pages as are read often, not as many as there are.
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 500}},
    # Which posts are related: a few numbers a post, asked for with every post. Local memory answers in a tenth of Redis' time.
    "related": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "related",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
}

# Language and time
LANGUAGE_CODE = "en"
# Each by its own name: whoever looks for a language can read that.
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE = PRODUCTION
SCRIPT_COOKIE_NAME = "script"
THEME_COOKIE_NAME = "theme"
THEMES = ["light", "dark"]
FORMAT_MODULE_PATH = "newsarchive.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = env_text("TIME_ZONE") or "UTC"
try:
    ZoneInfo(TIME_ZONE)
except (ZoneInfoNotFoundError, ValueError):
    raise ImproperlyConfigured(f"TIME_ZONE={TIME_ZONE!r}: expected a name such as Asia/Taipei.") from None

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Without collected files (tests, runserver) they are served from where they lie.
WHITENOISE_USE_FINDERS = not PRODUCTION

# Safety
LOGIN_REDIRECT_URL = "admin:index"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "font-src": [SELF],
        # Archived posts show images and sound from wherever they came.
        "img-src": [SELF, "https:", "http:", "data:"],
        "media-src": ["https:", "http:"],
        # The players that a click loads; see articles.importing.clean.
        "frame-src": ["https://www.youtube-nocookie.com", "https://player.vimeo.com"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    # Only behind a proxy that sets this header itself: otherwise any visitor could.
    if env_bool("BEHIND_PROXY"):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Errors go to stderr, in every mode.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING"}},
}
