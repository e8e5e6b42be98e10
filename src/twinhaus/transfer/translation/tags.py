"""Which model a record of Project Haystack stands for: the most special of those whose markers it has."""

from twinhaus.dtdl import Registry
from twinhaus.transfer.translation.classes import By, Counterpart, Kind
from twinhaus.transfer.translation.table import Table

TAG = "urn:haystack:"  # What a tag is called among IRIs begins so.

# They say what a record can do, or that it is what its other markers say already.
_ASIDE = frozenset({"cur", "his", "writable", "point", "equip", "space", "hvac"})


class Tags:
    """The counterparts of sets of markers among the models that are loaded. A marker is an IRI, as any class."""

    def __init__(self, table: Table, registry: Registry) -> None:
        self._table = table
        self._entries = sorted(
            (
                (len(registry.ancestors(model_id)), len(markers), model_id, markers)
                for model_id, classes in table.classes.items()
                if model_id in registry
                for markers in (frozenset(table.short(class_).split()) for class_ in classes)
            ),
            key=lambda entry: entry[:3],
            reverse=True,
        )
        self._kinds: dict[tuple[str, ...], Kind | None] = {}

    def kind_of(self, classes: tuple[str, ...]) -> Kind | None:
        """What a record with these markers is; None where no model fits."""
        if classes not in self._kinds:
            self._kinds[classes] = self._choose(classes)
        return self._kinds[classes]

    def written(self, classes: tuple[str, ...]) -> str:
        """The markers as one word."""
        return "-".join(sorted(self._table.short(class_) for class_ in classes))

    def _choose(self, classes: tuple[str, ...]) -> Kind | None:
        given = {self._table.short(class_) for class_ in classes}
        for *_, model_id, markers in self._entries:
            if markers <= given:
                by = By.TABLE if given - markers <= _ASIDE else By.MARKERS
                return Kind(self.written(classes), Counterpart(model_id, by))
        return None
