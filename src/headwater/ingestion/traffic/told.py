"""What is put down of accounts beside messages and payments: names, remarks, numbers, and by which token a text names them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import name as person_name
from headwater.identifiers.account_name import wechat
from headwater.ingestion.traffic.accounts import account_id, account_ids, labels_of, masked_number, shown
from headwater.ingestion.traffic.arrays import Columns, each, lake_table, one_array, same
from headwater.ingestion.traffic.spans import is_person
from headwater.model.tables import SCHEMAS, TEXT
from headwater.store.tokens import Tokeniser

_NUMBERS = ("phone", "card", "wallet", "qq")


@dataclass(frozen=True, slots=True)
class Teller:
    """Makes rows of ``contacts`` of raw rows that tell their owner and source."""

    tokeniser: Tokeniser

    def device(self, owner: str) -> str:
        """Give the account that stands for the owner of a device where an export does not tell his own."""
        return f"device:{self.tokeniser.token('nickname', owner)}"

    def devices(self, owners: pa.Array) -> pa.Array:
        """Do :meth:`device` for a column."""
        return each(owners, self.device)

    def found_with(self, raw: pa.Table) -> pa.Table:
        """The real names of those whom devices were found with, where the case calls them by these."""
        files = raw.group_by(["owner", "source"], use_threads=False).aggregate([])
        known = [is_person(owner) for owner in files["owner"].to_pylist()]
        files = files.filter(pa.array(known, pa.bool_()))
        alias, first = self.devices(one_array(files["owner"])), pa.repeat(pa.scalar(1, pa.int64()), files.num_rows)
        return self._told(alias, "name", one_array(files["owner"]), first, files)

    def remarks(self, raw: pa.Table) -> pa.Table:
        """What owners call those they write to, each once in a file."""
        known = raw.filter(pc.is_valid(raw["remark"]))
        first = _firsts(known, ["chat", "chat_name", "remark"])
        account = self._accounts(first, "chat", one_array(first["chat_name"]))
        return self._told(account, "remark", one_array(first["remark"]), one_array(first["line"]), first)

    def holders(self, raw: pa.Table) -> pa.Table:
        """The names that bills print for their owners."""
        first = _firsts(raw.filter(pc.is_valid(raw["account_name"])), ["account", "account_name"])
        account = pc.coalesce(self._accounts(first, "account"), self.devices(one_array(first["owner"])))
        label, lines = one_array(first["account_name"]), one_array(first["line"])
        names = self._told(account, "nickname", label, lines, first)
        return pa.concat_tables([names, self._told(account, "self", pa.nulls(len(label), TEXT), lines, first)])

    def written(self, raw: pa.Table, columns: Sequence[str]) -> pa.Table:
        """By which token a message would name each account: who hands over to another account writes its id."""
        first = _named(raw, columns, self._id)
        token = each(one_array(first["alias"]), lambda text: self.tokeniser.token("wechat", wechat.compact(text)))
        kind = same("wechat", first.num_rows)
        return lake_table(
            "contacts", {**_columns(first), "name": one_array(first["alias"]), "kind": kind, "token": token}
        )

    def numbers(self, raw: pa.Table, columns: Sequence[str]) -> pa.Table:
        """What may be shown of the numbers that are accounts."""
        first = _named(raw, columns, self._number)
        ids, texts = first["alias"].to_pylist(), first["text"].to_pylist()
        split = [alias.partition(":") for alias in ids]
        made = {
            "name": pa.array([masked_number(a, t) for a, t in zip(ids, texts, strict=True)], TEXT),
            "kind": pa.array([kind for kind, _, _ in split], TEXT),
            "token": pa.array([token for _, _, token in split], TEXT),
        }
        return lake_table("contacts", {**_columns(first), **made})

    def facts(self, raw: pa.Table) -> pa.Table:
        """What address books tell."""
        made = []
        for kind in sorted(pc.unique(raw["kind"]).drop_null().to_pylist()):
            mine = raw.filter(pc.equal(raw["kind"], kind))
            account, value = self._accounts(mine, "account"), one_array(mine["value"])
            made.append(self._told(account, kind, value, one_array(mine["line"]), mine))
        return pa.concat_tables(made) if made else SCHEMAS["contacts"].empty_table()

    def _accounts(self, raw: pa.Table, column: str, names: pa.Array | None = None) -> pa.Array:
        names = pa.nulls(raw.num_rows, TEXT) if names is None else names
        return account_ids(one_array(raw[column]), names, one_array(raw["owner"]), self.tokeniser)

    def _told(self, account: pa.Array, kind: str, value: pa.Array, line: pa.Array, cited: pa.Table) -> pa.Table:
        """Facts of one kind, cited as the rows they come from."""
        if kind in ("phone", "card", "wallet", "call"):
            number = each(value, self._number)
            token = pc.list_element(pc.split_pattern(number, ":"), 1) if len(number) else number
            columns = {"alias": pc.coalesce(account, number), "name": shown(value), "token": token}
        else:
            name = masked_names(value) if kind == "name" else shown(value)
            columns = {"alias": account, "name": name, "token": labels_of(value, self.tokeniser)}
        where = {n: one_array(cited[n]) for n in ("owner", "source")}
        return lake_table("contacts", {**columns, "kind": same(kind, len(value)), **where, "line": line})

    def _number(self, text: str) -> str | None:
        """A number as an account would be named that is one: its kind and its token."""
        made = account_id(text, self.tokeniser)
        return made if made and made.partition(":")[0] in _NUMBERS else None

    def _id(self, text: str) -> str | None:
        return text if account_id(text, self.tokeniser) == text and wechat.is_valid(text) else None


def masked_names(labels: pa.Array) -> pa.Array:
    """Give the masks of what are people's real names."""
    return each(labels, person_name.mask)


def _firsts(raw: pa.Table, columns: list[str]) -> pa.Table:
    """Each combination of some columns once in a file, with its first line."""
    by = ["owner", "source", *columns]
    found = raw.select([*by, "line"]).group_by(by, use_threads=False).aggregate([("line", "min")])
    found = found.rename_columns([*by, "line"])
    return found.sort_by([(name, "ascending") for name in ("source", "line", *columns)])


def _named(raw: pa.Table, columns: Sequence[str], meaning: Callable[[str], str | None]) -> pa.Table:
    """What some columns' texts mean, each meaning once in a file: ``alias``, and the ``text`` that is first of it."""
    parts = [
        raw.select(["owner", "source", c, "line"]).rename_columns(["owner", "source", "text", "line"]) for c in columns
    ]
    found = _firsts(pa.concat_tables(parts), ["text"])
    found = found.append_column("alias", each(one_array(found["text"]), meaning))
    found = found.filter(pc.is_valid(found["alias"]))
    found = found.sort_by([(name, "ascending") for name in ("source", "alias", "line", "text")]).combine_chunks()
    if not found.num_rows:
        return found
    alias, source = (
        found[name].combine_chunks().dictionary_encode().indices.to_numpy() for name in ("alias", "source")
    )
    begins = np.append(True, (alias[1:] != alias[:-1]) | (source[1:] != source[:-1]))
    return found.filter(pa.array(begins))


def _columns(first: pa.Table) -> Columns:
    return {name: one_array(first[name]) for name in ("owner", "alias", "source", "line")}
