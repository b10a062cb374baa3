"""What speaks for somebody new: nobody has business of his own in his first weeks."""

from __future__ import annotations

from datetime import date

from headwater.detection.scene import Scene
from headwater.model.evidence import Statement
from headwater.model.words import Text


def newcomer(scene: Scene, account: str, start: date, within: int, weight: float) -> tuple[Statement, ...]:
    """So many bits for the owner of an account who joined within so many days before something began, or nothing."""
    owner = scene.org.owner(account)
    if owner is None or owner.hired is None or (start - owner.hired).days > within:
        return ()
    text = Text(
        f"{owner.employee} joined on {owner.hired}: newcomers read what colleagues handle, and are not judged by the "
        "colleagues' rate.",
        f"{owner.employee} 于 {owner.hired} 入职：新员工常查阅同事经手的记录，不宜按同事比例衡量。",
    )
    return (Statement(text, -weight, (owner.cited,)),)
