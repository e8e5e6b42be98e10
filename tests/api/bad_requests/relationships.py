"""Relationships of the wrong shape, and such as the models do not allow."""

from tests.api.bad_requests.request import link, relate
from tests.api.models import SAMPLER

# One request a line, as a table.
# fmt: off
RELATIONSHIP = [
    relate("nothing", {}, ("sourceId", "targetId", "name"), "required"),
    relate("no source", link(sourceId=None), "sourceId", "required"),
    relate("no target", link(targetId=None), "targetId", "required"),
    relate("no name", link(name=None), "name", "required"),
    relate("empty source", link(sourceId=""), "sourceId", "must not be empty"),
    relate("number as source", link(sourceId=1), "sourceId", "got the number 1"),
    relate("array as target", link(targetId=["S-2"]), "targetId", "got an array"),
    relate("number as name", link(name=1), "name", "got the number 1"),
    relate("number as id", link(id=1), "id", "got the number 1"),
    relate("array as properties", link(properties=[]), "properties", "got an array"),
    relate("source of 257 characters", link(sourceId="x" * 257), "sourceId", "256"),
    relate("control character in the target", link(targetId="a\nb"), "targetId", "control characters"),
    relate("unknown source", link(sourceId="nobody"), "sourceId", '"nobody"'),
    relate("unknown target", link(targetId="nobody"), "targetId", '"nobody"'),
    relate("both unknown", link(sourceId="a", targetId="b"), ("sourceId", "targetId"), '"b"'),
    relate("source in another casing", link(sourceId="s-1"), "sourceId", '"s-1"'),
    relate("undeclared name", link(name="isUpstairsOf"), "name", "isUpstairsOf"),
    relate("name in another casing", link(name="FEEDS"), "name", "feeds"),
    relate("a property's name", link(name="text"), "name", "a property"),
    relate("target of another model", link(targetId="AHU-1"), "targetId", SAMPLER),
    relate("unknown property", link(properties={"weight": 1}), "properties.weight", "weight"),
    relate("wrong property", link(name="linksTo", properties={"weight": "x"}), "properties.weight", "a number"),
    relate("null property", link(name="linksTo", properties={"note": None}), "properties.note", "null"),
    relate("unknown key", link(target="S-2"), "target", 'Did you mean "targetId"'),
    relate("a key in two casings", link(Name="feeds"), "Name", "two casings"),
]
# fmt: on
