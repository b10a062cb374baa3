"""Messages of one file as they come in, batch by batch: its columns by role, its owners, and the facts that it tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.json_lines import JsonLines, loaded, paths_in
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.assembling import WHO, Owners, assembled, owners_of
from headwater.ingestion.traffic.talks.escapes import whole
from headwater.ingestion.traffic.talks.file_names import FileName
from headwater.ingestion.traffic.talks.json_shapes import JsonShapes
from headwater.ingestion.traffic.talks.messages import TORN, Fact, facts, messages, pairs
from headwater.ingestion.traffic.talks.roles import are_messages, roles

_TIMES = 8


@dataclass(slots=True)
class TableTalk:
    """Reads tables of messages whose columns are known by their names."""

    source: str
    named: FileName
    zone: ZoneInfo
    _owners: Owners | None = None
    _facts: dict[tuple[str | None, str, str], Fact] = field(default_factory=dict)
    _shapes: set[str] = field(default_factory=set)
    _paths: list[str] = field(default_factory=list)

    def objects(self, text: pa.Array, lines: pa.Array, rejected: Iterable[tuple[int, str]] = ()) -> RawRows:
        """Messages of JSON objects, one a row; what is no object is set aside."""
        text = whole(text)
        self._learn(text)
        known = roles(self._paths)
        wanted = [(role, name) for role, names in known.items() for name in names]
        sound, members = JsonLines().members(text, [tuple(name.split("\x1f")) for _, name in wanted])
        columns: dict[str, list[pa.Array]] = {}
        for (role, _), column in zip(wanted, members, strict=True):
            columns.setdefault(role, []).append(column.filter(sound))
        bad = [*rejected, *((line, TORN) for line in lines.filter(pc.invert(sound)).to_pylist())]
        return self.table(columns, lines.filter(sound), bad)

    def meet(self, tables: Sequence[tuple[Mapping[str, Sequence[pa.Array]], pa.Array]]) -> None:
        """Take note of whose device it is from several tables at once: who is in all conversations is the owner."""
        if self._owners is not None or not tables:
            return
        whole: dict[str, pa.Array] = {"line": pa.concat_arrays([lines for _, lines in tables])}
        for role in {role for columns, _ in tables for role in columns} & set(WHO):
            parts = [columns.get(role) or [pa.nulls(len(lines), pa.string())] for columns, lines in tables]
            whole[role] = pa.concat_arrays([each[0] if len(each) == 1 else pc.coalesce(*each) for each in parts])
        self._owners = owners_of(whole, self.named)

    def table(
        self, columns: Mapping[str, Sequence[pa.Array]], lines: pa.Array, rejected: Iterable[tuple[int, str]] = ()
    ) -> RawRows:
        """Messages of text columns by role; of several for one role the first that is filled counts."""
        found: dict[str, pa.Array] = {"line": lines}
        for role, each in columns.items():
            if role == "time":
                found |= {f"time{place or ''}": column for place, column in enumerate(each[:_TIMES])}
            else:
                found[role] = each[0] if len(each) == 1 else pc.coalesce(*each)
        if self._owners is None:
            self._owners = owners_of(found, self.named)
        made = assembled(found, self._owners, self.zone, self.named)
        for fact in _facts(made):
            self._facts.setdefault(fact[1:], fact)
        return messages(self.source, made, rejected)

    def facts(self) -> RawRows:
        """What the messages told of accounts."""
        own = [(1, name, "self", name) for name in (self._owners.names if self._owners else ())]
        return facts([*self._facts.values(), *own])

    def _learn(self, text: pa.Array) -> None:
        """Take note of members that were not seen before, each by the first object that has it."""
        for example in JsonShapes().new(text, self._shapes):
            paths = ("\x1f".join(path) for path in paths_in([loaded(example)]) if "\0" not in "".join(path))
            self._paths += [path for path in paths if path not in self._paths]


def are_objects_of_messages(objects: Sequence[Mapping[str, object]]) -> bool:
    """Whether JSON objects are messages, by the names of their members."""
    return are_messages(roles("\x1f".join(path) for path in paths_in(objects)))


def _facts(made: Mapping[str, pa.Array]) -> Iterable[Fact]:
    absent = pa.nulls(len(made["line"]), pa.string())
    spoken = pc.fill_null(pc.not_equal(made.get("kind", absent), "system"), True)
    lines, sender, name = (made[c].filter(spoken) for c in ("line", "sender", "sender_name"))
    room = pc.if_else(made["group"], made["chat"], pa.scalar(None, pa.string())).filter(spoken)
    for line, (account, shown, group) in pairs(lines, sender, name, room):
        if account is not None:
            if shown:
                yield line, account, "nickname", shown
            if group:
                yield line, account, "member", group
    if "remark" in made:
        private = pc.and_(spoken, pc.invert(pc.fill_null(made["group"], False)))
        for line, (account, remark) in pairs(*(made[c].filter(private) for c in ("line", "chat", "remark"))):
            if account is not None and remark:
                yield line, account, "remark", remark
