"""Raw rows of chats, bills and address books become rows of the lake: masked, tokenised, with accounts it may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import name as person_name
from headwater.identifiers.account_name import wechat
from headwater.ingestion.clock import local
from headwater.ingestion.traffic.accounts import account_id, account_ids, labels_of, masked_number, shown
from headwater.ingestion.traffic.marked import marked
from headwater.ingestion.traffic.raw import Doubt
from headwater.ingestion.traffic.spans import is_person
from headwater.model.tables import SCHEMAS, TEXT
from headwater.store.tokens import Tokeniser

Columns = dict[str, pa.Array]
_SIDES = ("chat", "sender", "receiver")


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows come from: the file as it is cited, with whom it was found, and the files beside it by their names."""

    source: str
    owner: str
    beside: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowMaker:
    """Makes rows of the lake of raw ones."""

    zone: ZoneInfo
    tokeniser: Tokeniser

    def of(self, table: str, raw: pa.Table, place: Place) -> dict[str, pa.Table]:
        """Give the rows of the lake's tables that raw ``messages``, ``payments`` or ``facts`` become."""
        raw = raw.combine_chunks()
        made = self._made(table, raw, place)
        return {**made, "contacts": pa.concat_tables([made["contacts"], self._found_with(place)])}

    def _made(self, table: str, raw: pa.Table, place: Place) -> dict[str, pa.Table]:
        if table == "messages":
            known = pa.concat_tables(
                [self._remarks(raw, place), self._written(raw, _SIDES, place), self._numbers(raw, _SIDES, place)]
            )
            return {"messages": self._messages(raw, place), "contacts": known}
        if table == "payments":
            known = pa.concat_tables([self._holders(raw, place), self._numbers(raw, ("account", "other"), place)])
            return {"payments": self._payments(raw, place), "contacts": known}
        return {"contacts": pa.concat_tables([self._facts(raw, place), self._written(raw, ("account",), place)])}

    def doubts(self, doubts: tuple[Doubt, ...], place: Place) -> pa.Table:
        """Give what does not add up in a bill as rows."""
        schema = SCHEMAS["bill_doubts"]
        rows = [
            {"owner": place.owner, "what": d.what, "stated": d.stated, "found": d.found, "source": place.source}
            | {"line": d.line}
            for d in doubts
        ]
        return pa.Table.from_pylist(rows, schema=schema)

    def _event(self, raw: pa.Table, place: Place) -> Columns:
        day, hour = local(_array(raw["time"]), self.zone)
        return {"time": _array(raw["time"]), "day": day, "hour": hour, **_cited(raw, place)}

    def _found_with(self, place: Place) -> pa.Table:
        """The real name of whom the device was found with, where the case calls him by it."""
        told = [place.owner] if is_person(place.owner) else []
        alias = pa.array([self.device(name) for name in told], TEXT)
        return self._told(alias, "name", pa.array(told, TEXT), pa.array([1] * len(told), pa.int64()), place)

    def device(self, owner: str) -> str:
        """Give the account that stands for the owner of a device where an export does not tell his own."""
        return f"device:{self.tokeniser.token('nickname', owner)}"

    def _messages(self, raw: pa.Table, place: Place) -> pa.Table:
        ids = self.tokeniser
        device = pa.repeat(pa.scalar(self.device(place.owner), TEXT), raw.num_rows)
        outgoing = _array(raw["outgoing"])
        group = pc.fill_null(_array(raw["group"]), False)
        chat = account_ids(_array(raw["chat"]), _array(raw["chat_name"]), place.owner, ids)
        sender = account_ids(_array(raw["sender"]), _array(raw["sender_name"]), place.owner, ids)
        sender = pc.coalesce(sender, pc.if_else(outgoing, device, chat))
        receiver = account_ids(_array(raw["receiver"]), pa.nulls(raw.num_rows, TEXT), place.owner, ids)
        other = pc.if_else(pc.equal(sender, chat), device, chat)
        receiver = pc.if_else(group, pa.scalar(None, TEXT), pc.coalesce(receiver, other))
        texts = marked(pc.fill_null(_array(raw["text"]), ""), ids)
        quoted = marked(_array(raw["quoted"]), ids)
        columns = {
            **self._event(raw, place),
            "owner": _same(place.owner, raw),
            "chat": chat,
            "chat_name": shown(_array(raw["chat_name"])),
            "group": group,
            "sender": sender,
            "sender_name": shown(_array(raw["sender_name"])),
            "receiver": receiver,
            "outgoing": outgoing,
            "kind": pc.coalesce(_array(raw["kind"]), "text"),
            "text": texts.text,
            "shape": texts.shape,
            "tokens": texts.tokens,
            "masks": texts.masks,
            "parts": texts.parts,
            "quoted": quoted.shape,
            "amount": _array(raw["amount"]),
            "currency": _array(raw["currency"]),
            "file": shown(_array(raw["file"])),
            "digest": _digests(_array(raw["file"]), place.beside),
            "reference": _array(raw["reference"]),
        }
        return _table("messages", columns)

    def _remarks(self, raw: pa.Table, place: Place) -> pa.Table:
        """What the owner calls those he writes to, each once."""
        known = raw.filter(pc.is_valid(raw["remark"])).select(["chat", "chat_name", "remark", "line"])
        first = known.group_by(["chat", "chat_name", "remark"]).aggregate([("line", "min")]).sort_by("line_min")
        account = account_ids(_array(first["chat"]), _array(first["chat_name"]), place.owner, self.tokeniser)
        return self._told(account, "remark", _array(first["remark"]), _array(first["line_min"]), place)

    def _written(self, raw: pa.Table, columns: tuple[str, ...], place: Place) -> pa.Table:
        """By which token a message would name each account: who hands over to another account writes its id."""
        lines: dict[str, int] = {}
        for column in columns:
            first = raw.select([column, "line"]).group_by(column).aggregate([("line", "min")])
            for text, line in zip(first[column].to_pylist(), first["line_min"].to_pylist(), strict=True):
                if text and account_id(text, self.tokeniser) == text and wechat.is_valid(text):
                    lines[text] = min(line, lines.get(text, line))
        ids = sorted(lines)
        columns_of = {
            "owner": pa.repeat(pa.scalar(place.owner, TEXT), len(ids)),
            "alias": pa.array(ids, TEXT),
            "name": pa.array(ids, TEXT),
            "kind": pa.repeat(pa.scalar("wechat", TEXT), len(ids)),
            "token": pa.array([self.tokeniser.token("wechat", wechat.compact(text)) for text in ids], TEXT),
            "source": pa.repeat(pa.scalar(place.source, TEXT), len(ids)),
            "line": pa.array([lines[text] for text in ids], pa.int64()),
        }
        return _table("contacts", columns_of)

    def _payments(self, raw: pa.Table, place: Place) -> pa.Table:
        own = account_ids(_array(raw["account"]), pa.nulls(raw.num_rows, TEXT), place.owner, self.tokeniser)
        own = pc.coalesce(own, pa.scalar(self.device(place.owner), TEXT))
        other = account_ids(_array(raw["other"]), pa.nulls(raw.num_rows, TEXT), place.owner, self.tokeniser)
        paid_in = pc.equal(raw["direction"], "in")
        neutral = pc.equal(raw["direction"], "neutral")
        label = _array(raw["other_name"])
        columns = {
            **self._event(raw, place),
            "owner": _same(place.owner, raw),
            "channel": _array(raw["channel"]),
            "account": own,
            "direction": _array(raw["direction"]),
            "payer": pc.if_else(_array(paid_in), other, own),
            "payee": pc.if_else(_array(pc.or_(paid_in, neutral)), own, other),
            "other_name": self._other_names(label, _array(raw["other_kind"])),
            "other_kind": _array(raw["other_kind"]),
            "other_token": labels_of(label, self.tokeniser),
            **{n: _array(raw[n]) for n in ("amount", "currency", "fee", "balance", "kind", "status", "refunded")},
            "reference": _array(raw["reference"]),
            "other_reference": _array(raw["other_reference"]),
            "text": marked(_array(raw["text"]), self.tokeniser).text,
        }
        return _table("payments", columns)

    @staticmethod
    def _other_names(label: pa.Array, kind: pa.Array) -> pa.Array:
        real = pc.fill_null(pc.equal(kind, "name"), False)
        return pc.if_else(real, _masked_names(label), shown(label))

    def _holders(self, raw: pa.Table, place: Place) -> pa.Table:
        """The name that a bill prints for its owner."""
        known = raw.filter(pc.is_valid(raw["account_name"])).select(["account", "account_name", "line"])
        first = known.group_by(["account", "account_name"]).aggregate([("line", "min")]).sort_by("line_min")
        account = account_ids(_array(first["account"]), pa.nulls(first.num_rows, TEXT), place.owner, self.tokeniser)
        account = pc.coalesce(account, pa.scalar(self.device(place.owner), TEXT))
        label, lines = _array(first["account_name"]), _array(first["line_min"])
        names = self._told(account, "nickname", label, lines, place)
        return pa.concat_tables([names, self._told(account, "self", pa.nulls(len(label), TEXT), lines, place)])

    def _numbers(self, raw: pa.Table, columns: tuple[str, ...], place: Place) -> pa.Table:
        """What may be shown of the numbers that are accounts."""
        masks: dict[str, tuple[str, int]] = {}
        for column in columns:
            first = raw.select([column, "line"]).group_by(column).aggregate([("line", "min")])
            for text, line in zip(first[column].to_pylist(), first["line_min"].to_pylist(), strict=True):
                number = self._number(text)
                if number and line < masks.get(number, ("", line + 1))[1]:
                    masks[number] = (masked_number(number, text), line)
        ids = sorted(masks)
        split = [name.partition(":") for name in ids]
        made = {
            "owner": pa.repeat(pa.scalar(place.owner, TEXT), len(ids)),
            "alias": pa.array(ids, TEXT),
            "name": pa.array([masks[name][0] for name in ids], TEXT),
            "kind": pa.array([kind for kind, _, _ in split], TEXT),
            "token": pa.array([token for _, _, token in split], TEXT),
            "source": pa.repeat(pa.scalar(place.source, TEXT), len(ids)),
            "line": pa.array([masks[name][1] for name in ids], pa.int64()),
        }
        return _table("contacts", made)

    def _facts(self, raw: pa.Table, place: Place) -> pa.Table:
        account = account_ids(_array(raw["account"]), pa.nulls(raw.num_rows, TEXT), place.owner, self.tokeniser)
        made = []
        for kind in sorted(set(raw["kind"].to_pylist())):
            mine = _array(pc.equal(raw["kind"], kind))
            value, line = _array(raw["value"]).filter(mine), _array(raw["line"]).filter(mine)
            made.append(self._told(account.filter(mine), kind, value, line, place))
        return pa.concat_tables(made) if made else SCHEMAS["contacts"].empty_table()

    def _told(self, account: pa.Array, kind: str, value: pa.Array, line: pa.Array, place: Place) -> pa.Table:
        """Facts of one kind. A name that is a person's is told as ``name`` even where the book calls it a nickname or remark."""
        if kind in ("phone", "card", "wallet", "call"):
            number = pa.array([self._number(v) for v in value.to_pylist()], TEXT)
            token = pc.list_element(pc.split_pattern(number, ":"), 1) if len(number) else number
            columns = {"alias": pc.coalesce(account, number), "name": shown(value), "token": token}
            columns["kind"] = pa.repeat(pa.scalar(kind, TEXT), len(value))
        else:
            columns = {"alias": account, "name": shown(value), "token": labels_of(value, self.tokeniser)}
            if kind == "name":
                columns["name"] = _masked_names(value)
            columns["kind"] = pa.repeat(pa.scalar(kind, TEXT), len(value))
        source = pa.repeat(pa.scalar(place.source, TEXT), len(value))
        owner = pa.repeat(pa.scalar(place.owner, TEXT), len(value))
        return _table("contacts", {**columns, "owner": owner, "source": source, "line": line})

    def _number(self, text: str | None) -> str | None:
        """A number as an account would be named that is one: its kind and its token."""
        made = account_id(text, self.tokeniser) if text else None
        return made if made and made.partition(":")[0] in ("phone", "card", "wallet", "qq") else None


def _masked_names(labels: pa.Array) -> pa.Array:
    coded = pc.dictionary_encode(labels)
    return pa.array([person_name.mask(t) for t in coded.dictionary.to_pylist()], TEXT).take(coded.indices)


def _digests(names: pa.Array, beside: Mapping[str, str]) -> pa.Array:
    """The digest of the file of that name that lies with the same holder."""
    coded = pc.dictionary_encode(names)
    found = [beside.get(PurePosixPath(n.replace("\\", "/")).name) for n in coded.dictionary.to_pylist()]
    return pa.array(found, TEXT).take(coded.indices)


def _cited(raw: pa.Table, place: Place) -> Columns:
    return {"source": _same(place.source, raw), "line": _array(raw["line"])}


def _same(value: str, raw: pa.Table) -> pa.Array:
    return pa.repeat(pa.scalar(value, TEXT), raw.num_rows)


def _array(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(values, pa.ChunkedArray):
        return pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    return values


def _table(name: str, columns: Columns) -> pa.Table:
    schema = SCHEMAS[name]
    count = len(next(iter(columns.values())))
    made = [
        columns[n].cast(schema.field(n).type) if n in columns else pa.nulls(count, schema.field(n).type)
        for n in schema.names
    ]
    return pa.table(made, schema=schema)
