"""Spreadsheets and archives written right after suspicious reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd
from ibis import _

from headwater.detection.people import followed, label
from headwater.detection.profiles.following import Followed, following
from headwater.detection.profiles.rarity import bits
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Finding, Moment, PersonOdds, Statement
from headwater.model.words import Text

KINDS = r"\.(?:xlsx?|xlsb|xlsm|et|csv|tsv|txt|json|sql|dump|db|mdb|accdb|parquet|zip|rar|7z|gz|tar)$"
"""Endings of files that can hold a list of people."""


@dataclass(frozen=True, slots=True)
class StagedFile:
    """Sees files that can hold a list, written within hours after suspicious reading.

    It counts how many of a person's suspicious sittings were followed by such a file at that desk or by that person,
    against how often he writes one anyway. It matters because the hoard is where a theft can be proved. Innocent work
    that looks the same: reports written after much reading. It misses what is written to a phone.
    """

    hours: float = 4.0
    """So long after reading a file counts."""
    cap: float = 8.0
    """Bits of a finding at most."""

    id: ClassVar[str] = "staged-file"
    title: ClassVar[Text] = Text("Files written after suspicious reading", "可疑读取后生成文件")
    techniques: ClassVar[tuple[str, ...]] = ("T1074", "T1560", "PR016", "PR017")
    needs: ClassVar[tuple[str, ...]] = ("access", "files")
    alike: ClassVar[tuple[Text, ...]] = (Text("a report written after much reading", "大量查阅后撰写的报告"),)

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per person."""
        anchors = scene.anchors
        if anchors.empty:
            return
        files = self._files(scene)
        for person, rows in anchors.groupby("person", sort=True):
            own = files[(files["person"] == person) | files["seat"].isin(set(rows["seat"]))]
            finding = self._finding(scene, str(person), rows, own)
            if finding:
                yield finding

    @staticmethod
    def _files(scene: Scene) -> pd.DataFrame:
        """Files of these kinds, with seat and person. Costs one filtered pass over ``files``."""
        table = scene.engine.table("files")
        made = table.filter(
            _.path.lower().re_search(KINDS)
            & (_.action.isnull() | _.action.isin(["create", "copy", "rename", "update"]))
        ).select("time", "day", "account", "device", "ip", "path", "bytes", "source", "line")
        frame = scene.engine.arrow(made).to_pandas().sort_values(["time", "source", "line"], ignore_index=True)
        seated = scene.seats.seated(frame, scene.org)
        return seated.assign(person=seated["owner"].where(seated["owner"].notna(), seated["resident"]))

    def _finding(self, scene: Scene, person: str, rows: pd.DataFrame, files: pd.DataFrame) -> Finding | None:
        after = following(rows, files, person, self.hours, scene.active_days.get(person, frozenset()))
        weight = min(self.cap, bits(after.p))
        if weight < 0.5:
            return None
        written = files.loc[list(after.events)]
        return self._made(scene, person, after, written, weight, followed(scene, person, rows, written))

    def _made(
        self,
        scene: Scene,
        person: str,
        after: Followed,
        files: pd.DataFrame,
        weight: float,
        probability: float,
    ) -> Finding:
        who = label(scene, person)
        size = int(files["bytes"].fillna(0).sum())
        text = Text(
            f"After {after.followed} of the {after.sittings} suspicious sitting(s) of {who} a file that can hold a list was written "
            f"within {self.hours:g} hours ({len(files)} files, {size / 1e6:.1f} MB); by chance {after.chance:.0%} would be "
            "followed by one.",
            f"{who} 的 {after.sittings} 个可疑时段中，有 {after.followed} 个在 {self.hours:g} 小时内生成了可存放名单的文件"
            f"（{len(files)} 个，{size / 1e6:.1f} MB）；正常情况下约 {after.chance:.0%} 会如此。",
        )
        lines = tuple(Citation(r.source, int(r.line)) for r in files.itertuples(index=False))
        return Finding(
            detector=self.id,
            key=person,
            title=Text(
                f"{who} wrote {len(files)} file(s) after suspicious reading",
                f"{who} 在可疑读取后生成 {len(files)} 个文件",
            ),
            severity="medium",
            accounts=tuple(sorted(set(files["account"].dropna()))),
            people=(PersonOdds(person, probability, weight),),
            devices=tuple(sorted(set(files["seat"]))),
            starts=files["time"].min().to_pydatetime(),
            ends=files["time"].max().to_pydatetime(),
            subjects=0,
            statements=(Statement(text, weight, lines),),
            p_value=after.p,
            clears=(Text("the files, showing something else", "证明文件内容与此无关"),),
            moments=tuple(self._moment(r) for r in files.itertuples(index=False)),
            techniques=self.techniques,
            details={"about": "person", "follows": True},
        )

    @staticmethod
    def _moment(row: object) -> Moment:
        name = str(row.path).replace("\\", "/").rsplit("/", 1)[-1]  # type: ignore[attr-defined]
        size = 0 if pd.isna(row.bytes) else int(row.bytes)  # type: ignore[attr-defined]
        text = Text(
            f"{name} ({size / 1000:,.0f} kB) written at {row.seat}",  # type: ignore[attr-defined]
            f"在 {row.seat} 生成 {name}（{size / 1000:,.0f} kB）",  # type: ignore[attr-defined]
        )
        return Moment(row.time.to_pydatetime(), "files", text)  # type: ignore[attr-defined]


DETECTOR = StagedFile()
