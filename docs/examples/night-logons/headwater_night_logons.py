"""An example of a third party's detector: log-ons between midnight and five."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from headwater.detection.people import OWN
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Finding, PersonOdds, Statement
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class NightLogons:
    """Sees log-ons in the small hours, of accounts that do not usually log on then.

    It matters because whoever does not want to be seen comes when nobody is there. Innocent work that looks the same:
    somebody who could not sleep, a call-out. It misses who never logs off.
    """

    until: int = 5
    """The hour of the day at which the night ends."""
    habit: int = 3
    """An account with more nights than this works at night, and is passed."""

    id: ClassVar[str] = "night-logons"
    title: ClassVar[Text] = Text("Log-ons at night", "夜间登录")
    techniques: ClassVar[tuple[str, ...]] = ("T1078",)
    needs: ClassVar[tuple[str, ...]] = ("logons",)
    alike: ClassVar[tuple[Text, ...]] = (Text("a call-out", "夜间应急处理"),)

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account."""
        logons = scene.engine.table("logons")
        night = logons.filter((logons.action == "logon") & (logons.hour < self.until) & logons.account.notnull())
        rows = scene.engine.arrow(night.select("time", "day", "account", "device", "source", "line")).to_pandas()
        for account, own in rows.sort_values(["time", "source", "line"]).groupby("account", sort=True):
            if own["day"].nunique() <= self.habit:
                yield self._finding(scene, str(account), own)

    def _finding(self, scene: Scene, account: str, rows: Any) -> Finding:
        days, owner = sorted(set(rows["day"])), scene.org.owner(account)
        lines = tuple(sorted(Citation(r.source, int(r.line)) for r in rows.itertuples()))
        text = Text(
            f"Account {account} logged on before {self.until} o'clock on {len(days)} day(s), first on {days[0]}.",
            f"账号 {account} 有 {len(days)} 天在 {self.until} 点前登录，首次为 {days[0]}。",
        )
        return Finding(
            detector=self.id,
            key=account,
            title=Text(f"Account {account} logged on at night", f"账号 {account} 夜间登录"),
            severity="low",
            accounts=(account,),
            people=(PersonOdds(owner.employee, OWN, 0.0),) if owner else (),
            devices=tuple(sorted(set(rows["device"].dropna()))),
            starts=rows["time"].min().to_pydatetime(),
            ends=rows["time"].max().to_pydatetime(),
            subjects=0,
            statements=(Statement(text, 0.5, lines),),
            clears=(Text("a call-out that night", "当夜的应急处理记录"),),
            techniques=self.techniques,
            details={"days": tuple(map(str, days))},
        )
