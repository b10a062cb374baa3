"""Observables of a case: files with digests, accounts, devices, hosts, messages, payments; and the people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from headwater.casework.reports.exports.uco.nodes import Graph, Node, refs, text, whole
from headwater.casework.reports.scan_ocsf import leaf


def file(graph: Graph, path: str, known: Mapping[str, Any]) -> str:
    """A file by its path, with size and digests where it was read."""
    name = leaf(path)
    suffix = name.rpartition(".")[2] if "." in name else ""
    size = whole(known.get("bytes"))
    facets = [
        graph.facet(
            "uco-observable:FileFacet", path,
            uco_observable__fileName=text(name), uco_observable__filePath=text(path),
            uco_observable__extension=text(suffix), uco_observable__sizeInBytes=size,
        )
    ]  # fmt: skip
    hashes = [_hash(graph, path, "SHA256", str(known["sha256"]))] if known.get("sha256") else []
    if hashes:
        facets.append(
            graph.facet(
                "uco-observable:ContentDataFacet",
                path,
                uco_observable__sizeInBytes=size,
                uco_observable__hash=hashes,
            )
        )
    told = [f"format: {known['format']}"] if known.get("format") else []
    told += [f"rows: {known['rows']}"] if known.get("rows") is not None else []
    # the vocabulary of UCO 1.5 has no SM3: as a method of a hash it would not conform
    told += [f"SM3: {known['sm3']}"] if known.get("sm3") else []
    return graph.add(
        "uco-observable:File", path, uco_core__hasFacet=facets, uco_core__tag=[text(t) for t in told] or None
    )


def listed_file(graph: Graph, name: str, digest: str) -> str:
    """A file that passed in a chat: what it was called, and its digest."""
    facets = [graph.facet("uco-observable:FileFacet", f"sent|{name}|{digest}", uco_observable__fileName=text(name))]
    if len(digest) == 64:
        hashes = [_hash(graph, f"sent|{name}|{digest}", "SHA256", digest)]
        facets.append(graph.facet("uco-observable:ContentDataFacet", f"sent|{digest}", uco_observable__hash=hashes))
    return graph.add("uco-observable:File", f"sent|{name}|{digest}", uco_core__hasFacet=facets)


def _hash(graph: Graph, key: str, method: str, digest: str) -> Node:
    return graph.facet(
        "uco-types:Hash",
        f"{key}|{method}",
        uco_types__hashMethod=method,
        uco_types__hashValue={"@type": "xsd:hexBinary", "@value": digest},
    )


def account(graph: Graph, name: str, owner: str | None = None, room: str = "") -> str:
    """An account of the house, or of a chat program (``room``): one may be called as the other and is another all the same.

    An account that passed from one to another stands once for each owner.
    """
    key = f"{room}|{name}|{owner or ''}" if room else name
    own = graph.facet(
        "uco-observable:AccountFacet", key,
        uco_observable__accountIdentifier=text(name), uco_observable__owner={"@id": owner} if owner else None,
    )  # fmt: skip
    return graph.add("uco-observable:Account", key, uco_core__name=text(name), uco_core__hasFacet=[own])


def device(graph: Graph, name: str) -> str:
    """A device by its name."""
    return graph.add("uco-observable:Device", name, uco_core__name=text(name))


def host(graph: Graph, name: str) -> str:
    """A host that something was sent to."""
    own = graph.facet("uco-observable:DomainNameFacet", name, uco_observable__value=text(name))
    return graph.add("uco-observable:DomainName", name, uco_core__name=text(name), uco_core__hasFacet=[own])


def person(graph: Graph, key: str, name: str, told: Iterable[str] = ()) -> str:
    """Somebody, as the result calls him: a number of staff, or a person of the market."""
    return graph.add(
        "uco-identity:Person", key, uco_core__name=text(name), uco_core__description=[text(t) for t in told] or None
    )


def message(graph: Graph, key: str, step: Mapping[str, Any], sender: str, receiver: str, sources: list[str]) -> str:
    """A message with its masked text, and the lines that it stands in."""
    own = graph.facet(
        "uco-observable:MessageFacet", key,
        uco_observable__messageText=text(step.get("text")), uco_observable__messageType=text(step.get("act")),
        uco_observable__sentTime=graph.time(step.get("time")),
        uco_observable__from={"@id": sender}, uco_observable__to={"@id": receiver},
    )  # fmt: skip
    return graph.add("uco-observable:Message", key, uco_core__hasFacet=[own], uco_core__description=sources or None)


def payment(graph: Graph, key: str, step: Mapping[str, Any], parties: list[str], sources: list[str]) -> str:
    """A payment as an event: its sum, who was in it, and the lines that it stands in."""
    entry = graph.facet(
        "uco-types:DictionaryEntry", f"{key}|amount", uco_types__key="amount_cny", uco_types__value=text(step["amount"])
    )
    told = graph.facet("uco-types:Dictionary", key, uco_types__entry=[entry])
    return graph.add(
        "uco-core:Event", key,
        uco_core__eventType=[f"payment: {text(step.get('act'))}"], uco_core__startTime=graph.time(step.get("time")),
        uco_core__eventContext=refs(parties), uco_core__eventAttribute=[told], uco_core__description=sources or None,
    )  # fmt: skip


def cited(evidence: Iterable[Mapping[str, Any]]) -> list[str]:
    """Places as ``file:line``."""
    return [text(f"{e.get('source')}:{e.get('line')}") for e in evidence]
