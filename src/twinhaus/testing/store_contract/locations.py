"""Locations: what is in a place, at any depth, after every kind of write."""

import pytest

from twinhaus.graph import CONTAINMENT_RELATIONSHIPS
from twinhaus.query.plan import Query
from twinhaus.testing.store_contract.graph import Contract, Graph


def located(graph: Graph, place: str) -> list[str]:
    """What is in a place."""
    return sorted(graph.ids(Query(location_id=place)))


class LocationContract(Contract):
    """The location filter. Here `site`, `level`, `room` and `desk` are in one another unless a test says otherwise."""

    @pytest.fixture
    def nested(self, graph: Graph) -> Graph:
        """A desk in a room on a level of a site."""
        graph.put_all("site", "level", "room", "desk")
        graph.relate_all("desk locatedIn room", "room isPartOf level", "level isPartOf site")
        return graph

    def test_a_place_holds_itself(self, graph: Graph) -> None:
        """A twin is in itself, and that is all there is in a twin nothing leads to; an unknown place holds nothing."""
        graph.put_all("a", "b")
        assert located(graph, "a") == ["a"]
        assert located(graph, "nowhere") == located(graph, "") == []

    def test_a_place_holds_what_is_in_it_at_any_depth(self, nested: Graph) -> None:
        """From part to whole, by any containment relationship, and never from whole to part."""
        assert located(nested, "site") == ["desk", "level", "room", "site"]
        assert located(nested, "room") == ["desk", "room"]
        assert located(nested, "desk") == ["desk"]

    def test_the_order_of_creation_does_not_matter(self, graph: Graph) -> None:
        """Joined from the bottom, from the top or in the middle last, the same twins are in the same places."""
        chains = {
            "up": ("a isPartOf b", "b isPartOf c", "c isPartOf d"),
            "down": ("c isPartOf d", "b isPartOf c", "a isPartOf b"),
            "middle": ("a isPartOf b", "c isPartOf d", "b isPartOf c"),
        }
        for name, triples in chains.items():
            graph.put_all(*(f"{letter}-{name}" for letter in "abcd"))
            for triple in triples:
                source, relationship, target = triple.split()
                graph.relate(f"{source}-{name}", relationship, f"{target}-{name}")
            for depth, place in enumerate("abcd"):
                expected = [f"{letter}-{name}" for letter in "abcd"[: depth + 1]]
                assert located(graph, f"{place}-{name}") == expected

    def test_only_containment_leads_to_a_place(self, nested: Graph) -> None:
        """Of what is related otherwise nothing is in the place."""
        nested.put("fan")
        nested.relate_all("fan serves room", "fan isFedBy level")
        assert "serves" not in CONTAINMENT_RELATIONSHIPS
        assert located(nested, "site") == ["desk", "level", "room", "site"]

    def test_a_twin_may_be_in_several_places(self, nested: Graph) -> None:
        """With two wholes it is in both and in all that is around them; it loses only the one it is taken from."""
        nested.put_all("east", "west")
        nested.relate_all("room isPartOf east", "room locatedIn west")
        for place in ("site", "east", "west"):
            assert {"room", "desk"} <= set(located(nested, place))
        nested.unrelate("room_isPartOf_level")
        assert located(nested, "site") == ["level", "site"]
        assert located(nested, "east") == ["desk", "east", "room"]
        assert located(nested, "west") == ["desk", "room", "west"]

    def test_what_is_led_there_by_two_ways_stays_by_one(self, nested: Graph) -> None:
        """A twin stays in a place as long as any chain of relationships leads there."""
        nested.put("wing")
        nested.relate_all("room isPartOf wing", "wing isPartOf site")
        nested.unrelate("room_isPartOf_level")
        assert located(nested, "site") == ["desk", "level", "room", "site", "wing"]
        nested.unrelate("wing_isPartOf_site")
        assert located(nested, "site") == ["level", "site"]

    def test_parallel_relationships_hold_one_another_up(self, nested: Graph) -> None:
        """Of two containment relationships between the same twins, one alone still holds."""
        nested.relate("room", "locatedIn", "level")
        nested.relate("room", "locatedIn", "level", substance="Air")
        for relationship in ("room_isPartOf_level", "room_locatedIn_level"):
            nested.unrelate(relationship)
            assert located(nested, "site") == ["desk", "level", "room", "site"]
        nested.unrelate("room_locatedIn_substance_Air_level")
        assert located(nested, "site") == ["level", "site"]

    def test_many_that_go_together_leave_what_others_hold(self, nested: Graph) -> None:
        """What several relationships located, deleted at once, is where the others lead, and nowhere else."""
        nested.put_all("other", "shelf")
        nested.relate_all(
            "room locatedIn level", "room isPartOf other", "desk isPartOf room", "shelf isPartOf desk"
        )
        gone = ("room_isPartOf_level", "room_isPartOf_other", "desk_locatedIn_room", "level_isPartOf_site")
        nested.unrelate(*gone)
        assert located(nested, "level") == ["desk", "level", "room", "shelf"]
        assert located(nested, "other") == ["other"]
        assert located(nested, "site") == ["site"]
        nested.unrelate("desk_isPartOf_room", "room_locatedIn_level")
        assert located(nested, "level") == ["level"]
        assert located(nested, "desk") == ["desk", "shelf"]

    def test_a_part_that_moves_takes_its_parts_along(self, nested: Graph) -> None:
        """Whether it is led to its new place before it leaves the old one, or after."""
        nested.put_all("other", "third")
        nested.relate("room", "isPartOf", "other")
        nested.unrelate("room_isPartOf_level")
        assert located(nested, "level") == ["level"]
        assert located(nested, "other") == ["desk", "other", "room"]
        nested.unrelate("room_isPartOf_other")
        nested.relate("room", "isPartOf", "third")
        assert located(nested, "other") == ["other"]
        assert located(nested, "third") == ["desk", "room", "third"]

    def test_a_cycle_is_harmless(self, nested: Graph) -> None:
        """Twins that are in one another are all in each place of theirs, until the ring is broken."""
        nested.relate("site", "locatedIn", "room")
        for place in ("site", "level", "room"):
            assert located(nested, place) == ["desk", "level", "room", "site"]
        assert located(nested, "desk") == ["desk"]
        nested.unrelate("level_isPartOf_site")
        assert located(nested, "site") == ["site"]
        assert located(nested, "level") == ["desk", "level", "room", "site"]
        assert located(nested, "room") == ["desk", "room", "site"]

    def test_a_ring_that_leaves_a_place_takes_nothing_for_its_own(self, nested: Graph) -> None:
        """Twins that only hold one another are no longer in the place their ring was taken from."""
        nested.put("twin")
        nested.relate_all("room isPartOf twin", "twin isPartOf room")
        assert "twin" in located(nested, "site")
        nested.unrelate("room_isPartOf_level")
        assert located(nested, "site") == ["level", "site"]
        assert located(nested, "twin") == located(nested, "room") == ["desk", "room", "twin"]

    def test_a_loop_changes_nothing(self, nested: Graph) -> None:
        """A twin that is in itself by a relationship is where it was, also when that is deleted."""
        nested.relate("room", "isPartOf", "room")
        assert located(nested, "level") == ["desk", "level", "room"]
        nested.unrelate("room_isPartOf_room")
        assert located(nested, "room") == ["desk", "room"]
        assert located(nested, "level") == ["desk", "level", "room"]

    def test_what_is_in_a_deleted_twin_is_where_else_it_was(self, nested: Graph) -> None:
        """Deleting a whole with its relationships takes its parts out of it and of what it was in, and deletes none."""
        nested.put("east")
        nested.relate("room", "isPartOf", "east")
        nested.remove("level")
        assert located(nested, "site") == ["site"]
        assert located(nested, "level") == []
        assert located(nested, "east") == ["desk", "east", "room"]

    def test_a_place_born_again_is_empty(self, nested: Graph) -> None:
        """A twin deleted and created again holds nothing of what was in it."""
        nested.remove("level")
        nested.put("level")
        assert located(nested, "level") == ["level"]
        nested.relate("room", "isPartOf", "level")
        assert located(nested, "level") == ["desk", "level", "room"]

    def test_places_that_go_at_once_leave_their_parts(self, nested: Graph) -> None:
        """What is left of a place is where it is still led to, by whatever chain, and no longer in what is gone."""
        nested.put_all("east", "campus", "lamp")
        nested.relate_all(
            "lamp locatedIn desk", "desk isPartOf east", "east isPartOf campus", "site isPartOf campus"
        )
        assert nested.remove_all("level", "room") == 3
        assert located(nested, "campus") == ["campus", "desk", "east", "lamp", "site"]
        assert located(nested, "site") == ["site"]
        assert located(nested, "room") == located(nested, "level") == []
        assert located(nested, "desk") == ["desk", "lamp"]

    def test_a_ring_goes_at_once(self, nested: Graph) -> None:
        """Twins that are in one another go together; what they held stays."""
        nested.relate("site", "isPartOf", "room")
        assert nested.remove_all("site", "room", "level") == 4
        assert nested.ids() == located(nested, "desk") == ["desk"]
