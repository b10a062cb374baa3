"""Raw rows of chats, bills and address books become rows of the lake: masked, tokenised, with accounts it may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.clock import local
from headwater.ingestion.traffic.accounts import account_ids, labels_of, shown
from headwater.ingestion.traffic.arrays import Columns, each_pair, lake_table, one_array, same
from headwater.ingestion.traffic.marked import marked
from headwater.ingestion.traffic.raw import Doubt
from headwater.ingestion.traffic.told import Teller, masked_names
from headwater.model.tables import SCHEMAS, TEXT
from headwater.store.tokens import Tokeniser

Beside = Mapping[str, Mapping[str, str]]
"""The digests of the files that lie with each holder, by their names."""
_SIDES = ("chat", "sender", "receiver")


def placed(raw: pa.Table, source: str, owner: str) -> pa.Table:
    """Say of raw rows which file they are of, as it is cited, and with whom it was found."""
    told = raw.append_column("owner", same(owner, raw.num_rows))
    return told.append_column("source", same(source, raw.num_rows))


def base_name(path: str) -> str:
    """Give the name of a file, of a path that any system has written."""
    return PurePosixPath(path.replace("\\", "/")).name


@dataclass(frozen=True, slots=True)
class RowMaker:
    """Makes rows of the lake of raw ones, of many files at once."""

    zone: ZoneInfo
    tokeniser: Tokeniser

    @property
    def teller(self) -> Teller:
        """Who puts down what is told of accounts."""
        return Teller(self.tokeniser)

    def of(self, table: str, raw: pa.Table, beside: Beside) -> dict[str, pa.Table]:
        """Give the rows of the lake's tables that raw ``messages``, ``payments`` or ``facts`` (as ``placed``) become."""
        raw = raw.combine_chunks()
        teller = self.teller
        made, known = {}, [teller.found_with(raw)]
        if table == "messages":
            made = {table: self._messages(raw, beside)}
            known += [teller.remarks(raw), teller.written(raw, _SIDES), teller.numbers(raw, _SIDES)]
        elif table == "payments":
            made = {table: self._payments(raw)}
            known += [teller.holders(raw), teller.numbers(raw, ("account", "other"))]
        else:
            known += [teller.facts(raw), teller.written(raw, ("account",))]
        return {**made, "contacts": pa.concat_tables(known)}

    @staticmethod
    def doubts(doubts: tuple[Doubt, ...], source: str, owner: str) -> pa.Table:
        """Give what does not add up in a bill as rows."""
        cited = {"owner": owner, "source": source}
        rows = [{**cited, "what": d.what, "stated": d.stated, "found": d.found, "line": d.line} for d in doubts]
        return pa.Table.from_pylist(rows, schema=SCHEMAS["bill_doubts"])

    def _event(self, raw: pa.Table) -> Columns:
        day, hour = local(one_array(raw["time"]), self.zone)
        return {"day": day, "hour": hour, **_taken(raw, "time", "owner", "source", "line")}

    def _messages(self, raw: pa.Table, beside: Beside) -> pa.Table:
        ids, owners = self.tokeniser, one_array(raw["owner"])
        device = self.teller.devices(owners)
        outgoing = one_array(raw["outgoing"])
        group = pc.fill_null(one_array(raw["group"]), False)
        nameless = pa.nulls(raw.num_rows, TEXT)
        chat = account_ids(one_array(raw["chat"]), one_array(raw["chat_name"]), owners, ids)
        sender = account_ids(one_array(raw["sender"]), one_array(raw["sender_name"]), owners, ids)
        sender = pc.coalesce(sender, pc.if_else(outgoing, device, chat))
        receiver = account_ids(one_array(raw["receiver"]), nameless, owners, ids)
        other = pc.if_else(pc.equal(sender, chat), device, chat)
        receiver = pc.if_else(group, pa.scalar(None, TEXT), pc.coalesce(receiver, other))
        texts = marked(pc.fill_null(one_array(raw["text"]), ""), ids)
        columns = {
            **self._event(raw),
            "chat": chat,
            "chat_name": shown(one_array(raw["chat_name"])),
            "group": group,
            "sender": sender,
            "sender_name": shown(one_array(raw["sender_name"])),
            "receiver": receiver,
            "outgoing": outgoing,
            "kind": pc.coalesce(one_array(raw["kind"]), "text"),
            "text": texts.text,
            "shape": texts.shape,
            "tokens": texts.tokens,
            "masks": texts.masks,
            "parts": texts.parts,
            "quoted": marked(one_array(raw["quoted"]), ids).shape,
            "file": marked(one_array(raw["file"]), ids).text,
            "digest": _digests(one_array(raw["file"]), owners, beside),
            **_taken(raw, "amount", "currency", "reference"),
        }
        return lake_table("messages", columns)

    def _payments(self, raw: pa.Table) -> pa.Table:
        owners, nameless = one_array(raw["owner"]), pa.nulls(raw.num_rows, TEXT)
        own = account_ids(one_array(raw["account"]), nameless, owners, self.tokeniser)
        own = pc.coalesce(own, self.teller.devices(owners))
        other = account_ids(one_array(raw["other"]), nameless, owners, self.tokeniser)
        paid_in = one_array(pc.equal(raw["direction"], "in"))
        neutral = one_array(pc.equal(raw["direction"], "neutral"))
        label, kind = one_array(raw["other_name"]), one_array(raw["other_kind"])
        real = pc.fill_null(pc.equal(kind, "name"), False)
        columns = {
            **self._event(raw),
            "account": own,
            "payer": pc.if_else(paid_in, other, own),
            "payee": pc.if_else(pc.or_(paid_in, neutral), own, other),
            "other_name": pc.if_else(real, masked_names(label), shown(label)),
            "other_kind": kind,
            "other_token": labels_of(label, self.tokeniser),
            **_taken(raw, "channel", "direction", "amount", "currency", "fee", "balance", "kind", "status", "refunded"),
            **_taken(raw, "reference", "other_reference"),
            "text": marked(one_array(raw["text"]), self.tokeniser).text,
        }
        return lake_table("payments", columns)


def _digests(names: pa.Array, owners: pa.Array, beside: Beside) -> pa.Array:
    """The digest of the file of that name that lies with the same holder."""

    def digest(name: str, owner: str) -> str | None:
        return beside.get(owner, {}).get(base_name(name))

    return each_pair(names, owners, digest)


def _taken(raw: pa.Table, *names: str) -> Columns:
    return {name: one_array(raw[name]) for name in names}
