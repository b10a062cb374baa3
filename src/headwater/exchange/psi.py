"""Private set intersection between two sides without a holder: the extra ``headwater[psi]`` (openmined-psi, ECDH on P-256).

Over files: the client's request, the server's answer (its setup and its response in one file), the client's result. The server
learns the size of the client's list; the client learns the size of the server's, and the overlap or, where the two agreed on the
size only, how many of each kind. Kinds are asked apart, so that the size can be told by kind; those of which there are too
few are asked together.

Secure against sides that keep to the protocol (De Cristofaro and Tsudik 2010; Ion and others 2020): a side that makes up its
list learns about what it made up. Hence the rules and the purpose log of the server, as with a holder.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, cast, get_args

import numpy as np
import pyarrow as pa

from headwater.exchange import overlap, parcel, tokens
from headwater.exchange.errors import ExchangeError, MissingPartError, RefusedError, TamperedError
from headwater.exchange.identity import Card
from headwater.exchange.ledger import Entry, check_reasons, open_ledger
from headwater.exchange.office import Office
from headwater.exchange.overlap import SURE, TOGETHER, Flags, KindOverlap, Mine, Overlap, told_apart
from headwater.exchange.parcel import MOST_ITEMS, Parcel, Part
from headwater.exchange.people import People, read_people
from headwater.exchange.reading import KINDS
from headwater.exchange.rules import Approval, Asked, admit, are_distinct, refusals, said
from headwater.exchange.terms import REVEALS, Reveal

Structure = Literal["gcs", "bloom", "raw"]
STRUCTURES: tuple[Structure, ...] = get_args(Structure)
FALSE_RATE = 1e-9
"""The chance that a whole list of the client gets one false match, in GCS and Bloom filters (keyed by the encryption)."""
MOST_FALSE = 1e-3
POINT = 33
_SETUP = 1024
_BLOCK = 1 << 16


@cache
def _library() -> Any:
    try:
        import private_set_intersection.python as psi
    except ImportError as error:
        raise MissingPartError("this method needs the extra: install headwater[psi]") from error
    return psi


@cache
def _torn() -> type[Exception]:
    """The error of the library's messages when their bytes are none; it is no child of :class:`ValueError`."""
    found: type[Exception] = import_module("google.protobuf.message").DecodeError
    return found


@dataclass(frozen=True, slots=True)
class Matter:
    """What a request is for: the case, the reason, and what the client wants to learn."""

    case: str
    why: str
    reveal: Reveal = "size"


@dataclass(frozen=True, slots=True)
class Serving:
    """How the server answers: what it allows at most, in which structure its list goes, and who answers."""

    approval: Approval
    allow: Reveal = "size"
    structure: Structure = "gcs"
    false_rate: float = FALSE_RATE
    columns: Mapping[str, str] = field(default_factory=dict)


def request(
    office: Office,
    server: Card,
    lists: Sequence[Path],
    out: Path,
    matter: Matter,
    now: datetime,
    columns: Mapping[str, str] | None = None,
) -> People:
    """Write the client's request: its identifiers, each encrypted with keys that are used once.

    :raises RefusedError: when the list holds fewer identifiers than this side's own rules allow to ask
    """
    check_reasons({"case": matter.case, "why": matter.why})
    if matter.reveal not in REVEALS:
        raise ExchangeError(f"what is shown is {' or '.join(REVEALS)}")
    people = read_people(lists, columns)
    if len(people.inputs) < office.policy.fewest:
        raise RefusedError(
            f"{len(people.inputs):,} identifiers are a look-up, not a list: at least {office.policy.fewest:,}",
            str(lists[0]),
        )
    exchange, nonce = secrets.token_hex(16), secrets.token_bytes(32)
    rows = matter.reveal == "rows"
    sections = list(people.by_kind()) if rows else _apart(people, office.policy.fewest)
    keys = {name: _library().client.CreateWithNewKey(rows).GetPrivateKeyBytes().hex() for name in sections}
    fields = {
        "exchange": exchange,
        "server": server.as_json(),
        "case": matter.case,
        "why": matter.why,
        "reveal": matter.reveal,
        "inputs": people.commitment(nonce),
    }
    made = parcel.write(out, "psi-request", fields, elements(people, keys, matter.reveal), office.identity)
    told = {
        "request": made.digest,
        "server": server.signing,
        "reveal": matter.reveal,
        "nonce": nonce.hex(),
        "inputs": fields["inputs"],
        "keys": keys,
    }
    with open_ledger(office.folder, office.identity) as ledger:
        tokens.keep_secret(office.remembered(exchange), told, made.digest[:16])
        ledger.add(
            "asked", {"exchange": exchange, "case": matter.case, "purpose": matter.why, "request": made.digest}, now
        )
    return people


def elements(people: People, keys: Mapping[str, str], reveal: str) -> list[Part]:
    """What a client asks: the identifiers of each section, encrypted with its key; the same list and keys give the same again."""
    made = []
    for name, key in keys.items():
        client = _library().client.CreateFromKey(bytes.fromhex(key), reveal == "rows")
        inputs = _inputs(people, _asked_in(people, name, keys))
        made.append(Part(name, POINT, _points(client.CreateRequest(inputs).encrypted_elements)))
    return made


def _apart(people: People, fewest: int) -> list[str]:
    """Sections of a request for sizes: a kind each, and one for all kinds of which there are too few."""
    alone = [KINDS[kind] for kind in told_apart([people.kinds], fewest)]
    return alone if len(alone) == len(people.by_kind()) else [*alone, TOGETHER]


def _asked_in(people: People, section: str, sections: Collection[str]) -> Flags:
    """Tell which identifiers of a list are of a section: those of a kind, or of all kinds that have none of their own."""
    if section != TOGETHER:
        return np.asarray(people.kinds == KINDS.index(section))
    return ~np.isin(people.kinds, [KINDS.index(name) for name in sections if name != TOGETHER])


def _inputs(people: People, held: Flags) -> list[str]:
    return cast("list[str]", people.inputs.filter(pa.array(held)).to_pylist())


def _points(elements: Sequence[bytes]) -> list[bytes]:
    if any(len(each) != POINT for each in elements):
        raise ExchangeError("the library gave points of another length")
    return [b"".join(elements)]


def answer(
    office: Office, client: Card, asked: Path, lists: Sequence[Path], out: Path, serving: Serving, now: datetime
) -> Entry:
    """Answer a client's request with the server's own list, within the server's rules, and log it.

    :raises RefusedError: when a rule says no, or the client wants more than is allowed
    :raises TamperedError: when the request was changed, or is another's
    """
    opened = parcel.open_parcel(asked, "psi-request")
    approval = serving.approval
    told = {
        "exchange": "psi",  # one for all requests of a client, who names the case itself: the cap is for all together
        "party_key": opened.by,
        "request": opened.digest,
        "by": approval.by,
        "second": approval.second,
    }
    people, nonce, policy = read_people(lists, serving.columns), secrets.token_bytes(32), office.policy
    with open_ledger(office.folder, office.identity) as ledger, refusals(ledger, told, now) as known:
        if opened.by != client.signing or opened.fields.get("server") != office.card.as_json():
            raise TamperedError("is not signed by that client, or is meant for another server", str(asked))
        known |= {"party": client.name, "case": said(opened, "case"), "purpose": said(opened, "why")}
        office.place(opened.text("exchange"))  # a number and no path: it goes into the answer
        kinds = _asked_kinds(opened)
        own = {kind: int(_asked_in(people, kind, kinds).sum()) for kind in kinds}
        items = sum(opened.sections[kind].items for kind in kinds)
        known |= {"items": items, "inputs": people.commitment(nonce)}
        known["reveal"] = _wish(opened, serving, own, len(people.inputs), policy.fewest)
        question = Asked(
            known, items, policy.fewest, policy.cap, None, lambda: all(are_distinct(opened, kind) for kind in kinds)
        )
        admit(ledger, policy, question, approval, now)
        kept = _kept(known, kinds, serving) | {"nonce": nonce.hex()}
        tokens.keep_secret(
            office.served(), kept, opened.digest
        )  # the client names the exchange, and might name one twice
        parts, sizes = answered(opened, people, kept)
        entry = ledger.add("answered", known, now)
        fields = {
            "exchange": opened.text("exchange"),
            "request": opened.digest,
            "items": items,
            "own": own,
            "setups": sizes,
            "false_rate": 0.0 if serving.structure == "raw" else serving.false_rate,
            "inputs": known["inputs"],
            "log": {"number": entry.number, "digest": entry.digest},
        }
        parcel.write(out, "psi-answer", fields, parts, office.identity)
    return entry


def _kept(known: Mapping[str, Any], kinds: Sequence[str], serving: Serving) -> dict[str, Any]:
    """What the server must keep to make the same answer again: new keys, and how its list is packed."""
    new = _library().server.CreateWithNewKey
    return {
        "inputs": known["inputs"],
        "keys": {kind: new(known["reveal"] == "rows").GetPrivateKeyBytes().hex() for kind in kinds},
        "structure": serving.structure,
        "false_rate": serving.false_rate,
    }


def _wish(opened: Parcel, serving: Serving, own: Mapping[str, int], held: int, fewest: int) -> str:
    """What the client learns; ``own`` are the identifiers of the server in each section, ``held`` all that it has."""
    reveal = opened.text("reveal")
    if reveal not in REVEALS or (reveal == "rows" and serving.allow != "rows"):
        raise RefusedError("the client wants to learn which rows match, and only the size is allowed", str(opened.file))
    if serving.structure not in STRUCTURES or not 0 < serving.false_rate <= MOST_FALSE:
        raise ExchangeError(f"a structure is {', '.join(STRUCTURES)}; a false rate lies above 0 and up to 0.001")
    if held < fewest:
        raise RefusedError(f"the own list holds {held:,} identifiers; fewer than {fewest:,} are a look-up")
    small = {name: s.items for name, s in opened.sections.items() if s.items < fewest}
    if reveal == "size" and small:
        name, items = next(iter(small.items()))
        raise RefusedError(
            f"{items:,} identifiers ({name}) are a look-up: at least {fewest:,} of each kind, or more kinds together "
            "(`fewest` in the side.toml of who asks)",
            str(opened.file),
        )
    few = {name: count for name, count in own.items() if 0 < count < fewest}
    if reveal == "size" and few:
        name, count = next(iter(few.items()))
        raise RefusedError(
            f"the own list holds {count:,} identifiers ({name}), and how many of so few are asked for would tell of them: the client "
            "may ask kinds together (`fewest` in its side.toml)",
            str(opened.file),
        )
    return reveal


def _asked_kinds(opened: Parcel) -> list[str]:
    for name, section in opened.sections.items():
        known = name in KINDS or (name == TOGETHER and opened.fields.get("reveal") == "size")
        if not known or section.width != POINT or not section.items:
            raise TamperedError(
                "holds something else than encrypted identifiers, or a kind without any", str(opened.file)
            )
    return list(opened.sections)


def answered(opened: Parcel, people: People, kept: Mapping[str, Any]) -> tuple[list[Part], dict[str, int]]:
    """What a server answers to a request from its list, and how long its setups are; from what it keeps it can be made again.

    :raises TamperedError: when an element of the request is no point of the curve
    """
    parts: list[Part] = []
    sizes: dict[str, int] = {}
    for kind, key in kept["keys"].items():
        setup, response = _served(
            opened, kind, _inputs(people, _asked_in(people, kind, kept["keys"])), bytes.fromhex(key), kept
        )
        sizes[kind] = len(setup)
        padded = setup + bytes(-len(setup) % _SETUP)
        parts += [Part(f"{kind} setup", _SETUP, [padded]), Part(kind, POINT, _points(response))]
    return parts, sizes


def _served(
    opened: Parcel, kind: str, own: list[str], key: bytes, kept: Mapping[str, Any]
) -> tuple[bytes, Sequence[bytes]]:
    psi, rows = _library(), opened.text("reveal") == "rows"
    structure = {"gcs": psi.DataStructure.GCS, "bloom": psi.DataStructure.BLOOM_FILTER, "raw": psi.DataStructure.RAW}
    server = psi.server.CreateFromKey(key, rows)
    points = [point for block in opened.blocks(kind, _BLOCK) for point in block]
    own = own or [blake2b(key).hexdigest()]  # the library takes no empty list: one that is nobody's
    try:
        setup = server.CreateSetupMessage(kept["false_rate"], len(points), own, structure[kept["structure"]])
        response = server.ProcessRequest(psi.Request(reveal_intersection=rows, encrypted_elements=points))
    except (RuntimeError, ValueError) as error:
        raise TamperedError("an element is no point of the curve", str(opened.file)) from error
    return setup.SerializeToString(), response.encrypted_elements


def result(
    office: Office, server: Card, answered: Path, lists: Sequence[Path], columns: Mapping[str, str] | None = None
) -> Overlap:
    """What the client learns from the server's answer.

    :raises TamperedError: when the answer is another's, an old one or changed, or the client's list is not the one it asked with
    """
    opened, place = parcel.open_parcel(answered, "psi-answer"), str(answered)
    if opened.by != server.signing:
        raise TamperedError("is not signed by that server", place)
    known = tokens.secrets_kept(office.place(opened.text("exchange")))
    kept = next((k for k in known if k.get("request") == opened.text("request")), None)
    if kept is None or kept.get("server") != server.signing:
        raise TamperedError("answers no request that this side made: it is another's, or an old one", place)
    people = read_people(lists, columns)
    if people.commitment(bytes.fromhex(kept["nonce"])) != kept["inputs"]:
        raise TamperedError("the list is not the one that was asked about", str(lists[0]))
    met = np.zeros(len(people.inputs), bool)
    sizes: dict[str, tuple[int, int]] = {}
    for name, key in kept["keys"].items():
        held = np.flatnonzero(_asked_in(people, name, kept["keys"]))
        found = _found(opened, name, key, kept["reveal"], len(held))
        if kept["reveal"] == "rows":
            met[held[found]] = True
        sizes[name] = len(held), len(found) if kept["reveal"] == "rows" else found[0]
    return _told(opened, kept["reveal"], people, met, sizes)


def _found(opened: Parcel, kind: str, key: str, reveal: str, items: int) -> list[int]:
    """Places of the matched identifiers of a kind, or one number: how many there are."""
    psi, place = _library(), str(opened.file)
    sizes = opened.fields.get("setups")
    size = sizes.get(kind) if isinstance(sizes, dict) else None
    section = opened.section(f"{kind} setup", _SETUP)
    if opened.section(kind, POINT).items != items or type(size) is not int or not 0 <= size <= section.items * _SETUP:
        raise TamperedError(f"does not answer the {items:,} identifiers ({kind}) that were asked", place)
    client = psi.client.CreateFromKey(bytes.fromhex(key), reveal == "rows")
    setup, response = psi.ServerSetup(), psi.Response()
    try:
        setup.ParseFromString(opened.array(f"{kind} setup").tobytes()[:size])
        response.encrypted_elements.extend(p for block in opened.blocks(kind, _BLOCK) for p in block)
        if reveal == "rows":
            return sorted(client.GetIntersection(setup, response))
        return [int(client.GetIntersectionSize(setup, response))]
    except (RuntimeError, ValueError, _torn()) as error:
        raise TamperedError("the answer cannot be worked out", place) from error


def _theirs(opened: Parcel, kinds: Collection[str]) -> int:
    """How many identifiers of the kinds that were asked the server says it holds."""
    own = opened.fields.get("own")
    counts = [own.get(kind) if isinstance(own, dict) else None for kind in kinds]
    if any(type(count) is not int or not 0 <= count <= MOST_ITEMS for count in counts):
        raise TamperedError("does not say how many identifiers of each kind the server holds", str(opened.file))
    return sum(count for count in counts if count)


def _rate(opened: Parcel) -> float:
    rate = opened.fields.get("false_rate")
    if type(rate) not in (int, float) or not 0 <= cast(float, rate) <= MOST_FALSE:
        raise TamperedError("does not say how many matches chance makes", str(opened.file))
    return float(cast(float, rate))


def _told(opened: Parcel, reveal: str, people: People, met: Flags, sizes: Mapping[str, tuple[int, int]]) -> Overlap:
    theirs, false = _theirs(opened, sizes), _rate(opened) * len(sizes)
    if reveal == "rows":
        mine = Mine(people.inputs, people.kinds, people.persons, people.holds, people.rows)
        return overlap.matched(mine, met, theirs, "psi", false)
    low, high = _bounds(people, sizes)
    kinds = tuple(KindOverlap(name, ours, both) for name, (ours, both) in sizes.items())
    both = sum(kind.both for kind in kinds)
    return Overlap("psi", "size", len(people.inputs), theirs, both, low, high, false, kinds)


def _bounds(people: People, sizes: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """Bounds of the number of people from numbers by kind: a person may have several identifiers of one."""
    low = 0
    for kind in SURE:
        _, both = sizes.get(kind, (0, 0))
        if both:
            most = np.bincount(people.persons[people.kinds == KINDS.index(kind)]).max()
            low = max(low, -(-both // int(most)))
    return low, min(people.count, sum(both for _, both in sizes.values()))
