"""What planted leaks bear out bounds what is said of a real one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from headwater.attribution.calibration.curve import Calibration
from headwater.attribution.calibration.fingerprint import fingerprint
from headwater.attribution.histories import Histories
from headwater.attribution.search import Options
from headwater.model.attribution import Leak, Taker
from headwater.model.words import Text


def holding(
    kept: Mapping[str, Calibration] | None, past: Mapping[str, Histories], options: Options
) -> dict[str, Calibration]:
    """Kept calibrations by data set; of one that is not of these histories, this method and these options no more than that."""
    return {
        dataset: one if one.made_of == fingerprint(past[dataset], options) else replace(one, made_of="")
        for dataset, one in (kept or {}).items()
        if dataset in past
    }


def borne_out(leak: Leak, known: Calibration | None) -> Leak:
    """The same leak with no probability above what planted leaks bear out, and a sentence that says so.

    A calibration that does not hold bounds nothing, and that is said. It is of reading: who is named by what was planted
    alone is not bounded by it.
    """
    if known is None or not any(_by_reading(t) for t in leak.takers):
        return leak
    if not known.made_of:
        return replace(leak, notes=(*leak.notes, _of_something_else()))
    takers = tuple(_bounded(t, known) if _by_reading(t) else t for t in leak.takers)
    notes = [_figures(known)]
    if any(known.borne(_many(t)).claims == 0 for t in takers if _by_reading(t)):
        notes.append(_nothing_borne_out())
    return replace(leak, takers=takers, notes=(*leak.notes, *notes))


def _by_reading(taker: Taker) -> bool:
    return any(s.kind == "hits" for s in taker.statements)


def _many(taker: Taker) -> int:
    return 1 + len(taker.alike)


def _bounded(taker: Taker, known: Calibration) -> Taker:
    many = _many(taker)
    without = tuple(None if p is None else known.supported(p * many, many) / many for p in taker.without)
    return replace(taker, probability=known.supported(taker.probability * many, many) / many, without=without)


def _figures(known: Calibration) -> Text:
    claims, right = known.alone.claims + known.joint.claims, known.alone.right + known.joint.right
    en = (
        f"Over this organisation's own history {known.leaks:,} leaks were planted, {known.nulls:,} of them taken by nobody: "
        f"{right:,} of {claims:,} names were right, and {known.accused:,} were named for those that nobody took."
    )
    zh = (
        f"在本机构自身的历史上植入了 {known.leaks:,} 份泄露名单，其中 {known.nulls:,} 份无人取走：{claims:,} 次指认中 {right:,} 次正确；"
        f"对无人取走的名单共误指 {known.accused:,} 个账号。"
    )
    if known.joint.right:
        en += (
            f" Of {known.joint.right:,} right ones that several accounts shared, the account named first had taken nothing "
            f"in {known.innocent:,}."
        )
        zh += f"由多个账号共担且正确的 {known.joint.right:,} 次指认中，有 {known.innocent:,} 次排在首位的账号并未取走任何数据。"
    return Text(en, zh)


def _nothing_borne_out() -> Text:
    return Text(
        "No account was named for any of them in the way it is here: the probabilities are the method's own, and nothing in "
        "this house bears them out.",
        "这些名单中没有一次以此处的方式指认账号：所示概率仅出自方法本身，在本机构未得到任何验证。",
    )


def _of_something_else() -> Text:
    return Text(
        "A calibration of this data set is kept, but it is of other reading histories, another version of the method or other "
        "options: it bounds nothing here, and the probabilities are the method's own. `headwater calibrate` makes a new one.",
        "已保存该数据集的校准结果，但其所依据的读取历史、方法版本或选项与此处不同：对此处不作任何限制，所示概率仅出自方法本身。"
        "可用 `headwater calibrate` 重新校准。",
    )
