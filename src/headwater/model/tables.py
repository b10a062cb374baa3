"""The tables of the lake: one Arrow schema each.

Every event table starts with the same five columns: ``time`` (microseconds, UTC), ``day`` and ``hour`` (the local day
and hour of the case's time zone, so that no engine has to know about zones), ``source`` (path below the case folder,
``archive.zip!member`` inside an archive) and ``line`` (1-based, where the record starts). No column holds a raw
personal value: identifiers are tokens, free text is masked before it gets here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa

TEXT = pa.string()
COUNT = pa.int64()
DAY = pa.date32()
TIME = pa.timestamp("us", tz="UTC")

_CITED = [("source", TEXT), ("line", COUNT)]
_EVENT = [("time", TIME), ("day", DAY), ("hour", pa.int8()), *_CITED]


def _event(*columns: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema([*_EVENT, *columns])


def _cited(*columns: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema([*columns, *_CITED])


SCHEMAS: Mapping[str, pa.Schema] = MappingProxyType(
    {
        # one act of reading protected data; `subject` when it names one record, `returned` when it gave a set of them
        "access": _event(
            ("account", TEXT),
            ("device", TEXT),
            ("ip", TEXT),
            ("application", TEXT),
            ("dataset", TEXT),
            ("action", TEXT),  # lookup, search, export, sql
            ("rows", COUNT),  # as the log says it; null when it does not
            ("subject", TEXT),  # token of the record's key
            ("ordinal", COUNT),  # the record's place in its data set; null when it is not in the snapshot
            ("statement", TEXT),  # fingerprint of the SQL shape
            ("returned", TEXT),  # id of a set in `returned`
            (
                "exact",
                pa.bool_(),
            ),  # false where the replayed set is larger than what the log says was returned
            ("outcome", TEXT),  # success, denied
            ("bytes", COUNT),
        ),
        # the rows that a replayed statement or export gave: stored once per distinct statement and version
        "returned": pa.schema([("returned", TEXT), ("dataset", TEXT), ("subject", TEXT), ("ordinal", COUNT)]),
        "statements": pa.schema(
            [
                ("fingerprint", TEXT),
                ("kind", TEXT),  # lookup, range, filter, export, aggregate, write, other
                ("tables", pa.list_(TEXT)),
                ("columns", pa.list_(TEXT)),
                ("predicates", pa.list_(TEXT)),
                ("sample", TEXT),  # literals masked
                ("understood", pa.bool_()),
            ]
        ),
        # what a shape of statement showed of a data set, column by column, by what it sorted, and whether it has a LIMIT
        "statement_columns": pa.schema(
            [
                ("fingerprint", TEXT),
                ("dataset", TEXT),
                ("part", TEXT),  # shown, order, limit
                ("place", COUNT),  # 1-based
                ("column", TEXT),  # the data set's, in lower case; null for what is none of its columns
                ("changed", pa.bool_()),  # shown through an expression (a mask, a format)
                ("falling", pa.bool_()),  # of an order: DESC
            ]
        ),
        "logons": _event(("account", TEXT), ("device", TEXT), ("ip", TEXT), ("action", TEXT), ("kind", TEXT)),
        "web": _event(
            ("account", TEXT),
            ("device", TEXT),
            ("ip", TEXT),
            ("host", TEXT),
            ("path", TEXT),
            ("method", TEXT),
            ("status", pa.int32()),
            ("bytes_out", COUNT),
            ("bytes_in", COUNT),
        ),
        "flows": _event(
            ("account", TEXT),
            ("device", TEXT),
            ("src", TEXT),
            ("src_port", pa.int32()),
            ("dst", TEXT),
            ("dst_port", pa.int32()),
            ("protocol", TEXT),
            ("bytes_out", COUNT),
            ("bytes_in", COUNT),
        ),
        "files": _event(
            ("account", TEXT),
            ("device", TEXT),
            ("ip", TEXT),
            ("path", TEXT),
            ("action", TEXT),  # create, read, update, delete, rename, copy, mount, print
            ("bytes", COUNT),
            ("digest", TEXT),
        ),
        "mail": _event(
            ("account", TEXT),
            ("sender", TEXT),
            ("recipients", pa.list_(TEXT)),
            ("subject", TEXT),
            ("attachments", pa.list_(TEXT)),
            ("bytes", COUNT),
        ),
        "people": _cited(
            ("employee", TEXT),
            ("name", TEXT),  # masked
            ("department", TEXT),
            ("role", TEXT),
            ("grade", TEXT),
            ("manager", TEXT),
            ("site", TEXT),
            ("hired", DAY),
            ("left", DAY),
            ("resigned", DAY),
            ("workstation", TEXT),
            ("ip", TEXT),
        ),
        "accounts": _cited(
            ("account", TEXT),
            ("system", TEXT),
            ("owner", TEXT),
            ("kind", TEXT),  # person, shared, service
            ("created", DAY),
            ("disabled", DAY),
        ),
        "entitlements": _cited(
            ("principal", TEXT),
            ("dataset", TEXT),
            ("action", TEXT),  # lookup, search, export, sql, *
            ("rows_per_day", COUNT),
            ("starts", DAY),
            ("ends", DAY),
        ),
        "absences": _cited(("employee", TEXT), ("starts", DAY), ("ends", DAY), ("kind", TEXT)),
        "tickets": _cited(
            ("ticket", TEXT),
            ("principal", TEXT),
            ("dataset", TEXT),
            ("purpose", TEXT),
            ("approved_by", TEXT),
            ("starts", DAY),
            ("ends", DAY),
        ),
        "relations": _cited(
            ("employee", TEXT),
            ("dataset", TEXT),
            ("subject", TEXT),
            ("ordinal", COUNT),
            ("relation", TEXT),
            ("starts", DAY),
            ("ends", DAY),
        ),
        # records that nobody has business with
        "canaries": _cited(("dataset", TEXT), ("subject", TEXT), ("ordinal", COUNT)),
        # one version of one protected record
        "records": _cited(
            ("dataset", TEXT),
            ("subject", TEXT),
            (
                "ordinal",
                COUNT,
            ),  # 0-based, in the order of first appearance: the same for every version of a record
            ("version", COUNT),  # 0-based
            ("segment", TEXT),  # digest of the record's low-cardinality columns (product, branch)
            ("valid_from", DAY),
            ("valid_to", DAY),
        ),
        # one identifier of one protected person, with its validity in time
        "subjects": _cited(
            ("dataset", TEXT),
            ("subject", TEXT),
            ("ordinal", COUNT),
            ("version", COUNT),
            ("kind", TEXT),  # an identifier's name, or `own:COLUMN` for a number of the data set's own
            ("token", TEXT),
            ("valid_from", DAY),
            ("valid_to", DAY),
        ),
        # parts of these identifiers (last four digits, road and numbers): they name nobody alone
        "subject_parts": pa.schema(
            [
                ("dataset", TEXT),
                ("ordinal", COUNT),
                ("kind", TEXT),  # as `mobile~4`: identifiers/parts.py
                ("token", TEXT),
                ("valid_from", DAY),
                ("valid_to", DAY),
            ]
        ),
        # what somebody on the roster can have in common with others
        "staff_traits": _cited(
            ("employee", TEXT),
            ("kind", TEXT),  # surname, name, address, mobile, resident_id
            ("token", TEXT),
        ),
        # a record that has such a trait of somebody on the roster; common surnames are left out
        "shared_traits": pa.schema([("dataset", TEXT), ("ordinal", COUNT), ("kind", TEXT), ("token", TEXT)]),
        # what the columns of a data set hold, so that a scanner can know its own numbers again
        "columns": pa.schema(
            [
                ("dataset", TEXT),
                ("column", TEXT),
                ("kind", TEXT),
                ("shape", TEXT),  # a bounded regular expression for `own:COLUMN` kinds
                ("rows", COUNT),
                ("distinct", COUNT),
            ]
        ),
        # one identifier found in a file
        "holdings": pa.schema(
            [
                ("source", TEXT),
                ("sheet", TEXT),
                # row of the sheet or line of the text, 1-based; the row's number where several stand on one line
                ("line", COUNT),
                ("holder", TEXT),
                ("role", TEXT),  # seized, leak, chat
                ("kind", TEXT),
                ("category", TEXT),
                ("token", TEXT),
                ("confidence", pa.float64()),
                # whom of its row it speaks of: 0 or null whom the row is about, 1 and more others, -1 nobody
                ("party", pa.int8()),
            ]
        ),
        # part of an identifier found in a file: masked, cut short, mistyped
        "holding_parts": pa.schema(
            [
                ("source", TEXT),
                ("sheet", TEXT),
                ("line", COUNT),
                ("holder", TEXT),
                ("role", TEXT),
                ("kind", TEXT),
                ("token", TEXT),
            ]
        ),
        # one table or text that was scanned
        "documents": pa.schema(
            [
                ("source", TEXT),
                ("sheet", TEXT),
                ("holder", TEXT),
                ("role", TEXT),
                ("rows", COUNT),  # rows of data, the header left out
                ("persons", COUNT),
                ("sha256", TEXT),
            ]
        ),
        # one column of a table that was scanned: what it holds, how it is written, whether the rows stand in its order
        "document_columns": pa.schema(
            [
                ("source", TEXT),
                ("sheet", TEXT),
                ("holder", TEXT),
                ("role", TEXT),
                ("place", COUNT),  # 1-based
                ("column", TEXT),  # in lower case, where the header is that of a column of a protected data set
                ("kind", TEXT),  # as in `holdings`; null where the column as a whole is of none
                ("form", TEXT),  # how most cells are written, digits as 0 and letters as A; null for free text
                ("formed", COUNT),  # cells written so
                ("filled", COUNT),
                ("rises", COUNT),  # neighbours of which the lower one is larger, smaller, equal
                ("falls", COUNT),
                ("ties", COUNT),
            ]
        ),
        "complaints": _cited(("complaint", TEXT), ("received", DAY), ("kind", TEXT), ("token", TEXT), ("what", TEXT)),
        # one message as one device shows it; the same message lies on the devices of both sides
        "messages": _event(
            ("owner", TEXT),  # with whom the device was found
            ("chat", TEXT),  # account of the other side, or id of the group
            ("chat_name", TEXT),  # what the device calls it; masked where it is a person's name
            ("group", pa.bool_()),
            ("sender", TEXT),  # account
            ("sender_name", TEXT),  # nickname as shown
            ("receiver", TEXT),  # account; null in groups
            ("outgoing", pa.bool_()),  # written by the owner of the device
            (
                "kind",
                TEXT,
            ),  # text, image, voice, video, file, transfer, packet, quote, forwarded, card, place, emoji, call, recalled, system
            ("text", TEXT),  # masked
            (
                "shape",
                TEXT,
            ),  # identifiers replaced by ⟨kind⟩, width and capitals folded; by it is told what the message does
            ("tokens", pa.list_(TEXT)),  # kind:token, one for each identifier of the shape, in its order
            ("masks", pa.list_(TEXT)),  # what may be shown of each of them
            ("parts", pa.list_(TEXT)),  # place:part:token, what survives a wrong digit, a mask or a homophone
            ("quoted", TEXT),  # shape of the message that is answered
            ("amount", pa.float64()),
            ("currency", TEXT),
            ("file", TEXT),  # masked
            ("digest", TEXT),  # SHA-256 of the file, where it lies in the case folder
            ("reference", TEXT),  # number of the transfer
        ),
        # a row of a bill, a statement or a reply to police, from the side of whose it is
        "payments": _event(
            ("owner", TEXT),
            ("channel", TEXT),  # wechat, alipay, bank, other
            ("account", TEXT),  # the account whose bill it is
            ("direction", TEXT),  # in, out, neutral
            ("payer", TEXT),  # accounts; null where the bill names no account
            ("payee", TEXT),
            ("other_name", TEXT),  # the other side as the bill names it: nickname, or a masked name
            ("other_kind", TEXT),  # nickname, name, masked_name, merchant, firm
            ("other_token", TEXT),  # token of a full name
            ("amount", pa.float64()),  # positive
            ("currency", TEXT),
            ("fee", pa.float64()),
            ("balance", pa.float64()),
            ("kind", TEXT),  # transfer, packet, code, purchase, refund, withdrawal, topup, fee, other
            ("status", TEXT),  # done, refunded, partly_refunded, returned, failed, pending
            ("refunded", pa.float64()),
            ("reference", TEXT),
            ("other_reference", TEXT),  # the merchant's or the other side's number of the same payment
            ("text", TEXT),
        ),
        # one fact about an account: what it is called, by whom, whose it is
        "contacts": _cited(
            ("owner", TEXT),
            ("alias", TEXT),  # the account
            ("name", TEXT),  # as it is shown: nickname, or a mask
            ("kind", TEXT),  # nickname, remark, name, phone, card, wallet, self, member, call
            ("token", TEXT),
        ),
        # what does not add up in a bill: it was edited, or is not whole
        "bill_doubts": _cited(
            ("owner", TEXT), ("account", TEXT), ("what", TEXT), ("stated", pa.float64()), ("found", pa.float64())
        ),
    }
)

EVENT_TABLES = frozenset(name for name, schema in SCHEMAS.items() if "day" in schema.names)
"""The tables that are partitioned by day."""

GROWN = frozenset({"holdings", "messages", "payments"})
"""The tables that lakes of earlier versions have with fewer columns."""
