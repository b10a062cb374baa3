"""From leaked rows to takers: matching, scan, stopping rule, shares, people. No name without the stopping rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.attribution import complaints as complaining
from headwater.attribution import remarks
from headwater.attribution.accused import Accused, Witness
from headwater.attribution.calibration.applying import borne_out, holding
from headwater.attribution.calibration.curve import Calibration
from headwater.attribution.dating import dated
from headwater.attribution.doubts import doubted
from headwater.attribution.evidence import Source, noisy_or
from headwater.attribution.histories import Histories, histories
from headwater.attribution.making import Makings
from headwater.attribution.making_notes import Made
from headwater.attribution.matching import Matched, match
from headwater.attribution.people import Sat, sat
from headwater.attribution.planted import Part, Planted, Registries, Shown
from headwater.attribution.rivals import AS_MANY
from headwater.attribution.scan import rates
from headwater.attribution.search import Chosen, House, Options, Search
from headwater.attribution.seized import overlap
from headwater.attribution.whatif import TWENTY, Accusation, before_any
from headwater.attribution.windows import Peak, Windows
from headwater.detection.scene import Scene
from headwater.model.attribution import Attribution, Leak, Taker
from headwater.model.evidence import Citation, Statement
from headwater.model.words import Text

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
EPOCH = date(1970, 1, 1)
OWN_BUSINESS = 0.5
"""From this share of a list on, it is said that its people are the taker's own clients."""


def attribute(
    scene: Scene,
    options: Options | None = None,
    calibrated: Mapping[str, Calibration] | None = None,
    registries: Registries | None = None,
    only: Collection[str] | None = None,
) -> Attribution:
    """Explain every leaked file and every holder's files by the reading histories, and find what complaints share.

    ``calibrated``: what leaks planted over each data set's histories said; no probability exceeds what they bear out,
    and what is said of other histories, by another method or with other options bounds nothing.
    ``registries``: the decoys and marks of the house's workspace, which are looked for in every leak.
    ``only``: these leaked files alone are explained, and no complaints.
    """
    options = options or Options()
    engine = scene.engine
    matched = match(engine) if scene.has("documents") else None
    complained = only is None and scene.has("complaints") and scene.has("subjects")
    if matched is None and not complained:
        return Attribution()
    past = {d: histories(engine, d) for d in scene.datasets}
    leaks: tuple[Leak, ...] = ()
    if matched is not None:
        planted = Planted(scene, registries, past.values())
        bare = {d: planted.bare(h) for d, h in past.items()}
        windows = {d: Windows(h) for d, h in bare.items() if len(h.day)}
        known = holding(calibrated, past, options)
        leaks = tuple(_Leaks(scene, matched, windows, planted, Makings(scene), known, options, only))
    common = complaining.common(scene, past, options.draws, options.seed) if complained else complaining.NOTHING
    return Attribution(leaks, common)


@dataclass(frozen=True, slots=True)
class _Leaks:
    """All leaks of a case, with all that each is held against."""

    scene: Scene
    matched: Matched
    windows: Mapping[str, Windows]
    planted: Planted
    makings: Makings
    known: Mapping[str, Calibration]
    options: Options
    only: Collection[str] | None = None

    def __iter__(self) -> Iterator[Leak]:
        matched, seen = self.matched, self.matched.seen
        if self.only is not None:
            seen = seen[(seen["role"] == "leak") & seen["source"].isin(list(self.only))]
        for row in seen[seen["role"] == "leak"].itertuples(index=False):
            rows = matched.rows[(matched.rows["source"] == row.source) & (matched.rows["role"] == "leak")]
            leak = self._explain(str(row.source), int(row.rows), int(row.persons or 0), rows)
            yield doubted(leak, matched)
        for holder, files in seen[seen["role"] == "seized"].groupby("holder", sort=True):
            rows = matched.rows[(matched.rows["holder"] == holder) & (matched.rows["role"] == "seized")]
            if len(rows):
                total, persons = int(files["rows"].sum()), int(files["persons"].fillna(0).sum())
                yield doubted(self._explain(f"seized/{holder}", total, persons, rows), matched)

    def _explain(self, name: str, total: int, persons: int, rows: pd.DataFrame) -> Leak:
        if rows.empty:
            note = Text("None of its rows is ours.", "其中没有任何一行属于本机构。")
            return self._unread(Leak(name, None, total, persons, 0, total, notes=(note,)), rows, self.planted.datasets)
        counts = rows["dataset"].astype(str).value_counts().sort_index(kind="stable")
        counts = counts.sort_values(ascending=False, kind="stable")
        sets: list[tuple[str, ...]] = [(str(d),) for d in counts.index]
        sets[0] += tuple(d for d in self.planted.datasets if d not in counts.index)  # decoys that stand in no snapshot
        parts = [self._of(name, total, persons, rows[rows["dataset"] == each[0]], each) for each in sets]
        whole = replace(parts[0], ours=len(rows), not_ours=max(0, total - len(rows)))
        return whole if len(parts) == 1 else _joined(whole, parts[1:])

    def _of(self, name: str, total: int, persons: int, ours: pd.DataFrame, sets: tuple[str, ...]) -> Leak:
        """The rows of a leak that are of one data set; ``sets`` are those whose decoys are looked for with them."""
        dataset, (not_before, not_after) = str(ours["dataset"].iloc[0]), dated(ours)
        base = Leak(
            name, dataset, total, persons, len(ours), max(0, total - len(ours)), (), len(ours), not_before, not_after
        )
        if dataset not in self.windows:
            note = Text("There is no history of who read this data set.", "没有该数据集的读取历史。")
            return self._unread(replace(base, notes=(note,)), ours, sets)
        return borne_out(_Explaining(self, base, ours, sets).leak(), self.known.get(dataset))

    def _unread(self, base: Leak, rows: pd.DataFrame, sets: tuple[str, ...]) -> Leak:
        """A leak that no reading can explain: what was planted in it may name somebody all the same."""
        accounts = sorted(self.scene.org.accounts)
        shown = self.shown(base, rows, accounts, sets)
        prior = before_any(max(2, len(accounts)), -float(np.log2(max(2, len(accounts)))))
        takers = shown.takers((), prior, self.options, base.ours)
        rest = max(0, base.unexplained - sum(t.rows_explained for t in takers))
        return replace(base, takers=takers, unexplained=rest, notes=(*base.notes, *shown.notes))

    def shown(self, base: Leak, rows: pd.DataFrame, accounts: Sequence[str], sets: tuple[str, ...]) -> Shown:
        """What a leak shows of what was planted."""
        first = rows[["source", "line"]].drop_duplicates().sort_values(["source", "line"]).head(5)
        lines = tuple(Citation(str(r.source), int(r.line)) for r in first.itertuples(index=False))
        records = int(rows["ordinal"].nunique())
        return self.planted.shown(Part(base.leak, base.dataset, base.ours, records, lines, sets), accounts)


def _joined(main: Leak, others: Sequence[Leak]) -> Leak:
    """A leak of several data sets: each part is explained by the readings of its own."""
    takers, notes = {t.account: t for t in main.takers}, list(main.notes)
    for part in others:
        for taker in part.takers:
            takers.setdefault(taker.account, taker)
        notes += [remarks.also_of(part), *part.notes]
    rest = main.unexplained + sum(part.unexplained for part in others)
    shared = tuple(replace(t, share=t.rows_explained / main.ours) for t in takers.values())
    return replace(main, takers=shared, unexplained=rest, notes=tuple(dict.fromkeys(notes)))


def house_of(scene: Scene, h: Histories) -> House:
    """What the search must know of the house beside a data set's histories."""
    services = frozenset(a for a in h.accounts if scene.org.kind(a) == "service")
    return House(lambda account: scene.statement_ends(h.dataset, account), services)


class _Explaining:
    """One leak against one data set's histories."""

    def __init__(self, case: _Leaks, base: Leak, rows: pd.DataFrame, sets: tuple[str, ...]) -> None:
        self.scene, self.base, self.rows, self.matched = case.scene, base, rows, case.matched
        self.windows, self.options = case.windows[str(base.dataset)], case.options
        self.h = self.windows.h
        every = np.unique(rows["ordinal"].to_numpy(np.int64))
        every = np.setdiff1d(every, case.planted.decoys_of(self.h.dataset))  # they speak for themselves, below
        valid = self._validity()
        before = valid[1][every] < -1  # a day's grace for tables that are written overnight
        self.leaked, self.outdated = every[~before], every[before]
        self.search = Search(house_of(case.scene, self.h), self.windows, self.leaked, valid, self.options)
        self.shown = case.shown(base, rows, self.h.accounts, sets)
        self.made = Made(case.scene, case.makings.of(rows, self.h.dataset), self.leaked)
        self.witnesses: tuple[Witness, ...] = (self.shown.witness, self.made.witness)
        """Whatever speaks for or against an account beside its reading, in the order of the waterfall; add to it here."""

    def _validity(self) -> tuple[Floats, Floats]:
        low, high = np.full(self.h.size, -np.inf), np.full(self.h.size, np.inf)
        known = self.rows.groupby("ordinal").agg(low=("valid_from", "max"), high=("valid_to", "min"))
        at = known.index.to_numpy(np.int64)
        low[at] = known["low"].fillna(-np.inf).to_numpy(float) - self.h.first
        high[at] = known["high"].fillna(np.inf).to_numpy(float) - self.h.first
        crossed = low > high  # values of two times in one row: it tells no date
        low[crossed], high[crossed] = -np.inf, np.inf
        return low, high

    def leak(self) -> Leak:
        """What can be said of it."""
        outdated = remarks.outdated(self._explained(self.outdated), self._day(0))
        after = (*self.shown.notes, *self.made.notes, *remarks.everything(self.h), *remarks.stray(self.h))
        enough = len(self.leaked) >= self.options.least
        chosen = self._told_apart(self.search.takers()) if enough else []
        told = [self._taker(c, float(x)) for c, x in zip(chosen, self._coverage(chosen), strict=True)]
        readers = [t for t, accusation in told if accusation.stands]
        takers = (*readers, *self._by_planting(readers))
        cleared = tuple(remarks.cleared(t.account) for t, accusation in told if not accusation.stands)
        if enough:
            about = self._own_business(takers) if readers else self._no_reader(takers)
            said = (*remarks.times(self.rows), *about, *cleared, *remarks.unread(self.h, self.leaked))
        else:
            said = () if takers else (remarks.too_few(len(self.leaked), len(self.outdated)),)
        named = {t.account for t in readers}
        records = [self._taken(c) for c in chosen if self.h.accounts[c.account] in named]
        notes = (*outdated, *said, *after)
        return replace(self.base, takers=takers, unexplained=self._unexplained(takers, records), notes=notes)

    def _by_planting(self, readers: Sequence[Taker]) -> tuple[Taker, ...]:
        """Whoever what was planted names, and whose reading was not found to explain anything."""
        names = {name for t in readers for name in (t.account, *t.alike)}
        prior = before_any(len(self.h.accounts), self.search.prior())
        return self.shown.takers(names, prior, self.options, len(self.rows))

    def _no_reader(self, takers: Sequence[Taker]) -> tuple[Text, ...]:
        if takers:
            return (remarks.planted_alone(), *self._own_business(takers))
        return (*remarks.nobody(self.h, self.leaked), *remarks.refused(len(self.search.refused)))

    def _unexplained(self, takers: Sequence[Taker], read: Sequence[Ints]) -> int:
        """Rows that nobody's reading explains, no decoy and no mark: of marked rows only the number is known."""
        decoys = [self.shown.records(t.account) for t in takers]
        explained = self._explained(np.unique(np.concatenate([np.zeros(0, np.int64), *read, *decoys])))
        marked = sum(self.shown.marked(t.account) for t in takers if not any(s.kind == "hits" for s in t.statements))
        return max(0, len(self.rows) - explained - marked)

    def _own_business(self, takers: Sequence[Taker]) -> tuple[Text, ...]:
        """Who among those named has business with the people of this list: his own clients are his to know."""
        notes = []
        for person in dict.fromkeys(p.employee for t in takers for p in t.people if p.probability > 0.5):
            shared = self.scene.related(self.h.dataset, person)
            share = len(np.intersect1d(self.leaked, shared)) / max(len(self.leaked), 1)
            if share >= OWN_BUSINESS:
                text = Text(
                    f"{share:.0%} of these people are ones with whom {person} has business by the organisation's own "
                    "tables: reading and holding them may be proper.",
                    f"按机构自身登记，其中 {share:.0%} 的人与 {person} 有业务关系：查阅与持有可能正当。",
                )
                notes.append(text)
        return tuple(notes)

    def _explained(self, records: Ints) -> int:
        return int(np.count_nonzero(np.isin(self.rows["ordinal"].to_numpy(np.int64), records)))

    def _taken(self, c: Chosen) -> Ints:
        """Records of the leak that somebody read in his windows; what was out of date before the log is laid to nobody."""
        return np.intersect1d(c.records, self.leaked)

    def _coverage(self, chosen: Sequence[Chosen]) -> Floats:
        """What part of all that each of them read then is thought to have gone into the leak."""
        leaked = np.zeros(self.h.size, bool)
        leaked[self.leaked] = True
        return noisy_or([Source(c.account, c.records) for c in chosen], leaked, self._chance)

    def _said(self, name: str, c: Chosen, coverage: float) -> tuple[Statement, ...]:
        """What the witnesses say of an account, if it took what was read: of one alike in the window that explains it best."""
        days = {self.h.accounts[p.account]: (p.start, p.start + p.length - 1) for p in c.likely}
        first, last = days.get(name, (c.start, c.end))
        if c.listed:  # witnesses ask about all that was read then
            read = self.windows.read_in(c.account, c.start, c.end - c.start + 1)
            coverage *= len(c.records) / max(len(read), len(c.records), 1)
        accused = Accused(name, self._day(first), self._day(last), coverage)
        return tuple(s for witness in self.witnesses for s in witness(accused))

    def _told_apart(self, chosen: Sequence[Chosen]) -> list[Chosen]:
        """The same, each in the name of that one of its likes for whom other witnesses speak twenty times as loud."""
        told, taken = list[Chosen](), {c.account for c in chosen}
        for c, share in zip(chosen, self._coverage(chosen), strict=True):
            own = self.h.accounts[c.account]
            weight = {n: sum(s.bits for s in self._said(n, c, float(share))) for n in (own, *c.alike)}
            best = max(weight, key=lambda name: weight[name])
            number = self.h.accounts.index(best)
            if weight[best] > weight[own] + TWENTY and number not in taken:
                c = self._instead(c, number, told)
                taken.add(number)
            told.append(c)
        return told

    def _instead(self, c: Chosen, account: int, others: Sequence[Chosen]) -> Chosen:
        """What another account read in the same windows; all that it ever read where that explains less of the leak."""
        own = tuple(p for p in c.likely if p.account == account)
        windows = own or tuple(replace(w, account=account, drawing=-1) for w in c.windows)
        records = np.unique(np.concatenate([self.windows.taken(w) for w in windows]))
        if np.isin(records, self.leaked).sum() < AS_MANY * np.isin(c.records, self.leaked).sum():
            windows = (Peak(account, 0, self.h.days, c.windows[0].score),)
            records = self.windows.ever_read(account)
        alike = tuple(sorted({self.h.accounts[c.account], *c.alike} - {self.h.accounts[account]}))
        likely = (*(p for p in c.likely if p.account != account), c.windows[0])
        one = replace(c, account=account, windows=windows, records=records, alike=alike, likely=likely)
        return replace(one, bits=self.search.factor(one, others))

    def _taker(self, c: Chosen, coverage: float) -> tuple[Taker, Accusation]:
        h, account = self.h, self.h.accounts[c.account]
        starts, ends = self._day(c.start), self._day(c.end)
        where = sat(self.scene, h.dataset, account, starts, ends, self.leaked)
        statements = (*self._statements(account, c, where, coverage), *self._said(account, c, coverage))
        rivals = {name: self._said(name, c, coverage) for name in c.alike}
        accusation = Accusation(c, statements, self.options, rivals)
        rows = self._explained(np.union1d(self._taken(c), self.shown.records(account)))
        taker = Taker(
            account=account,
            people=where.people,
            devices=where.devices,
            starts=where.first or starts,
            ends=where.last or ends,
            rows_explained=rows,
            share=rows / max(len(self.rows), 1),
            probability=accusation.probability,
            bits=accusation.bits,
            statements=statements,
            alike=accusation.alike,
            without=accusation.without,
        )
        return taker, accusation

    @cached_property
    def _chance(self) -> Floats:
        """The chance of each record to be in a leak of this make."""
        return rates(self.search.weighing(np.ones(self.h.size, bool)).strata)

    def _day(self, offset: int) -> date:
        return EPOCH + timedelta(days=self.h.first + min(offset, self.h.days - 1))

    def _statements(self, account: str, c: Chosen, where: Sat, coverage: float) -> tuple[Statement, ...]:
        hit = len(self._taken(c))
        by_chance = float(self._chance[c.records].sum())
        like, how, part = remarks.alike(self.h, self.search.by_book), remarks.how(c), remarks.given(c, coverage)
        hits = Statement(
            Text(
                f"Account {account} {how.en}, {hit:,} of which are in the "
                f"leak; {by_chance:,.0f} would be by chance for records of the same {like.en}. "
                f"{self._rarity(c)[0]} {part.en}",
                f"账号 {account} {how.zh}，其中 {hit:,} 条在泄露数据中；"
                f"按{like.zh}的随机情形约为 {by_chance:,.0f} 条。{self._rarity(c)[1]}{part.zh}",
            ),
            c.bits,
            where.lines,
            "hits",
        )
        made = [before_any(len(self.h.accounts), self.search.prior()), hits]
        if where.statements:
            made.append(Statement(_returned(where), 0.0, where.lines, "export"))
        made += overlap(self.matched, self.base.leak, self.h, self.leaked)
        return tuple(made)

    @staticmethod
    def _rarity(c: Chosen) -> tuple[str, str]:
        if c.p < 1e-6:
            return "No leak drawn at random came anywhere near.", "随机抽取的名单均相去甚远。"
        return f"A leak drawn at random comes as near with p = {c.p:.1g}.", f"随机名单达到此程度的概率为 {c.p:.1g}。"


def _returned(where: Sat) -> Text:
    """How many statements gave these rows, and which of them most."""
    en = f"{where.statements} statement(s) or export(s) of this account returned these rows."
    zh = f"该账号的 {where.statements} 条语句或导出返回了这些行。"
    if where.most is None:
        return Text(en, zh)
    one = where.most
    place = f"{one.line.source}:{one.line.line}"
    return Text(
        f"{en} The one of {one.day} ({place}) returned {one.records:,} records, {one.hits:,} of them in the leak.",
        f"{zh}其中 {one.day} 的一条（{place}）返回 {one.records:,} 条记录，{one.hits:,} 条在泄露数据中。",
    )


__all__ = ["Options", "attribute"]
