"""Chats of made people, masked and shaped as the lake has them, in the frames that the network reads."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
from tests.identifiers.made_ids import made_id, made_mobile

from headwater.ingestion.traffic.marked import marked
from headwater.network.acts.classify import acts
from headwater.network.acts.terms import Lexicon
from headwater.network.frames import NONE, Acts, Traffic
from headwater.store.tokens import Tokeniser

MINUTE = 60_000_000
TOKENS = Tokeniser(b"a key of tests, thirty-two bytes")
NAMES = ("张伟", "王芳", "李娜", "刘洋", "陈静", "杨帆", "赵敏", "黄磊", "周杰", "吴倩")


@dataclass
class Chats:
    """Collects messages; accounts are numbers, and each two of them have one chat. Times are minutes."""

    rows: list[dict[str, object]] = field(default_factory=list)

    def say(self, minute: float, sender: int, receiver: int, text: str, **more: object) -> int:
        """One message; gives its number as it was told, before all are sorted by time."""
        told = {"kind": "text", "quoted": None, "amount": np.nan, "group": None, **more}
        self.rows.append({"minute": minute, "sender": sender, "receiver": receiver, "text": text, **told})
        return len(self.rows) - 1

    def trade(self, buyer: int, seller: int, orders: int = 6, item: str = "机主", since: float = 0.0) -> float:
        """A pair that deals every day: request, word, payment, answer. Gives the minute after it all."""
        for n in range(orders):
            at = since + n * 600
            mobile, name = made_mobile(buyer * 1000 + seller * 100 + n), NAMES[n % len(NAMES)]
            self.say(at, buyer, seller, f"查{item} {mobile}")
            self.say(at + 2, seller, buyer, "稍等")
            self.say(at + 5, buyer, seller, "", kind="transfer", amount=120.0)
            self.say(at + 90, seller, buyer, f"{mobile} 机主{name} {made_id(buyer * 7 + n)}")
        return since + orders * 600

    def traffic(self) -> Traffic:
        """The frames."""
        rows = sorted(self.rows, key=lambda r: r["minute"])  # type: ignore[arg-type, return-value]
        told = marked(pa.array([r["text"] for r in rows], pa.string()), TOKENS)
        quoted = marked(pa.array([r["quoted"] for r in rows], pa.string()), TOKENS).shape.to_pylist()
        pairs = [r["group"] or tuple(sorted((r["sender"], r["receiver"]))) for r in rows]  # type: ignore[type-var]
        number = {pair: n for n, pair in enumerate(dict.fromkeys(pairs))}
        messages = pd.DataFrame(
            {
                "time": [int(r["minute"] * MINUTE) for r in rows],  # type: ignore[operator]
                "chat": [number[pair] for pair in pairs],
                "sender": [r["sender"] for r in rows],
                "receiver": [NONE if r["group"] else r["receiver"] for r in rows],
                "kind": pd.Categorical([r["kind"] for r in rows]),
                "shape": pd.Categorical(told.shape.to_pylist()),
                "text": told.text.to_pylist(),
                "quoted": [q if r["quoted"] else None for q, r in zip(quoted, rows, strict=True)],
                "amount": np.array([r["amount"] for r in rows], dtype=np.float64),
            }
        )
        named = [
            (n, p, *t.rsplit(":", 1)) for n, listed in enumerate(told.tokens.to_pylist()) for p, t in enumerate(listed)
        ]
        parts = [
            (n, int(t.split(":")[0]), *t.split(":")[1:])
            for n, listed in enumerate(told.parts.to_pylist())
            for t in listed
        ]
        empty = pd.DataFrame()
        return Traffic(
            accounts=empty,
            facts=empty,
            chats=empty,
            messages=messages,
            named=pd.DataFrame(named, columns=["message", "place", "kind", "token"]),
            parts=pd.DataFrame(parts, columns=["message", "place", "part", "token"]),
            transfers=empty,
            copies=empty,
            clocks=empty,
        )

    def acts(self, words: Lexicon | None = None) -> Acts:
        """What the messages do."""
        return acts(self.traffic(), words)


def said_by(made: Acts, chats: Chats, number: int) -> list[tuple[str, str]]:
    """Act and category of each row of one message, by the number that it was told under."""
    order = sorted(range(len(chats.rows)), key=lambda n: chats.rows[n]["minute"])  # type: ignore[arg-type, return-value]
    rows = made.acts[made.acts["message"] == order.index(number)]
    return list(zip(rows["act"].astype(str), rows["category"].astype(str), strict=True))


def keys_of(made: Acts, row: int, told: bool = False) -> set[tuple[str, str]]:
    """Kinds and tokens of whole identifiers of one act."""
    keys = made.keys[(made.keys["act"] == row) & (made.keys["told"] == told)]
    return {(k, t) for k, t in zip(keys["kind"], keys["token"], strict=True) if k.isidentifier()}


def token(kind: str, value: str) -> tuple[str, str]:
    """An identifier as frames hold it."""
    return kind, TOKENS.token(kind, value)
