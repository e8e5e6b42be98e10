"""What a store follows, as the settings say."""

from collections.abc import Sequence

from twinhaus.query.fields import read_field
from twinhaus.settings import BadSetting, Settings
from twinhaus.storage.paths import EVERY_PATH, IndexedPaths
from twinhaus.storage.sql.following import Following

_EVERYTHING = "*"  # Which no property can be called.


def followed(settings: Settings) -> Following:
    """Which relationships locations follow, and what the index of properties does. Raises BadSetting."""
    return Following(settings.containment, _indexed(settings))


def _indexed(settings: Settings) -> IndexedPaths | None:
    """The paths that are to be indexed; None where no setting says."""
    if not settings.index_only and not settings.index_except:
        return None
    only = () if _EVERYTHING in settings.index_only else settings.index_only
    return IndexedPaths(_paths("index_only", only), _paths("index_except", settings.index_except))


def _paths(setting: str, fields: Sequence[str]) -> tuple[str, ...]:
    """In one order, so that the same ones are the same setting."""
    found = set()
    for field in fields:
        keys = read_field(field)
        path = EVERY_PATH.text_of(keys) if isinstance(keys, tuple) else None
        if path is None:
            raise BadSetting(f"{setting}: {field!r} is no path in contents, as area.grossArea is one.")
        found.add(path)
    return tuple(sorted(found))
