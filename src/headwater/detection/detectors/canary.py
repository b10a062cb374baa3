"""A record that nobody has business with, and somebody read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from ibis import _
from scipy import stats

from headwater.detection.citing import LINES
from headwater.detection.moments import reading
from headwater.detection.people import readers
from headwater.detection.profiles.rarity import bits
from headwater.detection.reads import records
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Finding, Statement
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class Canary:
    """Sees an account that read a canary: a made-up record, declared as one, that nobody has business with.

    It matters because no client stands behind it: whoever opened it went through records, searched for what a list
    had, or tried a number. It is a fact: the settings name the record, the log names the reading. A list that holds a
    canary because it holds nearly everything weighs what chance makes of it, and accounts that read the whole data
    set, as backups do, are named once and accused of nothing. Innocent work that looks the same: a test of the
    canary itself, a batch by look-up, a typing error. It misses what no log names or replays, and who avoids canaries.
    """

    weight: float = 10.0
    """Bits of a canary that was opened by itself."""
    shared: float = 2.0
    """Bits less for each doubling of the accounts that opened the same canaries: then they are no secret."""
    listed: float = 4.0
    """Bits that a list may add up to."""
    whole: float = 0.5
    """Whoever reads such a share of the data set in a day reads everything."""

    id: ClassVar[str] = "canary"
    title: ClassVar[Text] = Text("Canary record read", "诱饵记录被读取")
    techniques: ClassVar[tuple[str, ...]] = ("T1213.006", "IF022")
    needs: ClassVar[tuple[str, ...]] = ("access",)
    alike: ClassVar[tuple[Text, ...]] = (
        Text("a test of the canary itself", "对诱饵记录本身的测试"),
        Text("a list or a backup that holds everything", "包含全部记录的名单或备份"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account and data set, and one that names those who read everything."""
        if not scene.has("canaries"):
            return
        told = _readings(scene)
        for dataset, rows in told.groupby("dataset", sort=True):
            size, known = _size(scene, str(dataset)), _declared(scene, str(dataset))
            read = {a: _read(scene, str(a), str(dataset)) for a in sorted(set(rows["account"]))}
            whole = np.array(
                [self._reads_all(read[a].get(d, 0), size) for a, d in zip(rows["account"], rows["day"], strict=True)]
            )
            others = rows[~whole]
            for account, mine in others.groupby("account", sort=True):
                if found := self._finding(scene, str(account), str(dataset), others, mine, read[account], size, known):
                    yield found
            if whole.any():
                yield self._whole(scene, str(dataset), rows[whole], known)

    def _reads_all(self, read: int, size: int) -> bool:
        """Backups, and jobs that go through all records: by what they do on that day, not by what they are called."""
        return size > 0 and read >= self.whole * size

    def _finding(
        self,
        scene: Scene,
        account: str,
        dataset: str,
        rows: pd.DataFrame,
        mine: pd.DataFrame,
        read: Mapping[object, int],
        size: int,
        known: tuple[Citation, ...],
    ) -> Finding | None:
        opened = mine[~mine["drawn"]]
        statements: list[Statement] = []
        if len(opened):
            statements.append(self._opened(account, opened, rows, known))
        drawn = self._drawn(account, mine[mine["drawn"]], read, size, len(known))
        statements += [drawn] if drawn else []
        if sum(s.bits for s in statements) < 0.5:
            return None
        sat = _sittings(scene, mine if opened.empty else opened)
        days, count = sorted(set(mine["day"])), mine["subject"].nunique()
        return Finding(
            detector=self.id,
            key=f"{account}:{dataset}",
            title=Text(
                f"Account {account} read {count} canary record(s) of {dataset}, with which nobody has business",
                f"账号 {account} 读取了 {dataset} 中 {count} 条无人有业务往来的诱饵记录",
            ),
            severity="critical" if len(opened) else "medium",
            accounts=(account,),
            people=readers(scene, sat),
            devices=tuple(sorted(set(sat["seat"]))),
            starts=sat["first"].min().to_pydatetime(),
            ends=sat["last"].max().to_pydatetime(),
            subjects=count,
            statements=tuple(statements),
            fact=True,
            clears=(
                Text("an order to test the canary", "测试诱饵记录的指令"),
                Text("a job description that reads every record", "需读取全部记录的作业说明"),
            ),
            moments=reading(scene, sat),
            techniques=self.techniques,
            details={"days": tuple(days)},
        )

    def _opened(self, account: str, opened: pd.DataFrame, rows: pd.DataFrame, known: tuple[Citation, ...]) -> Statement:
        same = rows[rows["subject"].isin(set(opened["subject"])) & ~rows["drawn"]]
        others = same["account"].nunique() - 1
        days, count = sorted(set(opened["day"])), opened["subject"].nunique()
        text = Text(
            f"Account {account} opened {count} canary record(s) by themselves on {len(days)} day(s), first on {days[0]}; "
            f"{others} other account(s) opened the same.",
            f"账号 {account} 有 {len(days)} 天单独打开 {count} 条诱饵记录，首次为 {days[0]}；另有 {others} 个账号打开过相同记录。",
        )
        weight = max(0.0, self.weight - self.shared * float(np.log2(others + 1)))
        return Statement(text, weight, tuple(sorted({*_lines(opened), *known[:LINES]})))

    def _drawn(
        self, account: str, drawn: pd.DataFrame, read: Mapping[object, int], size: int, canaries: int
    ) -> Statement | None:
        """What chance makes of the clearest day of lists, paid for all of them."""
        if drawn.empty or not size:
            return None
        counts = drawn.groupby("day")["subject"].nunique()
        chances = {
            day: float(stats.hypergeom.sf(n - 1, max(size, canaries), canaries, min(size, read.get(day, n))))
            for day, n in counts.items()
        }
        day = min(chances, key=lambda d: (chances[d], d))
        p = min(1.0, chances[day] * len(chances))
        total = read.get(day, int(counts[day]))
        text = Text(
            f"The lists that account {account} drew on {day} held {counts[day]} of the {canaries} canaries among {total:,} of "
            f"{size:,} records; chance alone does so with p = {p:.1g}.",
            f"账号 {account} 于 {day} 取得的名单在 {size:,} 条记录中的 {total:,} 条里含 {canaries} 条诱饵中的 {counts[day]} 条；"
            f"仅凭偶然的概率为 p = {p:.1g}。",
        )
        return Statement(text, min(self.listed, bits(p)), _lines(drawn[drawn["day"] == day]))

    def _whole(self, scene: Scene, dataset: str, mine: pd.DataFrame, known: tuple[Citation, ...]) -> Finding:
        """Those who read so much in a day that they read everything, as backups do: named and accused of nothing."""
        accounts = set(mine["account"])
        sat = _sittings(scene, mine)
        names = ", ".join(sorted(accounts))
        text = Text(
            f"{names} read canaries because on those days they read {self.whole:.0%} of {dataset} or more, as services and "
            "backups do.",
            f"{names} 当日读取了 {dataset} 的 {self.whole:.0%} 或更多（如服务或备份），因此也读到诱饵记录。",
        )
        return Finding(
            detector=self.id,
            key=f"everything:{dataset}",
            title=Text(
                f"Accounts that read nearly everything of {dataset}, canaries included",
                f"读取 {dataset} 几乎全部数据（含诱饵记录）的账号",
            ),
            severity="low",
            accounts=tuple(sorted(accounts)),
            people=(),
            devices=(),
            starts=sat["first"].min().to_pydatetime(),
            ends=sat["last"].max().to_pydatetime(),
            subjects=int(mine["subject"].nunique()),
            statements=(Statement(text, 0.0, tuple(sorted({*_lines(mine), *known[:LINES]}))),),
            fact=True,
            clears=(Text("the list of services and backups", "服务与备份清单"),),
            techniques=self.techniques,
            details={"days": tuple(sorted(set(mine["day"]))), "about": "practice"},
        )


def _readings(scene: Scene) -> pd.DataFrame:
    """Who read which canary when: account, place, sitting, day, dataset, subject, drawn (in a list), source, line."""
    canaries = scene.engine.table("canaries").select(c_dataset=_.dataset, c_subject=_.subject).distinct()
    read = records(scene.engine).filter(_.account.notnull() & _.exact)  # what may not have come accuses nobody
    met = read.join(canaries, [read.dataset == canaries.c_dataset, read.subject == canaries.c_subject])
    met = met.mutate(drawn=met.listed | (met.action == "search"))
    keys = ["account", "place", "sitting", "day", "dataset", "subject", "drawn"]
    first = met.group_by([*keys, "source"]).agg(line=met.line.min())
    frame = scene.engine.arrow(first).to_pandas()
    return frame.sort_values([*keys, "source"]).drop_duplicates(keys, ignore_index=True)


def _read(scene: Scene, account: str, dataset: str) -> dict[object, int]:
    """How many distinct records of the data set an account read on each day."""
    read = records(scene.engine).filter((_.account == account) & (_.dataset == dataset) & _.exact)
    frame = scene.engine.arrow(read.group_by("day").agg(n=_.subject.nunique())).to_pandas()
    return dict(zip(frame["day"], frame["n"].astype(int), strict=True))


def _size(scene: Scene, dataset: str) -> int:
    rows = scene.engine.table("records").filter(_.dataset == dataset)
    return int(scene.engine.arrow(rows.agg(n=rows.subject.nunique()))["n"][0].as_py())


def _declared(scene: Scene, dataset: str) -> tuple[Citation, ...]:
    """One citation for each canary of a data set."""
    rows = scene.engine.table("canaries").filter(_.dataset == dataset)
    frame = scene.engine.arrow(rows.select("subject", "source", "line")).to_pandas()
    one = frame.sort_values(["source", "line"]).drop_duplicates("subject")
    return tuple(Citation(r.source, int(r.line)) for r in one.itertuples(index=False))


def _sittings(scene: Scene, rows: pd.DataFrame) -> pd.DataFrame:
    """The sittings in which these readings happened."""
    keys = ["account", "place", "sitting"]
    wanted = set(zip(*(rows[k] for k in keys), strict=True))
    sittings = scene.sittings
    there = [key in wanted for key in zip(*(sittings[k] for k in keys), strict=True)]
    return sittings[there]


def _lines(rows: pd.DataFrame) -> tuple[Citation, ...]:
    top = rows.sort_values(["day", "source", "line"]).head(LINES)
    return tuple(sorted({Citation(r.source, int(r.line)) for r in top.itertuples(index=False)}))


DETECTOR = Canary()
