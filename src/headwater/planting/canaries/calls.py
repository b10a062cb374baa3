"""Calls, messages and mail that reached owned contacts: those of decoys, held against controls that were never planted.

Strangers reach any number now and then. How often, c of n controls say that were reached in the same time: that share b is
Beta(c + ½, n − c + ½) (Jeffreys' prior). A decoy whose row was taken is reached with a chance between b and 1, all such
alike. The Bayes factor of the two (Kass and Raftery, 1995), for k of an account's m decoys, says how much likelier what was
received is if this account's rows were taken. What reached nobody in particular, and other accounts that were shown the same
decoys, bound it as they do in :mod:`.naming`. Without controls nothing is weighed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import stats

from headwater.exhibits.opening import members
from headwater.exhibits.sheets import Sheet, sheets
from headwater.identifiers.columns import compact_array
from headwater.ingestion.tables.days import parse_days
from headwater.model.errors import UnreadableError
from headwater.model.evidence import Citation, Statement
from headwater.model.exhibit import Exhibit, NotRead
from headwater.model.words import Text
from headwater.planting.canaries.naming import POOLED, aside, named_from, others
from headwater.planting.canaries.registry import Book, PlanEntry
from headwater.planting.canaries.viewing import Seen, of
from headwater.store.tokens import Tokeniser

CONTACT, RECEIVED = "contact", "received"
_HALF = 0.5
_GRID = 64
_LINES = 5


@dataclass(frozen=True, slots=True)
class Reached:
    """What contacts tell of one account, period or place: the decoys that were reached, since when, and the weight.

    ``named`` is said as of :class:`~headwater.planting.canaries.naming.Weight`.
    """

    account: str
    plan: str
    decoys: tuple[str, ...]
    first: str
    statement: Statement
    named: bool = False


@dataclass(frozen=True, slots=True)
class Calls:
    """Contacts that were received: what they tell, how many rows were of decoys, of controls and of neither, what was not read."""

    reached: tuple[Reached, ...]
    at_decoys: int
    at_controls: int
    other: int
    not_read: tuple[NotRead, ...] = ()
    rejected: tuple[tuple[str, int, str], ...] = field(default=())


def read_calls(file: Path, book: Book, tokeniser: Tokeniser, accounts: Collection[str] = ()) -> Calls:
    """Read a table of received contacts (columns ``contact`` and ``received``) and weigh it; ``accounts`` are all that there are.

    :raises UnreadableError: if the file has no such column
    """
    parts: list[pd.DataFrame] = []
    not_read: list[NotRead] = []
    rejected: list[tuple[str, int, str]] = []
    for found in members(Exhibit(file.name, file, "contacts", None, file.stat().st_size)):
        for sheet in [found] if isinstance(found, NotRead) else sheets(found):
            if isinstance(sheet, NotRead):
                not_read.append(sheet)
            else:
                parts.append(_rows(sheet, file.name, tokeniser, rejected))
    rows = (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["token", "received", "source", "line"])
    )
    known = {t: d.id for p in book.planted for d in p.decoys for k, t in d.tokens.items() if k in ("mobile", "email")}
    controls = frozenset[str]().union(*(p.controls for p in book.planted))
    rows["decoy"] = rows["token"].map(known)
    spam = rows["token"].isin(controls)
    reached = [each for plan in book.planted for each in _weighed(plan, rows, book, frozenset(accounts))]
    at, other = int(rows["decoy"].notna().sum()), int((rows["decoy"].isna() & ~spam).sum())
    told = tuple(sorted(reached, key=lambda r: (-r.statement.bits, r.account, r.plan)))
    return Calls(told, at, int(spam.sum()), other, tuple(not_read), tuple(rejected))


def _rows(sheet: Sheet, source: str, tokeniser: Tokeniser, rejected: list[tuple[str, int, str]]) -> pd.DataFrame:
    headers = {name.strip().casefold(): name for name in sheet.columns}
    if CONTACT not in headers or RECEIVED not in headers:
        raise UnreadableError(f"needs the columns {CONTACT} and {RECEIVED}; it has {', '.join(sheet.columns)}", source)
    cells = sheet.rows.column(headers[CONTACT]).combine_chunks()
    mail, phone = (compact_array(kind, cells) for kind in ("email", "mobile"))
    tokens = pd.Series(tokeniser.tokens("email", mail).to_pandas()).fillna(
        tokeniser.tokens("mobile", phone).to_pandas()
    )
    received = parse_days(sheet.rows.column(headers[RECEIVED]).combine_chunks()).cast(pa.string()).to_pandas()
    rows = pd.DataFrame({"token": tokens, "received": received, "source": source, "line": sheet.lines.to_numpy()})
    strange, undated = rows["token"].isna(), rows["received"].isna()
    bad = strange | undated
    rejected += [
        (source, int(line), f"{CONTACT} is no number and no mail address") for line in rows.loc[strange, "line"]
    ]
    rejected += [(source, int(line), f"{RECEIVED} is no date") for line in rows.loc[undated & ~strange, "line"]]
    rejected += [(source, line, reason) for line, reason in sheet.rejected]
    return rows[~bad]


def _weighed(plan: PlanEntry, rows: pd.DataFrame, book: Book, accounts: frozenset[str]) -> list[Reached]:
    """Each account of a plan whose decoys were reached since they were planted."""
    planted = plan.since("planted")
    since = rows[rows["received"] >= f"{planted:%Y-%m-%d}"] if planted else rows
    first = since.dropna(subset=["decoy"]).groupby("decoy")["received"].min().to_dict()
    called = {d.id: d for d in plan.decoys if {"mobile", "email"} & set(d.tokens)}
    seen = {name: of(book, d, date.fromisoformat(first[name]) if name in first else None) for name, d in called.items()}
    hit = len(plan.controls & set(since["token"]))
    likely = [
        label
        for label in {d.label for d in called.values()} - {""}
        if (ids := [n for n, d in called.items() if d.label == label])
        and factor(len(set(ids) & set(first)), len(ids), hit, len(plan.controls)) >= 1 / POOLED
    ]
    one = _Plan(plan, seen, accounts | frozenset(plan.accounts), hit, len(likely))
    told = []
    for account in sorted({a for name in first if name in seen for a in (*seen[name].accounts, called[name].label)}):
        mine = [name for name, d in called.items() if account in seen[name].accounts or account == d.label]
        told.append(one.reached(account, mine, since[since["decoy"].isin(mine)]))
    return told


@dataclass(frozen=True, slots=True)
class _Plan:
    """A plan beside contacts: who saw each decoy before it was first reached, all accounts, how many controls were ``hit``, and
    for how many labels decoys seem to have been ``taken``."""

    plan: PlanEntry
    seen: dict[str, Seen]
    accounts: frozenset[str]
    hit: int
    taken: int

    def reached(self, account: str, mine: Collection[str], rows: pd.DataFrame) -> Reached:
        """What the rows that reached decoys of an account say of it."""
        decoys = tuple(sorted(set(rows["decoy"])))
        many = max(len(self.accounts | {a for each in self.seen.values() for a in each.accounts}), 2)
        bits = self._bits(account, decoys, len(mine), many) if account else 0.0
        lines = sorted({Citation(str(s), int(n)) for s, n in zip(rows["source"], rows["line"], strict=True)})
        text = self._said(account or "?", len(decoys), len(mine), rows["received"])
        named = account in self.accounts and self._alone(account, decoys) and bits >= named_from(many)
        return Reached(
            account,
            self.plan.id,
            decoys,
            str(rows["received"].min()),
            Statement(text, bits, tuple(lines[:_LINES])),
            bool(named),
        )

    def _bits(self, account: str, decoys: Collection[str], planted: int, many: int) -> float:
        if not self.plan.controls:
            return 0.0
        ratio = factor(len(decoys), planted, self.hit, len(self.plan.controls))
        labels = self._labels
        beside = max(
            others(account, labels[name], self.accounts, self.seen[name]) / (many - 1)
            + aside(account, labels[name], self.accounts, self.taken)
            for name in decoys
        )
        share = min(1.0, beside)
        return float(np.log2(ratio / (share * ratio + 1 - share)))

    @property
    def _labels(self) -> dict[str, str]:
        return {d.id: d.label for d in self.plan.decoys}

    def _alone(self, account: str, decoys: Iterable[str]) -> bool:
        return all(self._labels[name] == account and not self.seen[name].others(account) for name in decoys)

    def _said(self, who: str, reached: int, planted: int, received: pd.Series) -> Text:
        total, first = len(self.plan.controls), received.min()
        share = (self.hit + _HALF) / (total + 1)
        return Text(
            f"{len(received)} contact(s) reached {reached} of the {planted} decoys of {self.plan.dataset} for {who}, the first on "
            f"{first}; of {total} controls that were never planted {self.hit} were reached ({share:.1%} expected).",
            f"{self.plan.dataset} 为 {who} 设置的 {planted} 条诱饵中有 {reached} 条收到 {len(received)} 次联系，首次 {first}；"
            f"从未投放的 {total} 个对照中有 {self.hit} 个收到联系（预期 {share:.1%}）。",
        )


def factor(reached: int, planted: int, hit: int, controls: int) -> float:
    """How much likelier it is that so many of the planted decoys are reached if their rows were taken than if not.

    The share b of contacts that strangers reach is Beta(hit + ½, controls − hit + ½); of taken rows b + (1 − b) u are
    reached, u uniform between 0 and 1.
    """
    middle = (np.arange(_GRID) + 0.5) / _GRID
    strangers = stats.beta.ppf(middle, hit + _HALF, controls - hit + _HALF)
    taken = strangers[:, None] + (1 - strangers[:, None]) * middle
    chances = [float(stats.binom.pmf(reached, planted, share).mean()) for share in (taken, strangers)]
    return chances[0] / max(chances[1], 1e-12)
