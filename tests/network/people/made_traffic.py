"""A story of made people, as the stage of traffic hands it on, built by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Traffic

SECOND = 1_000_000
DAY = 86_400 * SECOND
START = 1_700_000_000 * SECOND


@dataclass
class Story:
    """What is put in: accounts as they are named first, facts, messages and payments."""

    owners: Mapping[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    named: list[tuple[int, str, str]] = field(default_factory=list)
    transfers: list[dict[str, Any]] = field(default_factory=list)

    def place(self, account: str) -> int:
        """The place of an account; it is there from now on."""
        if account not in self.ids:
            self.ids.append(account)
        return self.ids.index(account)

    def fact(self, account: str, kind: str, shown: str, token: str = "", owner: str = "", **more: Any) -> None:
        """Something that is known of an account."""
        row = {"account": self.place(account), "kind": kind, "token": token, "shown": shown, "owner": owner}
        place = {"first": NONE, "last": NONE, "source": "contacts/book.csv", "line": len(self.facts) + 2}
        self.facts.append({**row, **place, **more})

    def say(self, sender: str, receiver: str, seconds: float, text: str, **more: Any) -> None:
        """A message; ``tokens`` is a list of kind and token, ``room`` a group."""
        for kind, token in more.pop("tokens", ()):
            self.named.append((len(self.messages), kind, token))
        room = more.pop("room", "")
        row = {
            "time": START + int(seconds * SECOND),
            "sender": self.place(sender),
            "receiver": NONE if room else self.place(receiver),
            "talk": room or "|".join(sorted((sender, receiver))),
            "kind": "text",
            "shape": text,
            "text": text,
            "source": f"chats/{sender}.csv",
            "line": len(self.messages) + 2,
        }
        self.messages.append({**row, **more})

    def pay(self, payer: str, payee: str, seconds: float, amount: float, **more: Any) -> None:
        """A movement of money that no bubble shows."""
        row = {
            "time": START + int(seconds * SECOND),
            "payer": self.place(payer),
            "payee": self.place(payee),
            "amount": amount,
            "kind": "transfer",
            "message": NONE,
            "source": f"payments/{payer}.csv",
            "line": len(self.transfers) + 2,
        }
        self.transfers.append({**row, **more})

    def strangers(self, count: int) -> None:
        """People who have nothing to do with anybody: chance needs a crowd."""
        for number in range(count):
            self.place(f"stranger{number}")

    def traffic(self) -> Traffic:
        """The frames."""
        messages = _frame(
            self.messages, ["time", "sender", "receiver", "talk", "kind", "shape", "text", "source", "line"]
        )
        messages = messages.sort_values("time", kind="stable")
        place = pd.Series(np.arange(len(messages)), index=messages.index)
        messages = messages.reset_index(drop=True)
        for name in ("kind", "shape", "text", "source"):
            messages[name] = messages[name].astype(object).astype("category")
        talks = sorted(set(messages["talk"]))
        messages["chat"] = messages["talk"].map({talk: n for n, talk in enumerate(talks)})
        named = _frame(
            [dict(zip(("message", "kind", "token"), row, strict=True)) for row in self.named],
            ["message", "kind", "token"],
        )
        named["message"] = place.reindex(named["message"]).to_numpy(np.int64) if len(named) else []
        transfers = _frame(self.transfers, ["time", "payer", "payee", "amount", "kind", "message", "source", "line"])
        facts = ["account", "kind", "token", "shown", "owner", "first", "last", "source", "line"]
        return Traffic(
            accounts=self._accounts(),
            facts=_frame(self.facts, facts).sort_values(["account", "kind", "shown"], ignore_index=True),
            chats=self._chats(talks),
            messages=messages,
            named=named.assign(place=0, mask="***").astype({"kind": object, "token": object}),
            parts=pd.DataFrame(),
            transfers=transfers,
            copies=pd.DataFrame(),
            clocks=pd.DataFrame(),
        )

    def _accounts(self) -> pd.DataFrame:
        heads = {
            "card": "bank",
            "wallet": "wallet",
            "phone": "phone",
            "name": "name",
            "billed": "name",
            "masked": "mask",
        }
        system = [heads.get(name.partition(":")[0], "wechat") if ":" in name else "wechat" for name in self.ids]
        owner = [self.owners.get(name, "") for name in self.ids]
        return pd.DataFrame({"id": self.ids, "system": system, "owner": owner, "shown": ""})

    def _chats(self, talks: Sequence[str]) -> pd.DataFrame:
        rows = []
        for talk in talks:
            pair = talk.split("|")
            one, other = (self.place(pair[0]), self.place(pair[1])) if len(pair) == 2 else (NONE, NONE)
            rows.append({"id": talk, "name": talk, "group": len(pair) < 2, "one": one, "other": other})
        return _frame(rows, ["id", "name", "group", "one", "other"])


_WORDS = frozenset(("kind", "token", "shown", "owner", "talk", "shape", "text", "source", "id", "name"))


def _frame(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    kinds = {name: object if name in _WORDS else float if name == "amount" else np.int64 for name in columns}
    return frame.astype({**kinds, **({"group": bool} if "group" in kinds else {})})
