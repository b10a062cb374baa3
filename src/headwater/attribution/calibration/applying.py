"""What planted leaks bear out bounds what is said of a real one."""

from __future__ import annotations

from dataclasses import replace

from headwater.attribution.calibration.curve import Calibration
from headwater.model.attribution import Leak, Taker
from headwater.model.words import Text


def borne_out(leak: Leak, known: Calibration | None) -> Leak:
    """The same leak with no probability above what planted leaks bear out, and a sentence that says so."""
    if known is None or not leak.takers:
        return leak
    takers = tuple(_bounded(t, known) for t in leak.takers)
    right, claims = sum(b.right for b in known.bins), sum(b.claims for b in known.bins)
    note = Text(
        f"Over this organisation's own history {known.leaks:,} leaks were planted, {known.nulls:,} of them taken by nobody: "
        f"{right:,} of {claims:,} names were right, and {known.accused:,} were named for those that nobody took.",
        f"在本机构自身的历史上植入了 {known.leaks:,} 份泄露名单，其中 {known.nulls:,} 份无人取走：{claims:,} 次指认中 {right:,} 次正确；"
        f"对无人取走的名单共误指 {known.accused:,} 个账号。",
    )
    return replace(leak, takers=takers, notes=(*leak.notes, note))


def _bounded(taker: Taker, known: Calibration) -> Taker:
    many = 1 + len(taker.alike)
    without = tuple(None if p is None else known.supported(p * many) / many for p in taker.without)
    return replace(taker, probability=known.supported(taker.probability * many) / many, without=without)
