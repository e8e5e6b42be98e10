"""The table of units."""

from twinhaus.dtdl.extensions.units import CORE, quantities, unit_enums


def test_every_quantity_is_measured_in_a_known_unit_enum() -> None:
    """Each semantic type of each version names a unit enum of that version, and none is empty."""
    for version in (CORE, 1, 2, 3):
        enums = unit_enums(version)
        assert set(quantities(version).values()) <= enums.keys()
        assert all(enums.values())


def test_later_versions_only_add() -> None:
    """What one version of quantitativeTypes has, the next has too."""
    for older, newer in ((CORE, 1), (1, 2), (2, 3)):
        assert quantities(older).items() <= quantities(newer).items()
        for enum, names in unit_enums(older).items():
            assert set(names) <= set(unit_enums(newer)[enum])


def test_the_tables_have_the_size_the_language_gives_them() -> None:
    """DTDL v2 has 42 semantic types, quantitativeTypes;1 has 52 and ;3 has 61."""
    assert [len(quantities(version)) for version in (CORE, 1, 2, 3)] == [42, 52, 52, 61]
    assert unit_enums(1)["LengthUnit"].count("metre") == 1
