"""JSON texts with lists of messages: one list, or one for each conversation with its name and id before it."""
# {"session": {"wxid": "wxid_ab12cd34", "nickname": "老王"}, "messages": [{"createTime": 1515486624, "isSend": 0, "content": "在吗"}]}

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.file_names import FileName, file_name
from headwater.ingestion.traffic.talks.json_objects import Run, depth_of, runs
from headwater.ingestion.traffic.talks.roles import folded
from headwater.ingestion.traffic.talks.told_rows import TableTalk, are_objects_of_messages
from headwater.model.exhibit import NotRead

_HEAD = 1 << 20
_NO_MESSAGES = "is JSON, but no list of messages is found in it"
_IDS = (
    "wxid",
    "chatid",
    "conversationid",
    "username",
    "strtalker",
    "talker",
    "roomid",
    "sessionid",
    "peerid",
    "chat",
    "jid",
    "id",
)
_NAMES = ("displayname", "chatname", "conversationname", "title", "groupname", "remark", "nickname", "name")
_OWN = ("ownerid", "ownerwxid", "selfwxid", "mywxid", "selfid", "myid", "account", "owner", "selfaccount", "me")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads lists of messages in JSON."""

    name: str = "json-array"
    ceiling: float = 0.8

    def fits(self, member: Member, head: bytes) -> float:
        """Sure where an object in a list of the first part of the text is a message."""
        if _json_head(head) is None:
            return 0.0
        with member.open() as stream:
            text = _json_head(stream.read(_HEAD))
        return 0.8 if text is not None and depth_of(text, is_message) else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read the messages of each conversation, then the facts of accounts."""
        with member.open() as stream:
            head = stream.read(_HEAD)
        depth = depth_of(_json_head(head) or "", is_message)
        if depth is None:
            yield NotRead(member.path, _NO_MESSAGES)
            return
        talks: dict[FileName, TableTalk] = {}
        with member.open() as stream:
            for run in runs(stream, encoding_of(head[: 1 << 16]) or "utf-8", depth):
                named = _named(run, file_name(member.path))
                talk = talks.setdefault(named, TableTalk(member.path, named, zone))
                yield talk.objects(run.text, run.lines, run.rejected)
        for talk in talks.values():
            yield talk.facts()


def is_message(value: dict[str, object]) -> bool:
    """Whether an object is a message, by the names of its members."""
    return are_objects_of_messages([value])


def _json_head(head: bytes) -> str | None:
    """The beginning of a JSON text, or ``None`` if it is none."""
    encoding = encoding_of(head[: 1 << 16])
    text = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n") if encoding else ""
    return text if text.startswith(("[", "{")) else None


def _named(run: Run, named: FileName) -> FileName:
    """The conversation of a run: by the values before it, else by the file's name."""
    values = {folded(name): value for name, value in run.frame.items()}
    peer = next((values[name] for name in _IDS if values.get(name)), None)
    title = next((values[name] for name in _NAMES if values.get(name)), "")
    own = next((values[name] for name in _OWN if values.get(name)), None)
    return FileName(title or named.name, peer or named.peer, own or named.own)


READER = _Reader()
