"""Who is who in one conversation of WeChat: the other side, the owner of the phone, or a group. Told from the rows themselves.

Exports differ: in some the sender of the owner's own rows is the owner, in others the peer. What stands in the rows of the
other side is never in doubt, so the peer is known from them, or from the file's name; an own row that names the peer names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.talks.file_names import FileName, is_group
from headwater.ingestion.traffic.talks.messages import same

_NOBODY = pa.array(["10000", "10002", "0", "37", "65"])
_NULL = pa.scalar(None, pa.string())


@dataclass(frozen=True, slots=True)
class Sides:
    """The conversation of one file: its id, whether it is a group, the owner's account and what the owner calls the other side."""

    chat: str | None
    group: bool
    own: str | None
    remark: str | None

    def between(self, sender: pa.Array, outgoing: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Who wrote and who got each message, as far as the rows can be believed."""
        sent = pc.fill_null(outgoing, False)
        got = pc.fill_null(pc.invert(outgoing), False)
        given = pc.if_else(pc.equal(pc.utf8_trim_whitespace(sender), ""), _NULL, sender)
        named = pc.if_else(pc.fill_null(pc.equal(given, self.chat or ""), False), _NULL, given)
        count = len(sender)
        own = pc.if_else(sent, pc.coalesce(named, same(self.own, count)), _NULL)
        if self.group:
            return pc.coalesce(own, pc.if_else(sent, _NULL, named)), pa.nulls(count, pa.string())
        peer = same(self.chat, count)
        other = pc.if_else(got, pc.coalesce(given, peer), _NULL)
        unknown = pc.if_else(pc.or_(sent, got), _NULL, given)
        return pc.coalesce(own, other, unknown), pc.if_else(sent, peer, pc.if_else(got, same(self.own, count), _NULL))

    def remarks(self, remark: pa.Array, outgoing: pa.Array) -> pa.Array:
        """The owner's own name for the other side of each message."""
        given = pc.if_else(pc.equal(remark, ""), _NULL, remark)
        if self.group:
            return given
        other = pc.if_else(pc.fill_null(outgoing, False), _NULL, given)
        return pc.coalesce(other, same(self.remark, len(remark)))


def sides_of(columns: dict[str, pa.Array], named: FileName) -> Sides:
    """Tell who is who from some rows of a conversation and the file's name."""
    spoken = pc.fill_null(pc.invert(pc.is_in(columns["type"], _NOBODY)), True)
    flag = pc.fill_null(columns["issender"], "")
    got = _counted(columns["sender"], pc.and_(spoken, pc.equal(flag, "0")))
    sent = _counted(columns["sender"], pc.and_(spoken, pc.equal(flag, "1")))
    many = named.peer is None and len(got) > 1
    group = named.group or many or any(is_group(each) for each in (*got, *sent))
    if group:
        chat = named.peer if named.group else next((each for each in (*got, *sent) if is_group(each)), named.peer)
    else:
        chat = next(iter(got), None) or named.peer
    own = next((each for each in sent if each != chat and not is_group(each)), None)
    if chat is None and own is not None and not group:
        own = None  # with own rows alone and no name of the peer, the one account in them may be either's
    remark = pc.if_else(pc.equal(flag, "0"), columns["remark"], _NULL).drop_null()
    return Sides(chat, group, own or named.own, remark[0].as_py() if len(remark) and not group else None)


def _counted(sender: pa.Array, wanted: pa.Array) -> dict[str, int]:
    """The accounts that wrote, those that wrote most first."""
    counted = sender.filter(wanted).drop_null().value_counts().to_pylist()
    return {
        each["values"]: each["counts"] for each in sorted(counted, key=lambda each: (-each["counts"], each["values"]))
    }
