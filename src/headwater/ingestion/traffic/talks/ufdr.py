"""Cellebrite's report in XML, alone or out of a ``.ufdr``: chats, single messages, contacts, calls and accounts."""
# <project xmlns="http://pa.cellebrite.com/report/2.0"><decodedData><modelType type="Chat"><model type="Chat" deleted_state="Intact">
#   <multiModelField name="Messages"><model type="InstantMessage"><field name="Body"><value>在吗</value></field>…

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.markup import Element, released, steps
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.kinds import kind_of
from headwater.ingestion.traffic.talks.messages import Fact, facts, messages
from headwater.ingestion.traffic.talks.times import moments
from headwater.ingestion.traffic.talks.ufdr_models import Party, field_of, fields_in, models_in, parties, party_facts
from headwater.ingestion.traffic.talks.xml_text import named
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

NAMESPACE = "http://pa.cellebrite.com/report/2.0"
_MODEL = f"{{{NAMESPACE}}}model"
_BATCH = 50_000
_MESSAGES = ("InstantMessage", "SMSMessage", "SMS", "MMSMessage")
_FACTS = ("Contact", "Call", "UserAccount")
_OUT = ("outgoing", "sent", "unsent", "drafts")
_COLUMNS = (
    "line",
    "chat",
    "chat_name",
    "group",
    "sender",
    "sender_name",
    "receiver",
    "outgoing",
    "kind",
    "text",
    "file",
    "when",
)
_TYPES = {"line": pa.int64(), "group": pa.bool_(), "outgoing": pa.bool_()}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads ``report.xml`` as a stream."""

    name: str = "cellebrite-xml"
    ceiling: float = 0.97

    def fits(self, member: Member, head: bytes) -> float:
        """Sure where the text is XML of Cellebrite's name space."""
        encoding = encoding_of(head)
        return 0.97 if encoding and NAMESPACE in head.decode(encoding, "replace")[:8000] else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read the chats one after another, then the facts of accounts; what stands before damage is given."""
        report = _Report(member.path, zone)
        fault: UnreadableError | None = None
        with member.open() as stream:
            try:
                for event, element in steps(stream, (_MODEL,)):
                    yield from report.start(element) if event == "start" else report.end(element)
            except UnreadableError as error:
                fault = error
        yield report.given()
        yield facts(report.facts)
        if fault is not None:
            yield NotRead(member.path, str(fault))


@dataclass(slots=True)
class _Report:
    """A report while it is read."""

    source: str
    zone: ZoneInfo
    facts: list[Fact] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    _held: list[dict[str, Any]] = field(default_factory=list)
    _ready: list[dict[str, Any]] = field(default_factory=list)

    def start(self, element: Element) -> Iterator[RawRows]:
        """A model begins."""
        self._open.append(named(element, "type"))
        self._lines.append(element.sourceline or 0)
        return iter(())

    def end(self, element: Element) -> Iterator[RawRows]:
        """A model ends: a message is kept until its chat is known."""
        sort, line = self._open.pop(), self._lines.pop()
        if sort in _MESSAGES:
            self._held.append(_message(element, line))
            released(element)
            if not self._open or len(self._held) >= _BATCH:
                self._chat(self._held, [], None, "")
                self._held = []
        elif sort == "Chat":
            who = parties(element, "Participants")
            self._chat(
                self._held, who, field_of(element, "Id") or field_of(element, "Identifier"), field_of(element, "Name")
            )
            self._held = []
            self.facts += [fact for each in who for fact in party_facts(line, each)]
        elif sort in _FACTS and not self._open:
            self.facts += _told(sort, element, line)
        if not self._open:
            released(element)
        if len(self._ready) >= _BATCH:
            yield self.given()

    def _chat(self, rows: list[dict[str, Any]], who: list[Party], chat: str | None, name: str) -> None:
        """Settle who is who in a conversation, once its members are known."""
        owners = {each.account for each in who if each.owner}
        others = [each for each in who if not each.owner]
        group = len(who) > 2
        for row in rows:
            sender, to = row.pop("party"), row.pop("to")
            owner = row["outgoing"] if row["outgoing"] is not None else _outgoing(sender, to, owners)
            row["outgoing"] = owner
            row["group"] = group or len(to) > 1
            peers = (
                others if others else ([each for each in to if not each.owner] if owner else [sender] if sender else [])
            )
            peer = peers[0] if len(peers) == 1 else None
            row["chat"] = chat if row["group"] else (peer.account if peer else None)
            row["chat_name"] = name or (peer.name if peer and not row["group"] else None)
            row["receiver"] = None if row["group"] or not to else to[0].account
            for each in (sender, *to):
                if each is not None:
                    self.facts += party_facts(row["line"], each)
                    if row["group"] and each.account and chat:
                        self.facts.append((row["line"], each.account, "member", chat))
        if len(self.facts) > _BATCH:
            self.facts = list({fact[1:]: fact for fact in reversed(self.facts)}.values())
        self._ready += rows

    def given(self) -> RawRows:
        """The messages that are ready."""
        rows, self._ready = self._ready, []
        made = {n: pa.array([row.get(n) for row in rows], _TYPES.get(n, pa.string())) for n in _COLUMNS}
        made["time"] = moments(made.pop("when"), self.zone)
        return messages(self.source, made)


def _outgoing(sender: Party | None, to: list[Party], owners: set[str | None]) -> bool | None:
    if sender is not None and (sender.owner or (sender.account and sender.account in owners)):
        return True
    known = sender is not None and (bool(owners) or any(each.owner for each in to))
    return False if known else None


def _message(element: Element, line: int) -> dict[str, Any]:
    """The columns of one message; its sides are settled with its chat."""
    values = fields_in(element)
    sender = next(iter(parties(element, "From")), None) or next(iter(parties(element, "Parties")), None)
    to = parties(element, "To")
    attached = models_in(element, "Attachment")
    names = [
        v for each in attached if (v := field_of(each, "Filename") or field_of(each, "Title") or field_of(each, "URL"))
    ]
    mime = field_of(attached[0], "ContentType") if attached else ""
    kind = kind_of(values.get("MessageType") or values.get("Type", "")) or _kind_of_file(mime, bool(attached))
    sort = (values.get("Folder") or values.get("Direction") or values.get("Type") or "").lower()
    outgoing = True if sort in _OUT else False if sort in ("incoming", "inbox") else None
    system = sender is not None and (sender.name or sender.account or "").lower() in ("system message", "system")
    body = values.get("Body") or values.get("Text") or values.get("Subject")
    return {
        "line": line,
        "party": None if system else sender,
        "to": to,
        "sender": None if sender is None else sender.account,
        "sender_name": None if sender is None else sender.name,
        "outgoing": outgoing,
        "kind": "system" if system else kind,
        "text": body or (f"[文件] {names[0]}" if names else ""),
        "file": names[0] if names else None,
        "when": values.get("TimeStamp") or values.get("Timestamp") or values.get("Date"),
    }


def _kind_of_file(mime: str, attached: bool) -> str | None:
    kinds = {"image": "image", "audio": "voice", "video": "video"}
    return kinds.get(mime.split("/")[0].lower(), "file") if attached else None


def _told(sort: str, element: Element, line: int) -> Iterator[Fact]:
    """The facts in a contact, a call or an account."""
    values = fields_in(element)
    if sort == "Call":
        way = values.get("Type", "") or values.get("Direction", "")
        for each in parties(element, "Parties"):
            if each.account:
                told = (way, values.get("TimeStamp", ""), values.get("Duration", ""))
                yield line, each.account, "call", " ".join(part for part in told if part)
        return
    name, entries = (
        values.get("Name") or values.get("Username") or "",
        models_in(element, "PhoneNumber", "UserID", "ContactEntry"),
    )
    ids = [(named(each, "type"), field_of(each, "Value")) for each in entries]
    accounts = [value for kind, value in ids if value and kind == "UserID"] or (
        [values["Username"]] if values.get("Username") else []
    )
    phones = [value for kind, value in ids if value and kind == "PhoneNumber"]
    account = accounts[0] if accounts else None
    if sort == "UserAccount" and account:
        yield line, account, "self", name or account
    if name and (account or phones):
        yield line, account or phones[0], "remark" if sort == "Contact" else "nickname", name
    for phone in phones:
        yield line, account, "phone", phone


READER = _Reader()
