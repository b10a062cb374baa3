"""What is said of a plan before anybody approves it: whether decoys can be told from people, and what would tell them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from headwater.model.words import Text
from headwater.planting.canaries.telling import Area

MOST = 0.55
"""An area above this is too much (ATTRIBUTION.md 6.5)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The measures of a plan.

    ``area`` is of trees that know what the table tells; ``listed`` of such that have the official list of county codes
    beside it; ``unnumbered`` of such that do not see the identity numbers. ``trial`` decoys were measured, of which
    ``planned`` are in the plan. ``tells`` are columns by themselves, where the first figure is not reached.
    ``retired`` is the share of real identity numbers that are nobody's by their county and birth, as all decoys' are; ``old`` the
    share of real ones with a county that was gone by 1996.
    """

    planned: int
    trial: int
    rows: int
    band: tuple[float, float]
    drawn: int
    unlikely: int
    near: int
    thinned: int
    nearest_bits: float
    nearest_fields: int
    compared: int
    enough: float
    area: Area
    listed: Area | None = None
    unnumbered: Area | None = None
    tells: tuple[tuple[str, float], ...] = ()
    retired: float | None = None
    old: float | None = None
    notes: tuple[Text, ...] = ()

    @property
    def reaches(self) -> bool:
        """Whether the area is small enough for what the table itself tells."""
        return self.area.value <= MOST

    def plain(self) -> dict[str, Any]:
        """The figures as JSON values."""
        told = asdict(self)
        told["notes"] = [{"en": n.en, "zh": n.zh} for n in self.notes]
        told["reaches"] = self.reaches
        return rounded(told)  # type: ignore[no-any-return]

    def sentences(self) -> tuple[Text, ...]:
        """The figures as sentences, the verdict first."""
        return (_verdict(self), *_beside(self), _band(self), _nearest(self), *self.notes)


def rounded(value: Any) -> Any:
    """JSON values with floats of six digits."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, list | tuple) else value


def _verdict(f: Figures) -> Text:
    en, zh = _said(f.area)
    if f.reaches:
        return Text(
            f"Boosted trees that see the whole table tell decoys from people with an area of {en}: 0.5 is a coin, {MOST} the most allowed.",
            f"看到全表的提升树区分诱饵与真人的 AUC 为 {zh}：0.5 等于掷硬币，允许上限 {MOST}。",
        )
    columns = ", ".join(f"{name} {value:.2f}" for name, value in f.tells[:4])
    return Text(
        f"NOT reached: boosted trees tell decoys from people with an area of {en}, more than {MOST}. By column: {columns}.",
        f"未达标：提升树区分诱饵与真人的 AUC 为 {zh}，高于 {MOST}。各列单独：{columns}。",
    )


def _beside(f: Figures) -> tuple[Text, ...]:
    told = []
    if f.listed and f.retired is not None and f.old is not None:
        en, zh = _said(f.listed)
        told.append(
            Text(
                f"With the official list of county codes beside the table the area is {en}; {f.retired:.1%} of real identity "
                "numbers have a county that was gone before the number can have been issued, as all decoys have, and "
                f"{f.old:.1%} one gone by 1996.",
                f"若对照官方县码表，AUC 为 {zh}；真实证件号中 {f.retired:.1%} 的县码在号码可能签发前已撤销（诱饵全部如此），"
                f"{f.old:.1%} 的县码在 1996 年前已撤销。",
            )
        )
    if f.unnumbered:
        en, zh = _said(f.unnumbered)
        told.append(Text(f"Without the identity numbers the area is {en}.", f"不看证件号时 AUC 为 {zh}。"))
    return tuple(told)


def _band(f: Figures) -> Text:
    return Text(
        "Every decoy lies in the band in which nine tenths of the real rows' log-likelihoods lie "
        f"({f.band[0]:.1f} to {f.band[1]:.1f}); {f.drawn:,} were drawn, {f.unlikely:,} lay outside, {f.near:,} were near "
        f"somebody, {f.thinned:,} were of a kind that was drawn too often.",
        f"每条诱饵的对数似然都在九成真实行所在区间内（{f.band[0]:.1f} 至 {f.band[1]:.1f}）；"
        f"共抽取 {f.drawn:,} 条，{f.unlikely:,} 条在区间外，{f.near:,} 条与真人过近，{f.thinned:,} 条属于抽得过多的类型。",
    )


def _nearest(f: Figures) -> Text:
    return Text(
        "No decoy has the number or contact of anybody in the table; at most "
        f"{f.nearest_fields} of {f.compared} fields are the same as one person's, and in two fields or more at most "
        f"{f.nearest_bits:.1f} bits, where {f.enough:.1f} would single one out.",
        f"没有诱饵与表中任何人的号码或联系方式相同；与某一真人最多 {f.nearest_fields}/{f.compared} 项相同，"
        f"两项以上相同者最多 {f.nearest_bits:.1f} 比特，而认定一人需 {f.enough:.1f} 比特。",
    )


def _said(area: Area) -> tuple[str, str]:
    en = f"{area.value:.3f} (95 %: {area.low:.3f} to {area.high:.3f}; {area.decoys:,} decoys, {area.people:,} people)"
    zh = f"{area.value:.3f}（95%：{area.low:.3f}–{area.high:.3f}；诱饵 {area.decoys:,} 条，真人 {area.people:,} 条）"
    return en, zh
