"""What a Jekyll site leaves out, or takes in, by `exclude` and `include` in its `_config.yml`
(jekyllrb.com/docs/configuration/options).

Patterns are matched as Jekyll's `EntryFilter` does it: relative to the site's folder, with `*` standing for slashes, too, and a
pattern leaves out whatever begins with it.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

import yaml

# Jekyll reads one configuration, of these the first that is there. One in TOML isn't followed.
CONFIGURATIONS = ("_config.yml", "_config.yaml")
LEFT_OUT = "is left out by exclude in its site's _config.yml"
_MAX_BYTES = 1024 * 1024
# Each is tried on every file.
_MAX_PATTERNS = 1000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class SiteRules:
    """Paths are below the site's folder, without a slash at either end."""

    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()

    def excludes(self, path: str) -> bool:
        return _match(self.exclude, path) and not self.includes(path)

    def includes(self, path: str) -> bool:
        return _match(self.include, path) or _match(self.include, path.rpartition("/")[2])


def _match(patterns, path):
    return any(fnmatchcase(path, pattern) or path.startswith(pattern) or pattern == f"{path}/" for pattern in patterns)


def read_rules(content: bytes) -> SiteRules:
    """The rules in a configuration. Raises ValueError with the reason why they can't be followed."""
    if len(content) > _MAX_BYTES:
        raise ValueError(f"is larger than {_MAX_BYTES:,} bytes")
    try:
        return SiteRules(**{key: _bounded(key, patterns) for key, patterns in _lists(content).items()})
    except yaml.YAMLError as error:
        raise ValueError(f"is not YAML ({str(error).splitlines()[0]})") from None


def _lists(content) -> dict[str, list[str]]:
    """`exclude` and `include`, as far as they are there. Events are read one by one, so nothing is too deep, and no alias is
    followed.
    """
    lists, depth, key, patterns = {}, 0, None, None
    for event in yaml.parse(content, Loader=_LOADER):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif depth == 1 and isinstance(event, yaml.NodeEvent):
            patterns = None
            if key is None:
                key = getattr(event, "value", "")
            else:
                if key in ("exclude", "include"):
                    patterns = lists[key] = _begin(key, event)
                key = None
        elif depth == 2 and patterns is not None and isinstance(event, yaml.ScalarEvent):
            patterns.append(event.value)
        elif depth == 0 and isinstance(event, yaml.NodeEvent) and not isinstance(event, yaml.MappingStartEvent):
            return {}
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
    return lists


def _begin(key, event):
    is_nothing = isinstance(event, yaml.ScalarEvent) and not event.style and event.value in ("", "~", "null")
    if not is_nothing and not isinstance(event, yaml.SequenceStartEvent):
        raise ValueError(f"has an {key} that is no list")
    return []


def _bounded(key, patterns):
    patterns = tuple(bare for pattern in patterns if (bare := pattern.lstrip("/")))
    if len(patterns) > _MAX_PATTERNS:
        raise ValueError(f"has an {key} of more than {_MAX_PATTERNS:,} patterns")
    return patterns
