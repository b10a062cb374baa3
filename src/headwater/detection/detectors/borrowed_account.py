"""An account in other hands than its owner's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.people import acted, label, named
from headwater.detection.profiles.actors import OUTSIDER
from headwater.detection.reads import place
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Finding, PersonOdds, Statement
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class BorrowedAccount:
    """Sees an account that was used by somebody else than its owner, and says by whom, with the odds.

    Every sitting at another's desk, or from outside the house, is weighed: the owner had left, was away or was working
    elsewhere at that moment; the records read were (not) the owner's own business; the account came back to that desk.
    It matters because the log names the account only. Innocent work that looks the same: shared desks, a colleague's
    computer for an afternoon, work from home; those sittings read the owner's own clients and stay silent. It misses
    lending at the owner's own desk.
    """

    least: float = 3.32
    """Bits (ten to one) that somebody else acted before a sitting counts."""
    cap: float = 20.0
    """Bits that a finding may reach."""

    id: ClassVar[str] = "borrowed-account"
    title: ClassVar[Text] = Text("Account used by another person", "账号被他人使用")
    techniques: ClassVar[tuple[str, ...]] = ("T1078.002", "IF025")
    needs: ClassVar[tuple[str, ...]] = ("access", "people", "accounts")
    alike: ClassVar[tuple[Text, ...]] = (
        Text("a shared desk, or a colleague's computer for an afternoon", "共用座位或临时借用同事电脑"),
        Text("work from home or while travelling", "居家或出差办公"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account."""
        rows = [i for i, odds in scene.who.odds.items() if odds.owner_bits >= self.least]
        chosen = scene.sittings.loc[sorted(rows)]
        chosen = chosen[(chosen["subjects"] + chosen["unseen"] > 0)]
        for account, sittings in chosen.groupby("account", sort=True):
            yield self._finding(scene, str(account), sittings)

    def _finding(self, scene: Scene, account: str, sittings: pd.DataFrame) -> Finding:
        people = acted(scene, sittings)
        days = sorted(set(sittings["day"]))
        seats = sorted(set(sittings["seat"]))
        clearest = max(sittings.index, key=lambda i: (scene.who.odds[i].owner_bits, -i))
        odds = scene.who.odds[clearest]
        lines = self._lines(scene, account, sittings)
        first = Statement(self._where(scene, account, sittings), 0.0, lines)
        pieces = (first, *self._capped(odds.statements))
        culprits = named(people)
        says = " and ".join(label(scene, e) for e in culprits) or "somebody unknown"
        says_zh = "、".join(label(scene, e) for e in culprits) or "身份不明者"
        return Finding(
            detector=self.id,
            key=account,
            title=Text(
                f"Account {account} was used by {says}, not by its owner",
                f"账号 {account} 由 {says_zh} 使用，而非其所有人",
            ),
            severity="critical" if culprits else "high",
            accounts=(account,),
            people=people,
            devices=tuple(seats),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=scene.distinct(account, days),
            statements=pieces,
            clears=(
                Text("proof that the owner was at that place on that day", "所有人当日确在该处的证明"),
                Text("a written delegation by the owner", "所有人的书面授权"),
            ),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"days": tuple(days), "outsider": self._outsider(people)},
        )

    def _capped(self, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """The clearest sitting's statements, scaled together when they exceed the cap."""
        total = sum(s.bits for s in statements)
        scale = min(1.0, self.cap / total) if total > 0 else 1.0
        return tuple(Statement(s.text, s.bits * scale, s.evidence) for s in statements)

    @staticmethod
    def _lines(scene: Scene, account: str, sittings: pd.DataFrame) -> tuple[Citation, ...]:
        places = sorted(set(sittings["place"]))
        days = sorted(set(sittings["day"]))
        read = cited(
            scene,
            "access",
            account,
            days,
            largest="rows",
            keep=lambda t: place(t).isin(places),
        )
        seats = sorted(set(sittings["seat"]))
        logons = cited(scene, "logons", account, days, keep=lambda t: t.device.isin(seats))
        return tuple(sorted({*read, *logons}))

    @staticmethod
    def _where(scene: Scene, account: str, sittings: pd.DataFrame) -> Text:
        total = int((sittings["subjects"] + sittings["unseen"]).sum())
        parts, parts_zh = [], []
        for seat, rows in sittings.groupby("seat", sort=True):
            resident = scene.seats.resident(str(seat))
            whose = f", the desk of {label(scene, resident)}" if resident else ""
            whose_zh = f"（{label(scene, resident)} 的座位）" if resident else ""
            parts.append(f"on {rows['day'].nunique()} day(s) at {seat}{whose}")
            parts_zh.append(f"在 {seat}{whose_zh} {rows['day'].nunique()} 天")
        return Text(
            f"Account {account} was used {'; '.join(parts[:6])}: {total:,} records read in {len(sittings)} sitting(s).",
            f"账号 {account} {'；'.join(parts_zh[:6])}被使用，{len(sittings)} 个时段共读取 {total:,} 条记录。",
        )

    @staticmethod
    def _outsider(people: tuple[PersonOdds, ...]) -> bool:
        return any(p.employee == OUTSIDER and p.probability > 0.5 for p in people)


DETECTOR = BorrowedAccount()
