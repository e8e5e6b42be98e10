"""Secrets, clients and signing keys."""

from collections.abc import Callable

import pytest

from twinhaus.storage.access import Client, SigningKey
from twinhaus.storage.store import Reader, Store, Transaction
from twinhaus.testing.store_contract.graph import EPOCH, Contract, Graph, Refused, model


def client(name: str) -> Client:
    """A client whose id is not in the order of its name."""
    scopes, locations = ("twins:read", "twins:write"), ('B "1"', "Gebäude 2")
    return Client(f"id-of-{name}"[::-1], name, b"\x00hash\xff", scopes, EPOCH, locations)


def add_clients(store: Store, *names: str) -> None:
    """Add clients, in this order."""

    def job(transaction: Transaction) -> None:
        for name in names:
            transaction.add_client(client(name))

    store.write(job).result()


def access_version(store: Store) -> int:
    """The version of clients and keys as they are now."""
    return store.read(lambda reader: reader.access_version()).result()


# Everything that changes who may do what, in an order in which it can be done.
ACCESS_CHANGES: tuple[Callable[[Transaction], None], ...] = (
    lambda transaction: transaction.add_client(client("boiler")),
    lambda transaction: transaction.replace_client(client("boiler")),
    lambda transaction: transaction.add_signing_key(SigningKey("key", "-----BEGIN…", EPOCH)),
    lambda transaction: transaction.remove_signing_key("key"),
    lambda transaction: transaction.remove_client(client("boiler").id),
)


class IdentityContract(Contract):
    """What authorisation keeps in a store."""

    def test_secrets_stay_as_they_are(self, store: Store) -> None:
        """Each is 32 bytes, the same whenever it is asked for, and no two are alike."""

        def secret(name: str) -> bytes:
            return store.read(lambda reader: reader.secret(name)).result()

        def secrets() -> list[bytes]:
            return [secret("continuation"), secret("identity")]

        found = secrets()
        assert [len(secret) for secret in found] == [32, 32]
        assert len(set(found)) == 2
        store.write(lambda transaction: transaction.next_instant()).result()
        assert secrets() == found

    def test_clients_are_kept_whole(self, store: Store) -> None:
        """A client is found by its id with everything it was added with; an unknown id is None."""
        add_clients(store, "boiler", "chiller")
        expected = client("chiller")
        assert store.read(lambda reader: reader.find_client(expected.id)).result() == expected
        assert store.read(lambda reader: reader.find_client("nobody")).result() is None

    def test_clients_are_listed_by_name(self, store: Store) -> None:
        """In the order of their names, by code point, whenever they were added."""
        add_clients(store, "chiller", "É", "Zone", "boiler", "attic")
        names = [one.name for one in store.read(lambda reader: reader.clients()).result()]
        assert names == ["Zone", "attic", "boiler", "chiller", "É"]

    def test_a_removed_client_is_gone(self, store: Store) -> None:
        """It is neither found nor listed, and its name is free again."""
        add_clients(store, "boiler", "chiller")
        store.write(lambda transaction: transaction.remove_client(client("boiler").id)).result()
        assert store.read(lambda reader: reader.find_client(client("boiler").id)).result() is None
        assert store.read(lambda reader: reader.clients()).result() == [client("chiller")]
        add_clients(store, "boiler")
        assert len(store.read(lambda reader: reader.clients()).result()) == 2

    def test_a_client_is_replaced_whole(self, store: Store) -> None:
        """All but its id may be another; other clients stay as they are."""
        add_clients(store, "boiler", "chiller")
        other = Client(client("boiler").id, "kettle", b"other", ("admin",), EPOCH + 1)
        store.write(lambda transaction: transaction.replace_client(other)).result()
        assert store.read(lambda reader: reader.clients()).result() == [client("chiller"), other]

    def test_a_removed_signing_key_is_gone(self, store: Store) -> None:
        """The others stay."""
        keys = [SigningKey(f"key-{number}", "-----BEGIN…", EPOCH - number) for number in range(3)]

        def job(transaction: Transaction) -> None:
            for key in keys:
                transaction.add_signing_key(key)
            transaction.remove_signing_key("key-1")

        store.write(job).result()
        assert store.read(lambda reader: reader.signing_keys()).result() == [keys[0], keys[2]]

    def test_signing_keys_come_newest_first(self, store: Store) -> None:
        """By the time they were created, whenever they were added."""
        assert store.read(lambda reader: reader.signing_keys()).result() == []
        keys = [SigningKey(f"key-{age}", "-----BEGIN…", EPOCH - age) for age in (5, 1, 9)]

        def job(transaction: Transaction) -> None:
            for key in keys:
                transaction.add_signing_key(key)

        store.write(job).result()
        found = store.read(lambda reader: reader.signing_keys()).result()
        assert [key.id for key in found] == ["key-1", "key-5", "key-9"]
        assert set(found) == set(keys)

    def test_the_access_version_rises_with_every_change(self, store: Store) -> None:
        """Of clients and of keys, be they changed one by one or several at once; the transaction itself sees it."""
        versions = [access_version(store)]
        for change in ACCESS_CHANGES:
            store.write(change).result()
            versions.append(access_version(store))
        assert sorted(set(versions)) == versions

        def job(transaction: Transaction) -> list[int]:
            seen = [transaction.access_version()]
            for change in ACCESS_CHANGES:
                change(transaction)
                seen.append(transaction.access_version())
            return seen

        seen = store.write(job).result()
        assert sorted(set(seen)) == seen
        assert (seen[0], seen[-1]) == (versions[-1], access_version(store))

    def test_the_access_version_stays_where_nothing_of_it_changes(self, graph: Graph) -> None:
        """Twins, relationships and models come and go without it."""
        before = access_version(graph.store)
        graph.put_all("a", "b")
        graph.relate_all("a isPartOf b")
        graph.add_models(model("New", "Thing"))
        graph.remove("b")
        graph.remove_models("New")
        assert access_version(graph.store) == before

    def test_the_access_version_is_undone_with_its_change(self, store: Store) -> None:
        """A change that is not kept leaves the version as it was, be it an attempt's or a whole job's."""
        add_clients(store, "boiler")
        before = access_version(store)

        def fail(transaction: Transaction) -> None:
            transaction.remove_client(client("boiler").id)
            raise Refused

        def job(transaction: Transaction) -> int:
            with pytest.raises(Refused):
                transaction.attempt(fail)
            return transaction.access_version()

        assert store.write(job).result() == before
        with pytest.raises(Refused):
            store.write(fail).result()
        assert access_version(store) == before

    def test_the_access_version_is_of_the_snapshot(self, store: Store) -> None:
        """A client that goes while a read job runs, and the version that says so, are seen by the next."""
        add_clients(store, "boiler")

        def job(reader: Reader) -> tuple[int, Client | None]:
            before = reader.access_version()
            store.write(lambda transaction: transaction.remove_client(client("boiler").id)).result()
            found = reader.find_client(client("boiler").id)
            assert reader.access_version() == before
            return before, found

        version, found = store.read(job).result()
        assert found == client("boiler")
        assert access_version(store) > version
