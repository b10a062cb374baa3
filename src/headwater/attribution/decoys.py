"""Decoys of the registry in leaked files: whose they are, who was shown them, and who read some that the leak lacks.

The weights are those of :mod:`headwater.planting.canaries.naming`. Each data set is looked at by itself: its own plans, decoys and
leaked records. Decoys stand among the records of the data set, so that who
reads them and what leaks of them would count as reading too: the histories are searched without them
(:meth:`Decoys.bare`), and what they say is said here alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from scipy.special import xlog1py, xlogy

from headwater.attribution.accused import Accused, Names, Piece
from headwater.attribution.histories import Histories
from headwater.attribution.one_source import other_ways
from headwater.attribution.ordering import Ordered
from headwater.attribution.search import CAP
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Statement
from headwater.model.words import Text
from headwater.planting.canaries.naming import ASIDE, REMOVED, Weight, named_from, of_account, weigh
from headwater.planting.canaries.readings import Reading, by_day
from headwater.planting.canaries.registry import Book, PlanEntry
from headwater.planting.canaries.trips import find
from headwater.planting.canaries.viewing import seen
from headwater.store.tokens import Tokeniser

Ints = npt.NDArray[np.int64]
Lines = Mapping[str, tuple[Citation, ...]]
KIND = "canary"
_LINES, _NAMES = 5, 5


class Decoys:
    """The decoys of a registry beside a lake.

    ``everything``: by data set, the accounts that read nearly all of it. They are shown decoys like any other, and accused of nothing.
    """

    def __init__(
        self, scene: Scene, book: Book, tokeniser: Tokeniser, everything: Mapping[str, Collection[str]] | None = None
    ) -> None:
        self._scene, self._tokeniser, self._everything = scene, tokeniser, everything or {}
        self._read = by_day(scene.lake, book)
        self.book = Book(book.plans, tuple(sorted({*(r.showing for r in self._read), *book.showings})))
        self._seen = seen(self.book)
        self._decoys = {d.id: (plan, d) for plan in book.plans for d in plan.decoys}
        self._books = {d: self._of(d) for d in self.datasets}

    def _of(self, dataset: str) -> Book:
        """What the registry and the logs say of the decoys of one data set."""
        mine = (s for s in self.book.showings if self._decoys[s.decoy][0].dataset == dataset)
        return Book(tuple(p for p in self.book.plans if p.dataset == dataset), tuple(mine))

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data sets that decoys were made for."""
        return tuple(sorted({p.dataset for p in self.book.plans}))

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
        decoys = self.records(h.dataset)
        keep, lists = ~np.isin(h.record, decoys), h.exports.bare(decoys)
        if keep.all():
            return h if lists is h.exports else replace(h, exports=lists)
        return replace(h.with_readings(Ordered(h.bounds, h.record, h.day).kept(keep)), exports=lists)

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

    def pieces(
        self, found: Lines, dataset: str, accounts: Collection[str], records: int
    ) -> tuple[list[Piece], list[Text]]:
        """What the decoys of a data set in a leak say of accounts, the strongest of each, and what they say that names nobody.

        ``records`` is how many distinct records of the data set are in the leak: what share of the table leaked, if it leaked at
        random.
        """
        found = {d: lines for d, lines in found.items() if self._decoys[d][0].dataset == dataset}
        if not found:
            return [], []
        names, book = Names(accounts, self._scene.org), self._books[dataset]
        labels = {d.label for p in book.plans for d in p.decoys}
        known = {*accounts, *(name for name in labels if names.account(name))}
        hand = self._scene.settings.another_hand
        otherwise = self._otherwise(book, found, names, len(accounts), records)
        strongest: dict[str, Weight] = {}
        places: dict[str, int] = defaultdict(int)
        for weight in weigh(book, found, known, self._tokeniser, hand=hand):
            account = names.account(weight.account)
            if account is None:
                places[weight.account] += len(weight.decoys)
            elif account not in self._everything.get(dataset, ()):
                told = self._doubted(weight, otherwise.get(account, 0.0), len(accounts), hand)
                strongest[account] = max(strongest.get(account, told), told, key=lambda w: (w.of_copy, w.named))
        named = {d for w in strongest.values() if w.named for d in w.decoys}
        notes = [_for_no_account(dataset, label, many) for label, many in sorted(places.items()) if many]
        notes += self._undecided(dataset, found, names, named)
        notes += [_never_planted(p.id, sum(d.id in found for d in p.decoys)) for p in self._unplanted(found)]
        return [self._piece(account, weight, found) for account, weight in strongest.items() if weight.bits], notes

    def _otherwise(self, book: Book, found: Lines, names: Names, accounts: int, records: int) -> dict[str, float]:
        """How likely unique decoys are there by another way than by each account (:mod:`.one_source`)."""
        plans = [p for p in book.planted if not p.shared]
        shown = {d.id: names.accounts(self._seen[d.id].accounts) for p in plans for d in p.decoys}
        shown = {decoy: who for decoy, who in shown.items() if who}
        rows = max((p.rows for p in plans), default=0)
        many = sum(d in found for d in shown)
        share = max(records, many) / rows if records and rows else many / max(len(shown), 1)
        return other_ways(shown, found, share, max(2, accounts))

    def _doubted(self, weight: Weight, otherwise: float, accounts: int, hand: float) -> Weight:
        """A weight with what else may have brought unique decoys into the leak; shared ones need none of it."""
        of_copy, named, text = weight.of_copy, weight.named, weight.statement.text
        if weight.decoys and not self.book.plan(weight.plan).shared:
            of_copy = -float(np.log2(min(1.0, 2.0**-of_copy + otherwise)))
            named = named and of_copy >= named_from(max(2, accounts))
            text = _with_doubt(text, otherwise) if otherwise > ASIDE else text
        bits = of_account(of_copy, max(2, accounts), hand)
        return replace(weight, statement=Statement(text, bits, weight.statement.evidence), named=named, of_copy=of_copy)

    def _piece(self, account: str, weight: Weight, found: Lines) -> Piece:
        said, ordinals = weight.statement, self._ordinals.get(self.book.plan(weight.plan).dataset, {})
        return Piece(
            account,
            Statement(said.text, max(-CAP, min(CAP, said.bits)), said.evidence, KIND),
            weight.named,
            len({line for d in weight.decoys for line in found[d]}),
            np.array(sorted({ordinals[d] for d in weight.decoys if d in ordinals}), np.int64),
        )

    def _undecided(self, dataset: str, found: Lines, names: Names, named: set[str]) -> list[Text]:
        """Unique decoys that name nobody: several accounts were shown them, or one source explains those of several."""
        several: dict[tuple[str, ...], int] = defaultdict(int)
        for decoy in sorted(found):
            if decoy not in named and not self._decoys[decoy][0].shared and decoy in self._seen:
                known = self._seen[decoy]
                several[names.accounts(known.accounts | known.early)] += 1
        several.pop((), None)
        whole = self._everything.get(dataset, ())
        told = [_shown_to_several(dataset, many, who) for who, many in several.items() if len(who) > 1]
        told += [
            _of_everything(dataset, many, *who) for who, many in several.items() if len(who) == 1 and who[0] in whole
        ]
        alone = [many for who, many in several.items() if len(who) == 1 and who[0] not in whole]
        return [*told, _of_one_source(dataset, sum(alone), len(alone))] if alone else told

    def _unplanted(self, found: Lines) -> list[PlanEntry]:
        return [p for p in self.book.plans if not p.since("planted") and any(d.id in found for d in p.decoys)]

    def readings(self, account: str, piece: Piece, dataset: str) -> tuple[date, date] | None:
        """From when to when the log has an account reading the decoys of a piece."""
        ordinals = self._ordinals.get(dataset, {})
        records = set(piece.records.tolist())
        days = [r.day for r in self._read if r.showing.account == account and ordinals.get(r.showing.decoy) in records]
        return (min(days), max(days)) if days else None

    def absent(self, dataset: str, accused: Accused, found: Lines) -> tuple[Statement, ...]:
        """What it says for an account that the leak lacks decoys which the account read in that time.

        Each would be there with the chance ``coverage`` if its reading is where the rows come from: that likelihood of so many
        ``found`` is held against the greatest that any share gives them. Decoys that no log has it reading say nothing:
        whoever looks people up one by one never meets any.
        """
        met: dict[str, list[Reading]] = defaultdict(list)
        for read in self._read:
            decoy, account = read.showing.decoy, read.showing.account
            mine = account == accused.account and self._decoys[decoy][0].dataset == dataset
            stood = decoy in self._seen and account in self._seen[decoy].accounts
            if mine and stood and accused.starts <= read.day <= accused.ends:
                met[decoy].append(read)
        there = sum(decoy in found for decoy in met)
        likely = _likelihood(there, len(met), accused.coverage)
        bits = float(np.log2(REMOVED + (1 - REMOVED) * likely))
        if bits > -0.01:
            return ()
        lines = sorted({Citation(r.showing.source, r.showing.line) for d in met if d not in found for r in met[d]})
        text = _lacking(accused, dataset, len(met), there)
        return (Statement(text, bits, tuple(lines[:_LINES]), KIND),)


def _likelihood(there: int, many: int, share: float) -> float:
    """How likely it is that only so many of a number are there, each with that chance; against the likeliest chance of all."""
    best = there / max(many, 1)
    if best >= share:
        return 1.0
    each = [xlogy(there, p) + xlog1py(many - there, -p) for p in (min(share, 1 - 1e-9), best)]
    return float(np.exp(each[0] - each[1]))


def _lacking(accused: Accused, dataset: str, many: int, there: int) -> Text:
    who, share = accused.account, accused.coverage
    some, some_zh = (f"only {there}", f"只有 {there} 条") if there else ("none", "一条也没有")
    return Text(
        f"Account {who} read {many} decoy(s) of {dataset} in that time, {some} of which {'is' if there < 2 else 'are'} in the leak, "
        f"though about {share:.0%} of what it read then is thought to be: unless they were sorted out, the rows come from elsewhere.",
        f"账号 {who} 在该期间读取了 {dataset} 的 {many} 条诱饵，泄露数据中{some_zh}，而其所读内容估计约 {share:.0%} 在其中："
        "除非诱饵已被剔除，否则这些行另有来源。",
    )


def _for_no_account(dataset: str, label: str, many: int) -> Text:
    return Text(
        f"{many} decoy(s) of {dataset} that were planted for {label} are in it: that is no account, and they are laid to nobody.",
        f"其中有 {many} 条为 {label} 设置的 {dataset} 诱饵：它不是账号，不归于任何人。",
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


def _of_one_source(dataset: str, many: int, accounts: int) -> Text:
    return Text(
        f"{many} decoy(s) of {dataset} in it are {accounts} account(s)' own, yet they name nobody: a leak from where everybody's "
        "decoys stand (a dump, a backup, an export of all) would show the like.",
        f"其中 {many} 条 {dataset} 诱饵专为 {accounts} 个账号设置，但不据此指认任何人："
        "取自存有全部诱饵之处（转储、备份、全表导出）的泄露也会如此。",
    )


def _of_everything(dataset: str, many: int, account: str) -> Text:
    return Text(
        f"{many} decoy(s) of {dataset} in it are account {account}'s own, which reads nearly all of that data set: they do not name it.",
        f"其中 {many} 条 {dataset} 诱饵专为账号 {account} 设置，而该账号读取该数据集的几乎全部内容：不据此指认。",
    )


def _shown_to_several(dataset: str, many: int, who: Sequence[str]) -> Text:
    names, more = ", ".join(who[:_NAMES]), len(who) - _NAMES
    rest, rest_zh = (f" and {more} more", f"等另 {more} 个") if more > 0 else ("", "")
    return Text(
        f"{many} decoy(s) of {dataset} in it were shown to {len(who)} accounts ({names}{rest}): by themselves they name none of them.",
        f"其中 {many} 条 {dataset} 诱饵曾向 {len(who)} 个账号（{'、'.join(who[:_NAMES])}{rest_zh}）显示："
        "仅凭诱饵不指认其中任何一个。",
    )
