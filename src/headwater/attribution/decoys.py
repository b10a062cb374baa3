"""Decoys of the registry in leaked files: whose they are, who was shown them, and who read some that the leak lacks.

The weights are those of :mod:`headwater.planting.canaries.naming`. Decoys stand among the records of the data set, so that who
reads them and what leaks of them would count as reading too: the histories are searched without them
(:meth:`Decoys.bare`), and what they say is said here alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from headwater.attribution.accused import Accused, Piece, account_of
from headwater.attribution.histories import Histories
from headwater.attribution.one_source import other_ways
from headwater.attribution.search import CAP
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Statement
from headwater.model.words import Text
from headwater.planting.canaries.naming import ASIDE, REMOVED, Weight, named_from, weigh
from headwater.planting.canaries.readings import readings
from headwater.planting.canaries.registry import Book, PlanEntry, Showing
from headwater.planting.canaries.trips import find
from headwater.planting.canaries.viewing import seen
from headwater.store.tokens import Tokeniser

Ints = npt.NDArray[np.int64]
Lines = Mapping[str, tuple[Citation, ...]]
KIND = "canary"
_LINES, _NAMES = 5, 5


class Decoys:
    """The decoys of a registry beside a lake; ``everything``: accounts that read nearly all, and so tell nothing."""

    def __init__(self, scene: Scene, book: Book, tokeniser: Tokeniser, everything: Collection[str] = ()) -> None:
        self._scene, self._tokeniser = scene, tokeniser
        self._read = tuple(s for s in readings(scene.lake, book) if s.account not in everything)
        said = (s for s in book.showings if s.account not in everything)
        self.book = Book(book.plans, tuple(sorted({*self._read, *said})))
        self._seen = seen(self.book)
        self._decoys = {d.id: (plan, d) for plan in book.plans for d in plan.decoys}

    @cached_property
    def _ordinals(self) -> Mapping[str, Mapping[str, int]]:
        """By data set: the record that each decoy is, where the snapshot has it."""
        known = pd.DataFrame(
            [(p.dataset, d.tokens["subject"], d.id) for p, d in self._decoys.values() if "subject" in d.tokens],
            columns=["dataset", "subject", "decoy"],
        )
        wanted = self._scene.engine.memory("decoys", pa.Table.from_pandas(known, preserve_index=False))
        rows = self._scene.engine.table("records").select("dataset", "subject", "ordinal").distinct()
        found = self._scene.engine.arrow(rows.join(wanted, ["dataset", "subject"])).to_pandas()
        return {
            str(d): dict(zip(g["decoy"], g["ordinal"].astype(int), strict=True)) for d, g in found.groupby("dataset")
        }

    def records(self, dataset: str) -> Ints:
        """The records of a data set that are decoys."""
        return np.unique(np.array(list(self._ordinals.get(dataset, {}).values()), np.int64))

    def bare(self, h: Histories) -> Histories:
        """The same histories without the readings of decoys."""
        keep = ~np.isin(h.record, self.records(h.dataset))
        if keep.all():
            return h
        return replace(h, account=h.account[keep], day=h.day[keep], record=h.record[keep], before=h.before[keep])

    @cached_property
    def _held(self) -> pd.DataFrame:
        """Whatever in scanned files bears a token of a decoy."""
        tokens = sorted({t for _, d in self._decoys.values() for t in d.tokens.values()})
        wanted = self._scene.engine.memory("decoy_tokens", pa.table({"token": pa.array(tokens, pa.string())}))
        held = self._scene.engine.table("holdings").semi_join(wanted, "token")
        return self._scene.engine.arrow(held).to_pandas()

    def found(self, leak: str) -> Lines:
        """The decoys that a leaked file shows, or a holder's files (``seized/HOLDER``), each with its lines."""
        if not self._decoys:
            return {}
        held = self._held
        seized = held["role"] == "seized"
        mine = held[(seized & ("seized/" + held["holder"].fillna("") == leak)) | (~seized & (held["source"] == leak))]
        if mine.empty:
            return {}
        columns = ["source", "sheet", "line", "kind", "token"]
        return {t.decoy: t.lines for t in find(pa.Table.from_pandas(mine[columns], preserve_index=False), self.book)}

    def pieces(self, found: Lines, accounts: Collection[str], ours: int) -> tuple[list[Piece], list[Text]]:
        """What the decoys in a leak say of accounts, the strongest of each, and what they say that names nobody.

        ``ours`` is how many rows of the leak are ours: what share of the table leaked, if it leaked at random.
        """
        labels = {d.label for _, d in self._decoys.values()}
        known = {*accounts, *(name for name in labels if account_of(name, accounts, self._scene.org))}
        weights = weigh(self.book, found, known, self._tokeniser)
        strongest: dict[str, Weight] = {}
        places: dict[str, int] = {}
        for weight in weights:
            account = account_of(weight.account, accounts, self._scene.org)
            if account is not None:
                strongest.setdefault(account, weight)
            elif weight.decoys:
                places[weight.account] = len(weight.decoys)
        otherwise = self._otherwise(found, accounts, ours)
        strongest = {a: self._doubted(w, otherwise.get(a, 0.0), len(accounts)) for a, w in strongest.items()}
        named = {d for w in strongest.values() if w.named for d in w.decoys}
        notes = [_for_no_account(label, many) for label, many in sorted(places.items())]
        notes += self._undecided(found, strongest, named)
        notes += [_never_planted(p.id, sum(d.id in found for d in p.decoys)) for p in self._unplanted(found)]
        return [self._piece(account, weight, found) for account, weight in strongest.items() if weight.bits], notes

    def _otherwise(self, found: Lines, accounts: Collection[str], ours: int) -> dict[str, float]:
        """How likely unique decoys are there by another way than by each account (:mod:`.one_source`)."""
        plans = [p for p in self.book.planted if not p.shared]
        shown = {d.id: self._accounts(self._seen[d.id].accounts, accounts) for p in plans for d in p.decoys}
        shown = {decoy: who for decoy, who in shown.items() if who}
        rows = max((p.rows for p in plans), default=0)
        many = sum(d in found for d in shown)
        share = ours / rows if ours and rows else many / max(len(shown), 1)
        return other_ways(shown, found, share, max(2, len(accounts)))

    def _accounts(self, names: Collection[str], accounts: Collection[str]) -> tuple[str, ...]:
        """Those of some names that are accounts."""
        who = {account_of(name, accounts, self._scene.org) for name in names}
        return tuple(sorted(w for w in who if w))

    def _doubted(self, weight: Weight, otherwise: float, accounts: int) -> Weight:
        """A weight with what else may have brought unique decoys into the leak; shared ones need none of it."""
        if not weight.decoys or self.book.plan(weight.plan).shared:
            return weight
        bits = -float(np.log2(min(1.0, 2.0**-weight.bits + otherwise)))
        text = _with_doubt(weight.statement.text, otherwise) if otherwise > ASIDE else weight.statement.text
        named = weight.named and bits >= named_from(max(2, accounts))
        return replace(weight, statement=Statement(text, bits, weight.statement.evidence), named=named)

    def _piece(self, account: str, weight: Weight, found: Lines) -> Piece:
        plan = self.book.plan(weight.plan)
        said = weight.statement
        since, gone = plan.since("planted"), plan.since("withdrawn")
        assert since is not None  # only planted ones are weighed
        ordinals = self._ordinals.get(plan.dataset, {})
        return Piece(
            account,
            Statement(said.text, max(-CAP, min(CAP, said.bits)), said.evidence, KIND),
            weight.named,
            len({line for d in weight.decoys for line in found[d]}),
            since.date(),
            gone.date() if gone else None,
            np.array(sorted({ordinals[d] for d in weight.decoys if d in ordinals}), np.int64),
        )

    def _undecided(self, found: Lines, weights: Mapping[str, Weight], named: set[str]) -> list[Text]:
        """Unique decoys that name nobody: several accounts were shown them, or one source explains those of several."""
        several: dict[tuple[str, ...], int] = {}
        alone: dict[str, int] = {}
        for decoy in sorted(found):
            if decoy in named or self._decoys[decoy][0].shared or decoy not in self._seen:
                continue
            known = self._seen[decoy]
            who = self._accounts(known.accounts | known.early, weights)
            if len(who) > 1:
                several[who] = several.get(who, 0) + 1
            elif who:
                alone[who[0]] = alone.get(who[0], 0) + 1
        told = [_shown_to_several(many, who) for who, many in several.items()]
        return [*told, _of_one_source(sum(alone.values()), len(alone))] if alone else told

    def _unplanted(self, found: Lines) -> list[PlanEntry]:
        return [p for p in self.book.plans if not p.since("planted") and any(d.id in found for d in p.decoys)]

    def readings(self, account: str, piece: Piece, dataset: str) -> tuple[date, date] | None:
        """From when to when the log has an account reading the decoys of a piece."""
        ordinals = self._ordinals.get(dataset, {})
        records = set(piece.records.tolist())
        days = [_day(s) for s in self._read if s.account == account and ordinals.get(s.decoy) in records]
        return (min(days), max(days)) if days else None

    def absent(self, dataset: str, accused: Accused) -> tuple[Statement, ...]:
        """What it says for an account that the leak has none of the decoys which the account read in that time.

        Each would be there with the chance ``coverage`` if its reading is where the rows come from. Decoys that no log has it
        reading say nothing: whoever looks people up one by one never meets any.
        """
        met: dict[str, list[Showing]] = {}
        for showing in self._read:
            mine = showing.account == accused.account and self._decoys[showing.decoy][0].dataset == dataset
            stood = showing.decoy in self._seen and showing.account in self._seen[showing.decoy].accounts
            if mine and stood and accused.starts <= _day(showing) <= accused.ends:
                met.setdefault(showing.decoy, []).append(showing)
        bits = float(np.log2(REMOVED + (1 - REMOVED) * (1 - accused.coverage) ** len(met)))
        if bits > -0.01:
            return ()
        lines = sorted({Citation(s.source, s.line) for each in met.values() for s in each})[:_LINES]
        return (Statement(_lacking(accused, dataset, len(met)), bits, tuple(lines), KIND),)


def _day(showing: Showing) -> date:
    return date.fromisoformat(showing.at[:10])


def _lacking(accused: Accused, dataset: str, many: int) -> Text:
    who, share = accused.account, accused.coverage
    return Text(
        f"Account {who} read {many} decoy(s) of {dataset} in that time, none of which is in the leak, though about "
        f"{share:.0%} of what it read then is thought to be: unless they were sorted out, the rows come from elsewhere.",
        f"账号 {who} 在该期间读取了 {dataset} 的 {many} 条诱饵，泄露数据中一条也没有，而其所读内容估计约 {share:.0%} 在其中："
        "除非诱饵已被剔除，否则这些行另有来源。",
    )


def _for_no_account(label: str, many: int) -> Text:
    return Text(
        f"{many} decoy(s) that were planted for {label} are in it: that is no account, and they are laid to nobody.",
        f"其中有 {many} 条为 {label} 设置的诱饵：它不是账号，不归于任何人。",
    )


def _never_planted(plan: str, many: int) -> Text:
    return Text(
        f"{many} decoy(s) of plan {plan} are in it, but the registry does not say that they were planted: they are not weighed.",
        f"其中有计划 {plan} 的 {many} 条诱饵，但登记簿未记载其已投放：不予计算。",
    )


def _with_doubt(text: Text, otherwise: float) -> Text:
    return Text(
        f"{text.en} They may also have been taken where everybody's decoys stand, as in a dump or an export of all: that is "
        f"{otherwise:.1g} times as likely, before the account's prior.",
        f"{text.zh}它们也可能取自存有全部诱饵之处（如整库转储或全表导出）：在计入该账号先验之前，其可能性为 {otherwise:.1g} 倍。",
    )


def _of_one_source(many: int, accounts: int) -> Text:
    return Text(
        f"{many} decoy(s) in it are {accounts} account(s)' own, yet they name nobody: a leak from where everybody's decoys "
        "stand (a dump, a backup, an export of all) would show the like.",
        f"其中 {many} 条诱饵专为 {accounts} 个账号设置，但不据此指认任何人：取自存有全部诱饵之处（转储、备份、全表导出）的泄露也会如此。",
    )


def _shown_to_several(many: int, who: Sequence[str]) -> Text:
    names, more = ", ".join(who[:_NAMES]), len(who) - _NAMES
    rest, rest_zh = (f" and {more} more", f"等另 {more} 个") if more > 0 else ("", "")
    return Text(
        f"{many} decoy(s) in it were shown to {len(who)} accounts ({names}{rest}): by themselves they name none of them.",
        f"其中 {many} 条诱饵曾向 {len(who)} 个账号（{'、'.join(who[:_NAMES])}{rest_zh}）显示：仅凭诱饵不指认其中任何一个。",
    )
