"""No lists on sticks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd
from ibis import _

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.house import House
from headwater.casework.prevention.leaving import COLUMNS, Leaving, cited
from headwater.detection.profiles.counters import SHEETS, WRITTEN, drives, on_stick
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class RemovableMedia(Leaving):
    """Stops files that can hold a list from being written to sticks and other removable media.

    It costs whoever carries such files for his work. It misses every other way out, other kinds of files, and drives that are
    taken for the machine's own.
    """

    bytes: float | None = 0.0
    """What is larger is stopped: everything, unless a size is given or taken from the house (empty)."""

    id: ClassVar[str] = "removable-media"
    title: ClassVar[Text] = Text("No lists on removable media", "禁止名单写入移动介质")
    does: ClassVar[Text] = Text(
        "files that can hold a list are not written to removable media", "可存放名单的文件不得写入移动存储介质"
    )
    needs: ClassVar[tuple[str, ...]] = ("access", "files")

    def leaving(self, house: House) -> pd.DataFrame:
        """Such files on sticks; one of unknown size counts as one byte."""
        return house.keep("sticks", lambda: _written(house))

    def told(self, case: CaseActs, acts: pd.DataFrame) -> pd.DataFrame:
        """Files whose very lines the case's findings cite."""
        return cited(case, acts)

    def said(self, size: str, to: str, limit: str) -> Text:
        """Which file is stopped."""
        return Text(f"a file of {size} bytes could not have been written to {to}", f"{size} 字节的文件无法写入 {to}")


def _written(house: House) -> pd.DataFrame:
    engine = house.scene.engine
    rows = engine.table("files").mutate(did=_.action.fill_null("create").lower(), name=_.path.fill_null("").lower())
    rows = rows.filter(rows.did.isin([*WRITTEN, ""]) & rows.name.re_search(SHEETS) & on_stick(rows, drives(engine)))
    columns = ["time", "day", "account", "device", "ip", "bytes", "source", "line"]
    frame = engine.arrow(rows.select(*columns)).to_pandas().sort_values(["time", "source", "line"], ignore_index=True)
    seated = house.scene.seats.seated(frame, house.scene.org)
    person = seated["owner"].where(seated["owner"].notna(), seated["resident"])
    told = seated.assign(
        person=person, size=seated["bytes"].fillna(0).clip(lower=1).astype(float), to="a removable drive"
    )
    return told.loc[person.notna(), COLUMNS].reset_index(drop=True)


CONTROL = RemovableMedia()
