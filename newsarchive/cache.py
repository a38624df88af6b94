"""A shared cache that the archive can do without."""

import logging

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

# Within a request: longer than a Redis nearby ever takes, and short enough to do without it.
_SECONDS = 0.5
logger = logging.getLogger("django.cache")


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache. While Redis can't be reached, nothing is found in it and nothing kept, and the log tells."""

    def __init__(self, server, params):
        options = {"socket_connect_timeout": _SECONDS, "socket_timeout": _SECONDS}
        super().__init__(server, params | {"OPTIONS": options})

    def get(self, key, default=None, version=None):
        try:
            return super().get(key, default, version)
        except RedisError as error:
            logger.warning("Nothing was read from the cache: %s", error)
            return default

    def add(self, *args, **options):
        try:
            return super().add(*args, **options)
        except RedisError as error:
            logger.warning("Nothing was written to the cache: %s", error)
            return False

    def set(self, *args, **options):
        try:
            super().set(*args, **options)
        except RedisError as error:
            logger.warning("Nothing was written to the cache: %s", error)
