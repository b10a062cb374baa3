"""Telegram Desktop's export as JSON: one conversation, or all of an account."""
# {"name": "老王", "type": "personal_chat", "id": 1001, "messages": [{"id": 1, "type": "message", "date": "2018-01-23T11:04:59",
#   "date_unixtime": "1516676699", "from": "老王", "from_id": "user1001", "text": "在吗"}]}

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.member import Member
from headwater.ingestion.json_lines import JsonLines
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.escapes import whole
from headwater.ingestion.traffic.talks.json_objects import Run, depth_of, runs
from headwater.ingestion.traffic.talks.messages import TORN, Fact, facts, messages, same
from headwater.ingestion.traffic.talks.named_sides import facts_of_names
from headwater.ingestion.traffic.talks.times import first_told
from headwater.model.exhibit import NotRead

_HEAD = 1 << 20
_NULL = pa.scalar(None, pa.string())
_OWN = re.compile(r'"personal_information"\s*:\s*\{[^{}]*?"user_id"\s*:\s*(\d+)')
_OWNERS = re.compile(r'"personal_information"\s*:\s*\{([^{}]*)\}')
_WANTED = (
    *("id", "type", "date", "date_unixtime", "from", "from_id", "actor", "actor_id", "action", "text", "text_entities"),
    *("reply_to_message_id", "forwarded_from", "file", "file_name", "photo", "media_type", "title"),
    *("contact_information", "location_information", "edited"),
)
_MEDIA = {
    "voice_message": "voice",
    "video_message": "video",
    "video_file": "video",
    "sticker": "emoji",
    "animation": "emoji",
    "audio_file": "file",
}
_SHOWN = {
    "image": "[图片]",
    "voice": "[语音]",
    "video": "[视频]",
    "emoji": "[表情]",
    "card": "[名片]",
    "place": "[位置]",
    "call": "[通话]",
}
_NO_MESSAGES = "is JSON, but no list of messages is found in it"
_GROUPS = ("group", "supergroup", "channel")
Columns = dict[str, pa.Array]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads ``result.json`` of Telegram Desktop."""

    name: str = "telegram-json"
    ceiling: float = 0.95

    def fits(self, member: Member, head: bytes) -> float:
        """Sure where messages have Telegram's members."""
        if not _text(head).startswith("{"):
            return 0.0
        with member.open() as stream:
            return 0.95 if depth_of(_text(stream.read(_HEAD)), is_message) else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read the messages of each conversation, then the facts of accounts."""
        with member.open() as stream:
            head = stream.read(_HEAD)
        text = _text(head)
        depth = depth_of(text, is_message)
        if depth is None:
            yield NotRead(member.path, _NO_MESSAGES)
            return
        own = _OWN.search(text)
        export = _Export(member.path, zone, f"user{own[1]}" if own else None)
        with member.open() as stream:
            for run in runs(stream, encoding_of(head[: 1 << 16]) or "utf-8", depth):
                yield export.messages(run)
        yield facts([*export.facts.values(), *_owner(text, export.own)])


def is_message(value: dict[str, object]) -> bool:
    """Whether an object has the members of a message of Telegram."""
    return {"id", "type", "date"} <= value.keys() and bool(
        {"from_id", "actor_id", "text_entities"} & value.keys() or "from" in value
    )


def _text(head: bytes) -> str:
    encoding = encoding_of(head[: 1 << 16])
    return head.decode(encoding, "replace").lstrip("\ufeff \t\r\n") if encoding else ""


@dataclass(slots=True)
class _Export:
    """One export while it is read; the last messages are kept so that answers find what they answer."""

    source: str
    zone: ZoneInfo
    own: str | None
    facts: dict[tuple[str | None, str, str], Fact] = field(default_factory=dict)
    _before: tuple[str, pa.Array, pa.Array] = field(
        default_factory=lambda: ("", pa.array([], pa.string()), pa.array([], pa.string()))
    )

    def messages(self, run: Run) -> RawRows:
        """The messages of a run of one conversation."""
        sound, members = JsonLines().members(whole(run.text), [(name,) for name in _WANTED])
        bad = [*run.rejected, *((line, TORN) for line in run.lines.filter(pc.invert(sound)).to_pylist())]
        cells = {name: column.filter(sound) for name, column in zip(_WANTED, members, strict=True)}
        made = {"line": run.lines.filter(sound), **self._said(cells, run.frame), **self._who(cells, run.frame)}
        for fact in facts_of_names(made):
            self.facts.setdefault(fact[1:], fact)
        return messages(self.source, made, bad)

    def _who(self, cells: Columns, frame: dict[str, str]) -> Columns:
        count, sort = len(cells["id"]), frame.get("type", "")
        group = any(word in sort for word in _GROUPS)
        chat = f"user{frame['id']}" if "id" in frame and not group else frame.get("id")
        sender = pc.coalesce(cells["from_id"], cells["actor_id"])
        if self.own is not None:
            outgoing = pc.equal(sender, self.own)
        elif not group and chat is not None:
            outgoing = pc.not_equal(sender, chat)
        else:
            outgoing = pa.nulls(count, pa.bool_())
        receiver = pc.if_else(outgoing, same(chat, count), same(self.own, count)) if not group else same(None, count)
        return {
            "chat": same(chat, count),
            "chat_name": same(frame.get("name"), count),
            "group": same(group, count, pa.bool_()),
            "sender": sender,
            "sender_name": pc.coalesce(cells["from"], cells["actor"]),
            "receiver": receiver,
            "outgoing": outgoing,
        }

    def _said(self, cells: Columns, frame: dict[str, str]) -> Columns:
        words = pc.coalesce(_entities(cells["text_entities"]), _entities(cells["text"]), cells["text"])
        kind = _kinds(cells)
        file = pc.coalesce(cells["file_name"], cells["file"], cells["photo"])
        file = pc.if_else(pc.fill_null(pc.match_substring_regex(file, r"^\(File "), False), _NULL, file)
        shown = pc.coalesce(
            *(pc.if_else(pc.equal(kind, k), word, _NULL) for k, word in _SHOWN.items()), _filed(kind, file)
        )
        words = pc.if_else(pc.equal(pc.fill_null(words, ""), ""), shown, words)
        service = pc.binary_join_element_wise(cells["action"], pc.fill_null(cells["title"], ""), " ")
        text = pc.if_else(pc.fill_null(pc.equal(kind, "system"), False), pc.coalesce(service, words), words)
        return {
            "time": first_told([cells["date_unixtime"], cells["date"]], self.zone),
            "kind": kind,
            "text": text,
            "file": file,
            "quoted": self._quoted(cells, text, frame),
        }

    def _quoted(self, cells: Columns, text: pa.Array, frame: dict[str, str]) -> pa.Array:
        """The words of the messages that are answered, where they stand in this conversation not long before."""
        chat = frame.get("id", "")
        known, ids, texts = self._before
        if known == chat:
            ids, texts = pa.concat_arrays([ids, cells["id"]]), pa.concat_arrays([texts, text.cast(pa.string())])
        else:
            ids, texts = cells["id"], text.cast(pa.string())
        self._before = (chat, ids[-100_000:], texts[-100_000:])
        asked = pc.fill_null(cells["reply_to_message_id"], "")
        return texts.take(pc.index_in(asked, ids))


def _kinds(cells: Columns) -> pa.Array:
    media = cells["media_type"].dictionary_encode()
    told = pa.array([_MEDIA.get(each) for each in media.dictionary.to_pylist()], pa.string()).take(media.indices)
    choices = (
        (pc.equal(cells["action"], "phone_call"), "call"),
        (pc.equal(cells["type"], "service"), "system"),
        (pc.is_valid(cells["photo"]), "image"),
        (pc.is_valid(cells["contact_information"]), "card"),
        (pc.is_valid(cells["location_information"]), "place"),
        (pc.and_(pc.is_valid(cells["file"]), pc.is_null(cells["media_type"])), "file"),
        (pc.is_valid(cells["forwarded_from"]), "forwarded"),
    )
    each = [pc.if_else(pc.fill_null(mask, False), kind, _NULL) for mask, kind in choices]
    return pc.coalesce(*each[:2], told, *each[2:])


def _filed(kind: pa.Array, file: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(kind, "file"), pc.binary_join_element_wise("[文件]", file, " "), _NULL)


def _entities(column: pa.Array) -> pa.Array:
    """The words of texts that are lists of pieces; null for what is no list."""
    listed = pc.fill_null(pc.starts_with(column, "["), False)
    coded = pc.if_else(listed, column, _NULL).dictionary_encode()
    return pa.array([_joined(each) for each in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def _joined(text: str) -> str | None:
    try:
        pieces = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(piece, str | dict) for piece in pieces):
        return None
    words = "".join(piece if isinstance(piece, str) else str(piece.get("text", "")) for piece in pieces)
    return words.encode("utf-8", "replace").decode()


def _owner(text: str, own: str | None) -> Iterator[Fact]:
    """What the export says of the account that it was made of."""
    found = _OWNERS.search(text)
    if own is None or found is None:
        return
    values = dict(re.findall(r'"(\w+)"\s*:\s*"((?:[^"\\]|\\.)*)"', found[1]))
    names = " ".join(values[key] for key in ("first_name", "last_name") if values.get(key))
    yield 1, own, "self", names or own
    for key, kind in (("phone_number", "phone"), ("username", "nickname")):
        if values.get(key):
            yield 1, own, kind, values[key]


READER = _Reader()
