"""From reading to the door, step by step: a list is written, packed, carried out, and its copies are deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from headwater.detection.people import followed, label
from headwater.detection.profiles import chains
from headwater.detection.profiles.carrying import TIED, WAYS, Carrying, carrying
from headwater.detection.profiles.rarity import bits
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Finding, Moment, PersonOdds, Statement
from headwater.model.words import Text

WORDS = {
    "copied": ("was copied to a removable drive within a day", "一天内被复制到移动介质"),
    "stick": ("was written to a removable drive", "被写入移动介质"),
    "print": ("was followed at once by a print", "生成后随即有打印"),
    "post": ("went out in a post of its size within a day", "一天内以相同大小的提交外发"),
    "mail": ("went out in a mail of its size or name within a day", "一天内以相同大小或名称的邮件外发"),
}
PLACES = {
    "copied": ("to a stick at ", "移动介质，"),
    "stick": ("to a stick at ", "移动介质，"),
    "print": ("to the printer from ", "打印机，"),
    "post": ("to ", ""),
    "mail": ("to ", ""),
}
TOLD = 5
"""So many lists are told step by step."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Sees lists that leave: a file is written after suspicious reading, then copied to a stick, printed, posted or mailed.

    The steps must come in this order, and a file is known again by its name or its size, so that any photograph sent on the
    same day does not count. How often lists go this way is counted on the person's other files and on everybody else's;
    packing and deleting afterwards are counted likewise and weigh little. It matters because reading alone harms nobody
    yet, and because the order of the steps is what an investigator must show. Innocent work that looks the same: a list
    that was asked for and handed over. It misses lists that are sent under another name and size, in pieces, or a day
    later, prints of what was never saved, and a telephone before the screen.
    """

    hours: float = 72.0
    """So long after suspicious reading a list belongs to it: over a weekend."""
    cap: float = 8.0
    """Bits that the way out may weigh at most."""
    tidy: float = 2.0
    """Bits that packing and deleting may weigh at most, each."""

    id: ClassVar[str] = "chain"
    title: ClassVar[Text] = Text("A list written, and carried out", "生成名单并带出")
    techniques: ClassVar[tuple[str, ...]] = (
        "T1074",
        "T1560",
        "T1052",
        "T1567",
        "T1048",
        "T1070",
        "PR016",
        "PR017",
        "IF001",
        "IF002",
        "AF015",
    )
    needs: ClassVar[tuple[str, ...]] = ("access", "files")
    alike: ClassVar[tuple[Text, ...]] = (Text("a list that was asked for and handed over", "受托制作并移交的名单"),)

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per person."""
        anchors = scene.anchors
        if anchors.empty:
            return
        carried = carrying(scene.engine, scene.org, scene.seats)
        near = {
            str(person): chains.after(rows, carried.loads, str(person), self.hours)
            for person, rows in anchors.groupby("person", sort=True)
        }
        aside = {load for rows in near.values() for load in rows["load"]}
        for person, rows in near.items():
            finding = self._finding(scene, person, anchors[anchors["person"] == person], rows, carried, aside)
            if finding:
                yield finding

    def _finding(
        self, scene: Scene, person: str, sittings: pd.DataFrame, near: pd.DataFrame, carried: Carrying, aside: set[int]
    ) -> Finding | None:
        if near.empty:
            return None
        known = [w for w in WAYS if scene.has({"post": "web", "mail": "mail"}.get(w, "files"))]
        tried = {w: chains.linked(near, carried.loads, aside, self._going(carried, w), w in TIED) for w in known}
        way = min(tried, key=lambda w: (tried[w].p, w))
        best, p = tried[way], min(1.0, tried[way].p * len(known))
        weight = min(self.cap, bits(p))
        if weight < 0.5:
            return None
        exits = carried.exits[(carried.exits["way"] == way) & carried.exits["load"].isin(best.loads)]
        who = label(scene, person)
        statements = [self._main(who, way, best, weight, near, exits)]
        statements += self._tidied(near, carried, aside, set(best.loads))
        statements += self._story(sittings, near, exits, carried)
        lists = near[near["load"].isin(best.loads)]
        return Finding(
            detector=self.id,
            key=person,
            title=Text(
                f"{who}: {len(lists)} list(s) written after suspicious reading went out ({way})",
                f"{who}：可疑读取后生成的 {len(lists)} 份名单被带出（{WORDS[way][1]}）",
            ),
            severity="high" if weight >= 3 else "medium",
            accounts=tuple(sorted(set(lists["account"].dropna()))),
            people=(PersonOdds(person, followed(scene, person, sittings, lists), weight),),
            devices=tuple(sorted(set(lists["seat"]))),
            starts=lists["time"].min().to_pydatetime(),
            ends=exits["at"].max().to_pydatetime(),
            subjects=0,
            statements=tuple(statements),
            p_value=p,
            clears=(
                Text("the files, showing something else", "证明文件内容与此无关"),
                Text("a request for the list, and who received it", "索要该名单的要求及接收人"),
            ),
            moments=tuple(self._moments(lists, exits)),
            techniques=self.techniques,
            details={"about": "person", "follows": True, "days": tuple(sorted(set(lists["day"])))},
        )

    @staticmethod
    def _going(carried: Carrying, way: str) -> set[int]:
        """Lists that go out by a way."""
        return set(carried.exits.loc[carried.exits["way"] == way, "load"])

    @staticmethod
    def _main(
        who: str, way: str, found: chains.Linked, weight: float, near: pd.DataFrame, exits: pd.DataFrame
    ) -> Statement:
        en, zh = WORDS[way]
        text = Text(
            f"After suspicious reading {who} wrote {len(near)} file(s) that can hold a list on {found.days} day(s); on "
            f"{found.linked} of these days one {en}. Of the {found.others:,} such files of others "
            f"{found.usual:,} did, so that {found.chance:.1%} of such days would see one by chance.",
            f"可疑读取后，{who} 在 {found.days} 天内生成 {len(near)} 个可存放名单的文件，其中 {found.linked} 天有文件{zh}。"
            f"他人的 {found.others:,} 个同类文件中有 {found.usual:,} 个如此，按此正常情况下约 {found.chance:.1%} 的日子会出现。",
        )
        lines = [Citation(r.source, int(r.line)) for r in near.itertuples(index=False)]
        lines += [Citation(r.out_source, int(r.out_line)) for r in exits.itertuples(index=False)]
        return Statement(text, weight, tuple(sorted(set(lines))))

    def _tidied(self, near: pd.DataFrame, carried: Carrying, aside: set[int], out: set[int]) -> Iterator[Statement]:
        """Packing before and deleting after, each against how often lists are packed or deleted anyway."""
        ours = near[near["load"].isin(out)]
        steps = (
            ("packed into an archive of the same name", "打包为同名压缩文件", carried.packed),
            ("deleted within a day", "在一天内删除", carried.deleted),
        )
        for en, zh, done in steps:
            found = chains.linked(ours, carried.loads, aside, set(done["load"]))
            if not found.linked:
                continue
            rows = done[done["load"].isin(found.loads)]
            text = Text(
                f"On {found.linked} of these {found.days} day(s) such a file was {en}; of the files of others "
                f"{found.usual:,} of {found.others:,} were.",
                f"在这 {found.days} 天中有 {found.linked} 天该类文件被{zh}；他人文件中为 {found.usual:,} / {found.others:,}。",
            )
            lines = tuple(sorted({Citation(r.out_source, int(r.out_line)) for r in rows.itertuples(index=False)}))
            yield Statement(text, min(self.tidy, bits(found.p)), lines)

    @staticmethod
    def _story(
        sittings: pd.DataFrame, near: pd.DataFrame, exits: pd.DataFrame, carried: Carrying
    ) -> Iterator[Statement]:
        """The steps of each list, in order."""
        gone = carried.deleted.set_index("load")
        ways = exits.drop_duplicates("load").set_index("load")
        for row in near[near["load"].isin(ways.index)].head(TOLD).itertuples(index=False):
            before = sittings[sittings["first"] <= row.time]
            read = int(before.loc[before["day"] == before["day"].max(), "total"].sum()) if len(before) else 0
            out = ways.loc[row.load]
            place, place_zh = PLACES[out["way"]]
            when, size, carried_size = row.day, row.size / 1000, out["carried"] / 1000
            deleted = (
                f", deleted after {_minutes(row.time, gone.loc[row.load, 'at'])} min" if row.load in gone.index else ""
            )
            deleted_zh = (
                f"，{_minutes(row.time, gone.loc[row.load, 'at'])} 分钟后删除" if row.load in gone.index else ""
            )
            text = Text(
                f"{when}: {read:,} records read, then {row.base} written ({size:,.1f} kB), out {place}{out['to']} after "
                f"{_minutes(row.time, out['at'])} min ({carried_size:,.1f} kB){deleted}.",
                f"{when}：读取 {read:,} 条记录后生成 {row.base}（{size:,.1f} kB），{_minutes(row.time, out['at'])} 分钟后带出至 "
                f"{place_zh}{out['to']}（{carried_size:,.1f} kB）{deleted_zh}。",
            )
            yield Statement(
                text, 0.0, (Citation(row.source, int(row.line)), Citation(out["out_source"], int(out["out_line"])))
            )

    @staticmethod
    def _moments(lists: pd.DataFrame, exits: pd.DataFrame) -> Iterator[Moment]:
        for row in lists.itertuples(index=False):
            size = f"{row.size / 1000:,.0f}"
            text = Text(f"{row.base} ({size} kB) written at {row.seat}", f"在 {row.seat} 生成 {row.base}（{size} kB）")
            yield Moment(row.time.to_pydatetime(), "files", text)
        for row in exits.itertuples(index=False):
            size = f"{row.carried / 1000:,.0f}"
            en, zh = PLACES[row.way]
            text = Text(f"{size} kB out {en}{row.to}", f"带出 {size} kB 至 {zh}{row.to}")
            yield Moment(row.at.to_pydatetime(), "sending", text)


def _minutes(first: pd.Timestamp, later: pd.Timestamp) -> int:
    return round(float((later - first).total_seconds()) / 60)


DETECTOR = Chain()
