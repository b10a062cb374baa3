"""Calls, messages and mail that reached owned contacts: those of decoys, held against controls that were never planted.

Strangers reach any number now and then, and hardly ever an alias that nobody can guess: each kind of contact is held against
controls of its own kind. How often strangers reach one, c of n controls say that were reached in the same time: that share b is
Beta(c + ½, n − c + ½) (Jeffreys' prior). A decoy whose row was taken is reached with a chance between b and 1, all such
alike. The Bayes factor of the two (Kass and Raftery, 1995), for k of an account's m decoys, says how much likelier what was
received is if this account's rows were taken; over kinds :func:`together`. What reached nobody in particular, and other accounts
that were shown the same decoys, bound it as they do in :mod:`.naming`. A kind without controls weighs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import special

from headwater.exhibits.opening import members
from headwater.exhibits.sheets import Sheet, sheets
from headwater.identifiers.columns import compact_array
from headwater.ingestion.tables.days import parse_days
from headwater.model.errors import UnreadableError
from headwater.model.evidence import Citation, Statement
from headwater.model.exhibit import Exhibit, NotRead
from headwater.model.settings import ANOTHER_HAND
from headwater.model.words import Text
from headwater.planting.canaries.naming import POOLED, aside, handed_on, named_from, of_account, others
from headwater.planting.canaries.registry import Book, Decoy, PlanEntry
from headwater.planting.canaries.viewing import Seen, of
from headwater.store.tokens import Tokeniser

CONTACT, RECEIVED = "contact", "received"
KINDS = {"mobile": ("numbers", "号码"), "email": ("mail addresses", "邮箱")}
"""The kinds of contact that decoys have, and what they are called."""
_HALF = 0.5
_LINES = 5
_MOST = 1e60


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
    known = {t: (d.id, k) for p in book.planted for d in p.decoys for k, t in d.tokens.items() if k in KINDS}
    rows["decoy"] = rows["token"].map({t: decoy for t, (decoy, _) in known.items()})
    rows["kind"] = rows["token"].map({t: kind for t, (_, kind) in known.items()})
    spam = rows["token"].isin({token for p in book.planted for _, token in p.controls})
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
    planted = plan.day("planted")
    since = rows[rows["received"] >= planted.isoformat()] if planted else rows
    first = since.dropna(subset=["decoy"]).groupby("decoy")["received"].min().to_dict()
    called = {d.id: d for d in plan.decoys if KINDS.keys() & d.tokens.keys()}
    seen = {name: of(book, d, date.fromisoformat(first[name]) if name in first else None) for name, d in called.items()}
    one = _Plan(plan, seen, accounts | frozenset(plan.accounts), _tallies(plan, since), called)
    taken = one.taken()
    told = []
    for account in sorted({a for name in first if name in seen for a in (*seen[name].accounts, called[name].label)}):
        mine = [name for name, d in called.items() if account in seen[name].accounts or account == d.label]
        told.append(one.reached(account, mine, since[since["decoy"].isin(mine)], taken))
    return told


@dataclass(frozen=True, slots=True)
class _Tally:
    """One kind of contact: which decoys of a plan have one, whose was reached, and how many controls there are and were hit."""

    planted: frozenset[str]
    reached: frozenset[str]
    controls: int
    hit: int

    def factor(self, names: Collection[str]) -> float:
        """The factor of some decoys."""
        mine = self.planted & set(names)
        return factor(len(mine & self.reached), len(mine), self.hit, self.controls)


def _tallies(plan: PlanEntry, since: pd.DataFrame) -> Mapping[str, _Tally]:
    """By kind of contact that decoys of a plan have: what was reached."""
    met = set(since["token"])
    told = {}
    for kind in KINDS:
        controls = {token for of_kind, token in plan.controls if of_kind == kind}
        with_one = frozenset(d.id for d in plan.decoys if kind in d.tokens)
        reached = frozenset(since.loc[since["kind"] == kind, "decoy"]) & with_one
        if with_one:
            told[kind] = _Tally(with_one, reached, len(controls), len(controls & met))
    return told


@dataclass(frozen=True, slots=True)
class _Plan:
    """A plan beside contacts: who saw each decoy before it was first reached, all accounts, what was reached by kind, and the
    decoys that can be."""

    plan: PlanEntry
    seen: dict[str, Seen]
    accounts: frozenset[str]
    tallies: Mapping[str, _Tally]
    called: Mapping[str, Decoy]

    def reached(self, account: str, mine: Collection[str], rows: pd.DataFrame, taken: int) -> Reached:
        """What the rows that reached decoys of an account say of it; ``taken`` is for how many labels decoys seem to have been."""
        decoys = tuple(sorted(set(rows["decoy"])))
        many = max(len(self.accounts | {a for each in self.seen.values() for a in each.accounts}), 2)
        of_copy = self._bits(account, decoys, mine, many, taken) if account else 0.0
        lines = sorted({Citation(str(s), int(n)) for s, n in zip(rows["source"], rows["line"], strict=True)})
        text = handed_on(self._said(account or "?", decoys, mine, rows["received"]), ANOTHER_HAND)
        named = account in self.accounts and self._alone(account, decoys) and of_copy >= named_from(many)
        bits = of_account(of_copy, many, ANOTHER_HAND)
        return Reached(
            account,
            self.plan.id,
            decoys,
            str(rows["received"].min()),
            Statement(text, bits, tuple(lines[:_LINES])),
            bool(named),
        )

    def _ratio(self, names: Collection[str]) -> float:
        return together([t.factor(names) for t in self.tallies.values() if t.controls and t.planted & set(names)])

    def taken(self) -> int:
        """For how many labels decoys seem to have been taken."""
        labels: dict[str, list[str]] = defaultdict(list)
        for name, decoy in self.called.items():
            labels[decoy.label].append(name)
        return sum(self._ratio(names) >= 1 / POOLED for label, names in labels.items() if label)

    def _bits(self, account: str, decoys: Collection[str], mine: Collection[str], many: int, taken: int) -> float:
        ratio = self._ratio(mine)
        beside = max(
            others(account, self.called[name].label, self.accounts, self.seen[name]) / (many - 1)
            + aside(account, self.called[name].label, self.accounts, taken)
            for name in decoys
        )
        share = min(1.0, beside)
        return float(np.log2(ratio / (share * ratio + 1 - share)))

    def _alone(self, account: str, decoys: Iterable[str]) -> bool:
        return all(self.called[name].label == account and not self.seen[name].others(account) for name in decoys)

    def _said(self, who: str, decoys: Collection[str], mine: Collection[str], received: pd.Series) -> Text:
        kinds = [
            _kind(KINDS[kind], tally, set(mine)) for kind, tally in self.tallies.items() if tally.planted & set(mine)
        ]
        first = received.min()
        return Text(
            f"{len(received)} contact(s) reached {len(decoys)} of the {len(mine)} decoys of {self.plan.dataset} for {who}, the "
            f"first on {first}; {'; '.join(each.en for each in kinds)}.",
            f"{self.plan.dataset} 为 {who} 设置的 {len(mine)} 条诱饵中有 {len(decoys)} 条收到 {len(received)} 次联系，首次 {first}；"
            f"{'；'.join(each.zh for each in kinds)}。",
        )


def _kind(words: tuple[str, str], tally: _Tally, mine: set[str]) -> Text:
    """What was reached of one kind of contact."""
    planted, reached, all_ = len(tally.planted & mine), len(tally.reached & mine), tally.controls
    share = (tally.hit + _HALF) / (all_ + 1)
    if not all_:
        return Text(
            f"{words[0]}: {reached} of {planted}, without controls, which weighs nothing",
            f"{words[1]}：{planted} 个中 {reached} 个，无对照，不计权重",
        )
    return Text(
        f"{words[0]}: {reached} of {planted}, and of {all_} controls that were never planted {tally.hit} ({share:.1%} expected)",
        f"{words[1]}：{planted} 个中 {reached} 个；从未投放的 {all_} 个对照中 {tally.hit} 个（预期 {share:.1%}）",
    )


def together(factors: Collection[float]) -> float:
    """The factor of several kinds of contact: whoever took rows may use one kind, another, or both, which is taken to be as likely.

    The mean over all choices of kinds but none of the product of their factors, so its mean over what strangers do is 1 as
    each factor's is; 1 where there are no factors.
    """
    if not factors:
        return 1.0
    return float((np.prod(1 + np.array(list(factors))) - 1) / (2 ** len(factors) - 1))


def factor(reached: int, planted: int, hit: int, controls: int) -> float:
    """How much likelier it is that so many of the planted decoys are reached if their rows were taken than if not (1e60 at most).

    The share b of contacts that strangers reach is Beta(hit + ½, controls − hit + ½), so what they reach of the decoys is
    beta-binomial. Of taken rows b + (1 − b) u are reached, u uniform between 0 and 1. Both are exact: over u, the chance of k
    of m is P(at most k of m + 1, each with b) / ((m + 1)(1 − b)), and each term of that has a mean over b in closed form.
    """
    a, b = hit + _HALF, controls - hit + _HALF
    up_to = np.arange(reached + 1)
    strangers = _log_choose(planted, reached) + special.betaln(a + reached, b + planted - reached)
    terms = _log_choose(planted + 1, up_to) + special.betaln(a + up_to, b + planted - up_to)
    taken = special.logsumexp(terms) - np.log(planted + 1)
    return float(np.exp(min(taken - strangers, np.log(_MOST))))


def _log_choose(of: int, some: np.ndarray | int) -> np.ndarray:
    return np.asarray(-special.betaln(1 + of - some, 1 + some) - np.log(of + 1))
