"""Which id a twin has that stands for an IRI, and which IRI stands for a twin.

An IRI in the namespace of the command is made of an id, and gives it back. Of any other the id is what stands behind
its last `#`, or else behind its last `/` or `:`; where another IRI of the file or another twin has that id, it is the
whole IRI. A twin that was imported before keeps its id, whatever else has come since.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import quote, unquote

from twinhaus.graph import TWIN_ID_LENGTH_MAX

NAMESPACE = "urn:twinhaus:"
_DIGEST_CHARACTERS = 32


def local_name(iri: str) -> str:
    """What tells an IRI from others of its namespace."""
    for mark in "#/:":
        _, found, name = iri.rpartition(mark)
        if found:
            return name
    return iri


def whole(iri: str) -> str:
    """The id that no other IRI comes to: itself, or where it is too long, its beginning and a digest of it."""
    if len(iri) <= TWIN_ID_LENGTH_MAX:
        return iri
    digest = hashlib.sha256(iri.encode()).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{iri[: TWIN_ID_LENGTH_MAX - _DIGEST_CHARACTERS - 1]}~{digest}"


def made_of(iri: str, namespace: str) -> str | None:
    """The id that an IRI was made of in a namespace; None where it was not."""
    id_ = unquote(iri[len(namespace) :]) if iri.startswith(namespace) else ""
    is_one = 0 < len(id_) <= TWIN_ID_LENGTH_MAX and iri_of(id_, namespace) == iri
    return id_ if is_one else None


def iri_of(twin_id: str, namespace: str) -> str:
    """The IRI that is made of an id."""
    return namespace + quote(twin_id, safe="")


def in_reference(iri: str) -> str:
    """An IRI in what references of Project Haystack are made of: no %, but a ~ that is one itself, or stands for it."""
    return iri.replace("~", "~7E").replace("%", "~") if iri.startswith(NAMESPACE) else iri


def of_reference(reference: str) -> str:
    """The IRI that a reference was made of."""
    is_ours = reference.startswith(NAMESPACE)
    return reference.replace("~", "%").replace("%7E", "~") if is_ours else reference


def candidates(iri: str, namespace: str) -> Iterator[str]:
    """The ids that a twin of an IRI may have."""
    yield made_of(iri, namespace) or local_name(iri)
    yield whole(iri)


def assign(iris: Collection[str], namespace: str, held: Mapping[str, str | None]) -> dict[str, str]:
    """The id for each IRI. `held` has the twins that are there already among the candidates: the IRI of each; "" where
    it came from none, and None where its model does not let it say so.
    """
    ids: dict[str, str] = {}
    alike: dict[str, list[str]] = defaultdict(list)
    for iri in iris:
        own = made_of(iri, namespace)
        if own is not None:
            # Where what that twin came from is told of, too, this is something else.
            ids[iri] = whole(iri) if held.get(own, iri) != iri and held[own] in iris else own
        elif held.get(whole(iri)) == iri:
            ids[iri] = whole(iri)
        else:
            alike[local_name(iri)].append(iri)
    taken = set(ids.values())
    for name, those in alike.items():
        is_free = held.get(name) is None and name not in taken and len(those) == 1
        for iri in those:
            fits = 0 < len(name) <= TWIN_ID_LENGTH_MAX and (is_free or held.get(name) == iri)
            ids[iri] = name if fits else whole(iri)
    return ids
