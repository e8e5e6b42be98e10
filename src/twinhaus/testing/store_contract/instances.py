"""What every `Instances` promises, as tests: subclass `InstancesContract` and supply two fixtures.

`instances` are none at first; `elsewhere` are the same, as another process has them.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest

from twinhaus.errors import Conflict, Invalid, NotFound, TwinhausError, Unavailable
from twinhaus.storage.instances import BadInstanceName, InstanceExists, Instances, InstanceStore, NoInstance
from twinhaus.testing.store_contract.graph import MODELS, Graph, model_id, thing
from twinhaus.testing.waiting import wait_until

HOSTILE = (
    "",
    ".",
    "..",
    "../acme",
    "a/b",
    "ACME",
    "acmé",
    "a_b",
    "-a",
    "a-",
    "ab--c",
    "a" * 33,
    "a\0",
    'a"b',
    "a.db",
)


def names(instances: Instances) -> list[str]:
    """Those there are, as they are listed."""
    return [one.name for one in instances.list()]


def everything_of(store: InstanceStore) -> tuple[bytes, bytes]:
    """What no two stores have in common."""
    return store.read(lambda reader: (reader.secret("identity"), reader.secret("continuation"))).result()


class InstancesContract:
    """Every promise of `storage/instances.py`.

    A subclass has the fixtures `instances`, of which there are none yet, and `elsewhere`: the same, as another process
    has them.
    """

    def test_at_first_there_are_none(self, instances: Instances) -> None:
        """None is listed, opened or removed."""
        assert list(instances.list()) == []
        with pytest.raises(NoInstance):
            instances.open("acme")
        with pytest.raises(NoInstance):
            instances.remove("acme")
        assert list(instances.list()) == []

    def test_what_is_created_is_listed(self, instances: Instances, elsewhere: Instances) -> None:
        """By name, with what it takes on disk, to every process at once; hyphens and digits go before letters."""
        for name in ("b", "acme", "a-1", "7"):
            instances.create(name)
        assert names(instances) == names(elsewhere) == ["7", "a-1", "acme", "b"]
        assert all(one.bytes > 0 for one in instances.list())

    def test_a_new_one_is_an_empty_store(self, instances: Instances) -> None:
        """Ready to be written to."""
        instances.create("acme")
        with closing(instances.open("acme")) as store:
            graph = Graph(store)
            assert graph.ids() == []
            assert len(store.read(lambda reader: reader.registry).result()) == 0
            graph.add_models(*MODELS)
            graph.put("room", "Room")
            assert graph.ids() == ["room"]

    def test_instances_know_nothing_of_each_other(self, instances: Instances, elsewhere: Instances) -> None:
        """Each has its own twins, models and secrets, also where ids are the same."""
        for name in ("acme", "beta"):
            instances.create(name)
        with closing(instances.open("acme")) as acme, closing(elsewhere.open("beta")) as beta:
            Graph(acme).add_models(*MODELS)
            Graph(acme).put("room", "Room")
            Graph(beta).add_models(MODELS[0])
            Graph(beta).put("room", "Thing", code="of beta")
            Graph(beta).put("other")
            assert Graph(acme).ids() == ["room"]
            assert Graph(beta).ids() == ["room", "other"]
            assert acme.read(lambda reader: reader.find_model_of("room")).result() == model_id("Room")
            assert beta.read(lambda reader: reader.find_model_of("room")).result() == model_id("Thing")
            assert not {*everything_of(acme)} & {*everything_of(beta)}

    def test_opened_again_it_is_as_it_was(self, instances: Instances, elsewhere: Instances) -> None:
        """By any process, also while it is open."""
        instances.create("acme")
        with closing(instances.open("acme")) as store:
            Graph(store).add_models(*MODELS)
            Graph(store).put("room", "Room")
            with closing(elsewhere.open("acme")) as other:
                assert Graph(other).ids() == ["room"]
                Graph(other).put("unit", "Unit")
            assert Graph(store).ids() == ["room", "unit"]
            kept = everything_of(store)
        with closing(instances.open("acme")) as again:
            assert Graph(again).ids() == ["room", "unit"]
            assert everything_of(again) == kept

    def test_a_name_is_given_once(self, instances: Instances, elsewhere: Instances) -> None:
        """A second of the same name is refused, and leaves the first as it is."""
        instances.create("acme")
        with closing(instances.open("acme")) as store:
            Graph(store).add_models(*MODELS)
            for one in (instances, elsewhere):
                with pytest.raises(InstanceExists):
                    one.create("acme")
            assert Graph(store).put("room", "Room").id == "room"
            assert store.is_current()
        assert issubclass(InstanceExists, Conflict)

    def test_of_many_at_once_one_creates_it(self, instances: Instances, elsewhere: Instances) -> None:
        """The others are refused, and what is there is whole."""

        def create(number: int) -> bool:
            with suppress(InstanceExists):
                (instances, elsewhere)[number % 2].create("acme")
                return True
            return False

        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(create, range(16))) == 1
        assert names(instances) == ["acme"]
        with closing(instances.open("acme")) as store:
            assert Graph(store).ids() == []

    def test_what_is_removed_is_gone(self, instances: Instances, elsewhere: Instances) -> None:
        """It is listed no more, and not found, by any process; the others stay."""
        for name in ("acme", "beta"):
            instances.create(name)
        elsewhere.remove("acme")
        assert names(instances) == ["beta"]
        for one in (instances, elsewhere):
            with pytest.raises(NoInstance):
                one.open("acme")
            with pytest.raises(NoInstance):
                one.remove("acme")
        with closing(instances.open("beta")) as beta:
            assert Graph(beta).ids() == []

    def test_who_has_it_open_sees_that_it_was_removed(
        self, instances: Instances, elsewhere: Instances
    ) -> None:
        """Its name stands for it no longer, whoever removed it; the store can be closed as any."""
        instances.create("acme")
        with closing(instances.open("acme")) as store:
            assert store.is_current()
            elsewhere.remove("acme")
            wait_until(lambda: not store.is_current(), "what another process did is noticed")

    def test_made_again_it_is_another(self, instances: Instances, elsewhere: Instances) -> None:
        """What was in the old one is not in the new one; who has the old one open sees that it is outdated, and writes
        nothing into the new one.
        """
        instances.create("acme")
        with closing(instances.open("acme")) as old:
            Graph(old).add_models(*MODELS)
            Graph(old).put("room", "Room")
            kept = everything_of(old)
            elsewhere.remove("acme")
            elsewhere.create("acme")
            with suppress(TwinhausError):
                old.write(lambda transaction: transaction.put_twin(thing("late"))).result()
            with closing(instances.open("acme")) as new:
                wait_until(lambda: not old.is_current(), "what another process did is noticed")
                assert new.is_current()
                assert Graph(new).ids() == []
                assert not {*kept} & {*everything_of(new)}
                Graph(new).add_models(MODELS[0])
                Graph(new).put("first")
        with closing(elsewhere.open("acme")) as again:
            assert Graph(again).ids() == ["first"]

    def test_removed_and_made_again_by_many(self, instances: Instances, elsewhere: Instances) -> None:
        """While some remove and make it, others who open it find a whole store, or none."""
        instances.create("acme")

        def churn(number: int) -> None:
            one = (instances, elsewhere)[number % 2]
            if number % 3:
                # One that is removed while it is read may say so.
                with suppress(NoInstance, Unavailable), closing(one.open("acme")) as store:
                    assert store.read(lambda reader: len(reader.signing_keys())).result() == 0
                return
            with suppress(NoInstance):
                one.remove("acme")
            with suppress(InstanceExists):
                one.create("acme")

        with ThreadPoolExecutor(6) as threads:
            list(threads.map(churn, range(48)))
        with suppress(InstanceExists):
            instances.create("acme")
        with closing(elsewhere.open("acme")) as store:
            Graph(store).add_models(MODELS[0])
            assert Graph(store).put("last").id == "last"

    @pytest.mark.parametrize("name", HOSTILE)
    def test_what_is_no_name_is_none_anywhere(self, name: str, instances: Instances) -> None:
        """It is not created, opened or removed, whatever an engine would make of it."""
        with pytest.raises(BadInstanceName):
            instances.create(name)
        with pytest.raises(NoInstance):
            instances.open(name)
        with pytest.raises(NoInstance):
            instances.remove(name)
        assert list(instances.list()) == []
        assert issubclass(BadInstanceName, Invalid)
        assert issubclass(NoInstance, NotFound)

    def test_names_of_every_length(self, instances: Instances) -> None:
        """One character, and as many as there may be."""
        for name in ("a", "a" * 32, "0-" + "z" * 30):
            instances.create(name)
            with closing(instances.open(name)) as store:
                assert store.is_current()
        assert len(names(instances)) == 3
