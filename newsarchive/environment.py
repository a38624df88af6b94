"""Settings from environment variables. A bad value stops the start and names the variable."""

import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


def env_bool(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise ImproperlyConfigured(f"{name}={value!r}: expected 1 or 0.")


def env_int(name: str, default: int) -> int:
    """A positive whole number."""
    value = os.environ.get(name)
    if not value:
        return default
    if value.isascii() and value.isdigit() and int(value) > 0:
        return int(value)
    raise ImproperlyConfigured(f"{name}={value!r}: expected a positive whole number.")


def env_text(name: str) -> str:
    return os.environ.get(name, "").strip()


def env_list(name: str) -> list[str]:
    """Values parted by commas."""
    return [part.strip() for part in env_text(name).split(",") if part.strip()]


def env_url(name: str, schemes: set[str]) -> str:
    """An address with one of these schemes, or an empty string where the variable isn't set."""
    value = env_text(name)
    if value and urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(f"{name} has to begin with {' or '.join(f'{each}://' for each in sorted(schemes))}.")
    return value


def required(name: str, purpose: str, read=env_text):
    """What `read` makes of a variable that has to be set."""
    value = read(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is missing: production needs {purpose}.")
    return value
