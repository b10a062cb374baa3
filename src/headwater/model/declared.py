"""What a declared log may say of messages, payments and contacts: columns that a person would name, raw as the log has them.

The lake's own columns (accounts as tokens, masks, shapes) are made of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa

from headwater.model.tables import COUNT, TEXT, TIME

_CITED = (("source", TEXT), ("line", COUNT), ("owner", TEXT))
_EVENT = (("time", TIME), *_CITED)
_FIGURE, _TRUTH = pa.float64(), pa.bool_()

DECLARED: Mapping[str, pa.Schema] = MappingProxyType(
    {
        "messages": pa.schema(
            [
                *_EVENT,
                *((n, TEXT) for n in ("chat", "chat_name", "sender", "sender_name", "receiver", "receiver_name")),
                ("group", _TRUTH),
                ("outgoing", _TRUTH),
                *((n, TEXT) for n in ("remark", "kind", "text", "quoted")),
                ("amount", _FIGURE),
                *((n, TEXT) for n in ("currency", "file", "reference")),
            ]
        ),
        "payments": pa.schema(
            [
                *_EVENT,
                *((n, TEXT) for n in ("payer", "payer_name", "payee", "payee_name")),
                *((n, TEXT) for n in ("account", "account_name", "other", "other_name", "other_kind", "direction")),
                *((n, TEXT) for n in ("channel", "kind", "status", "currency")),
                *((n, _FIGURE) for n in ("amount", "fee", "balance", "refunded")),
                *((n, TEXT) for n in ("reference", "other_reference", "method", "text")),
            ]
        ),
        "contacts": pa.schema([*_CITED, *((n, TEXT) for n in ("alias", "name", "kind", "token"))]),
    }
)
"""The columns by table; ``source`` and ``line`` come with every row, and ``time`` is declared by itself."""

_DIRECTIONS = frozenset({"in", "out", "neutral"})
WORDS: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("messages", "kind"): frozenset(
            {
                "text",
                "image",
                "voice",
                "video",
                "file",
                "transfer",
                "packet",
                "quote",
                "forwarded",
                "card",
                "place",
                "emoji",
                "call",
                "recalled",
                "system",
            }
        ),
        ("payments", "direction"): _DIRECTIONS,
        ("payments", "channel"): frozenset({"wechat", "alipay", "bank", "other"}),
        ("payments", "kind"): frozenset(
            {"transfer", "packet", "code", "purchase", "refund", "withdrawal", "topup", "fee", "other"}
        ),
        ("payments", "status"): frozenset({"done", "refunded", "partly_refunded", "returned", "failed", "pending"}),
        ("payments", "other_kind"): frozenset({"nickname", "name", "masked_name", "merchant", "firm"}),
        ("contacts", "kind"): frozenset({"nickname", "remark", "name", "phone", "card", "wallet", "self", "member"}),
    }
)
"""Columns that hold one of a few words."""
