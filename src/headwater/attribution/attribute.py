"""From leaked rows to takers: matching, scan, stopping rule, shares, people. No name without the stopping rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.attribution import complaints as complaining
from headwater.attribution import remarks
from headwater.attribution.calibration.applying import borne_out
from headwater.attribution.calibration.curve import Calibration
from headwater.attribution.dating import dated
from headwater.attribution.doubts import doubted
from headwater.attribution.evidence import Source, noisy_or
from headwater.attribution.histories import Histories, histories
from headwater.attribution.likelihood import Strata
from headwater.attribution.matching import Matched, match
from headwater.attribution.people import Sat, sat
from headwater.attribution.scan import Windows, rates
from headwater.attribution.search import Chosen, House, Options, Search, posterior
from headwater.attribution.seized import overlap
from headwater.detection.scene import Scene
from headwater.model.attribution import Attribution, Leak, Taker
from headwater.model.evidence import Statement
from headwater.model.words import Text

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
EPOCH = date(1970, 1, 1)
OWN_BUSINESS = 0.5
"""From this share of a list on, it is said that its people are the taker's own clients."""


def attribute(
    scene: Scene, options: Options | None = None, calibrated: Mapping[str, Calibration] | None = None
) -> Attribution:
    """Explain every leaked file and every holder's files by the reading histories, and find what complaints share.

    ``calibrated``: what leaks planted over each data set's histories said; no probability exceeds what they bear out.
    """
    options = options or Options()
    engine = scene.engine
    matched = match(engine) if scene.has("documents") else None
    complained = scene.has("complaints") and scene.has("subjects")
    if matched is None and not complained:
        return Attribution()
    past = {d: histories(engine, d) for d in scene.datasets}
    windows = {d: Windows(h) for d, h in past.items() if len(h.day)}
    leaks = tuple(_leaks(scene, matched, windows, options)) if matched is not None else ()
    common = complaining.common(scene, past, options.draws, options.seed) if complained else complaining.NOTHING
    known = calibrated or {}
    return Attribution(tuple(borne_out(leak, known.get(leak.dataset or "")) for leak in leaks), common)


def _leaks(scene: Scene, matched: Matched, windows: dict[str, Windows], options: Options) -> Iterator[Leak]:
    seen = matched.seen
    for row in seen[seen["role"] == "leak"].itertuples(index=False):
        rows = matched.rows[(matched.rows["source"] == row.source) & (matched.rows["role"] == "leak")]
        persons = int(row.persons or 0)
        leak = _explain(scene, str(row.source), int(row.rows), persons, rows, matched, windows, options)
        yield doubted(leak, matched)
    for holder, files in seen[seen["role"] == "seized"].groupby("holder", sort=True):
        rows = matched.rows[(matched.rows["holder"] == holder) & (matched.rows["role"] == "seized")]
        if len(rows):
            total, persons = int(files["rows"].sum()), int(files["persons"].fillna(0).sum())
            leak = _explain(scene, f"seized/{holder}", total, persons, rows, matched, windows, options)
            yield doubted(leak, matched)


def _explain(
    scene: Scene,
    name: str,
    total: int,
    persons: int,
    rows: pd.DataFrame,
    matched: Matched,
    windows: dict[str, Windows],
    options: Options,
) -> Leak:
    if rows.empty:
        note = Text("None of its rows is ours.", "其中没有任何一行属于本机构。")
        return Leak(name, None, total, persons, 0, total, notes=(note,))
    dataset = str(rows["dataset"].value_counts().sort_index(kind="stable").idxmax())
    ours = rows[rows["dataset"] == dataset]
    not_before, not_after = dated(ours)
    base = Leak(
        name, dataset, total, persons, len(rows), max(0, total - len(rows)), (), len(rows), not_before, not_after
    )
    if dataset not in windows:
        note = Text("There is no history of who read this data set.", "没有该数据集的读取历史。")
        return _with(base, notes=(note,))
    return _Explaining(scene, base, ours, matched, windows[dataset], options).leak()


def _with(leak: Leak, **changes: object) -> Leak:
    values = {name: getattr(leak, name) for name in Leak.__slots__} | changes
    return Leak(**values)


def house_of(scene: Scene, h: Histories) -> House:
    """What the search must know of the house beside a data set's histories."""
    services = frozenset(a for a in h.accounts if scene.org.kind(a) == "service")
    return House(lambda account: scene.statement_ends(h.dataset, account), services)


class _Explaining:
    """One leak against one data set's histories."""

    def __init__(
        self, scene: Scene, base: Leak, rows: pd.DataFrame, matched: Matched, windows: Windows, options: Options
    ) -> None:
        self.scene, self.base, self.rows, self.matched = scene, base, rows, matched
        self.windows, self.h, self.options = windows, windows.h, options
        every = np.unique(rows["ordinal"].to_numpy(np.int64))
        valid = self._validity()
        before = valid[1][every] < -1  # a day's grace for tables that are written overnight
        self.leaked, self.outdated = every[~before], every[before]
        self.search = Search(house_of(scene, windows.h), windows, self.leaked, valid, options)

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
        left_out = remarks.everything(self.h)
        if len(self.leaked) < self.options.least:
            note = remarks.too_few(len(self.leaked), len(self.outdated))
            return _with(self.base, notes=(*outdated, note, *left_out))
        chosen, times, unread = self.search.takers(), remarks.times(self.rows), remarks.unread(self.h, self.leaked)
        if not chosen:
            nobody = remarks.nobody(self.h, self.leaked)
            return _with(self.base, notes=(*outdated, *times, *nobody, *unread, *left_out))
        takers = tuple(self._taker(i, chosen) for i in range(len(chosen)))
        explained = self._explained(np.unique(np.concatenate([c.records for c in chosen])))
        notes = (*outdated, *times, *self._own_business(takers), *unread, *left_out)
        return _with(self.base, takers=takers, unexplained=len(self.rows) - explained, notes=notes)

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

    def _taker(self, i: int, chosen: Sequence[Chosen]) -> Taker:
        c, h = chosen[i], self.h
        leaked = np.zeros(h.size, bool)
        leaked[self.leaked] = True
        rate = rates(self._strata())
        coverage = noisy_or([Source(x.account, x.records) for x in chosen], leaked, rate)
        account = h.accounts[c.account]
        starts, ends = self._day(c.start), self._day(c.end)
        where = sat(self.scene, h.dataset, account, starts, ends, self.leaked)
        statements = self._statements(account, c, where, float(coverage[i]))
        bits = sum(s.bits for s in statements)
        rows = self._explained(c.records)
        return Taker(
            account=account,
            people=where.people,
            devices=where.devices,
            starts=where.first or starts,
            ends=where.last or ends,
            rows_explained=rows,
            share=rows / max(len(self.rows), 1),
            probability=posterior(c, self.search.prior(), self.options),
            bits=bits,
            statements=statements,
            alike=c.alike,
        )

    def _strata(self) -> Strata:
        return self.search.weighing(np.ones(self.h.size, bool)).strata

    def _day(self, offset: int) -> date:
        return EPOCH + timedelta(days=self.h.first + min(offset, self.h.days - 1))

    def _statements(self, account: str, c: Chosen, where: Sat, coverage: float) -> tuple[Statement, ...]:
        accounts = len(self.h.accounts)
        hit = len(np.intersect1d(c.records, self.leaked))
        by_chance = float(rates(self._strata())[c.records].sum())
        start = Statement(
            Text(
                f"Before any evidence each of {accounts} accounts is as likely as any other.",
                f"在任何证据之前，{accounts} 个账号的可能性相同。",
            ),
            self.search.prior(),
        )
        hits = Statement(
            Text(
                f"Account {account} read {len(c.records):,} records in that time, {hit:,} of which are in the "
                f"leak; {by_chance:,.0f} would be by chance for records of the same branch, product and popularity. "
                f"{self._rarity(c)[0]} "
                f"About {coverage:.0%} of what it read then is thought to have gone into the leak.",
                f"账号 {account} 在该期间读取 {len(c.records):,} 条记录，其中 {hit:,} 条在泄露数据中；"
                f"按同机构、同产品、同热度的随机情形约为 {by_chance:,.0f} 条。{self._rarity(c)[1]}"
                f"估计其当时所读中约 {coverage:.0%} 进入泄露数据。",
            ),
            c.bits,
            where.lines,
        )
        made = [start, hits]
        if where.statements:
            made.append(Statement(_returned(where), 0.0, where.lines))
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
