"""What a replay says in sentences: where a control bites, what it would have saved, what patience gains, what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from headwater.casework.prevention.replay import CasePrevention, Replayed
from headwater.model.words import Text

ASSUMED: tuple[Text, ...] = (
    Text(
        "Rows are all that was read in the sittings that findings name, own work in them included; where a finding is only about records "
        "without a business reason, those alone.",
        "行数为发现所指时段内读取的全部内容（含其间本职工作）；仅涉及无业务事由记录的发现，只计该类记录。",
    ),
    Text(
        "A denied act is held to be given up, and every other act to happen as it did. Whoever meets a control may change his ways: the "
        "share saved is no promise.",
        "假定被拒绝的读取即告放弃，其余照旧。遇到控制者可能改变手法：挽回比例并非保证。",
    ),
    Text(
        "Costs are what everybody else in the house did in the same time, counted as if each denial were wrong.",
        "代价按同期其他全体人员的行为计算，并假定对其每次拒绝均属误拒。",
    ),
)


def assumed(told: CasePrevention) -> Iterator[Text]:
    """What is assumed of a case, and what is not known of it."""
    yield from ASSUMED
    if told.case.unsized:
        yield Text(
            f"Of {told.case.unsized:,} act(s) of this case nobody knows how many rows they read: they count nothing here.",
            f"本案有 {told.case.unsized:,} 次读取的行数无从得知，此处未计入。",
        )


_UNITS: Mapping[str, str] = {"days": "天", "weeks": "周", "hours": "小时", "acts": "次"}


def sentences(done: Replayed, told: CasePrevention, weeks: int) -> Iterator[Text]:
    """The sentences of one control."""
    yield _bite(done, told)
    yield from done.ruling.statements
    if done.stop is not None:
        yield _saved(done, told)
        if (patient := _patient(done)) is not None:
            yield patient
    yield _cost(done, weeks)


def _bite(done: Replayed, told: CasePrevention) -> Text:
    stop, because = done.stop, done.ruling.because
    if stop is None:
        return Text("It would have denied nothing of this case.", "对本案读取均不会拒绝。")
    return Text(
        f"It bites on day {stop.day_number} ({stop.day}), at row {stop.row:,} of {told.case.total:,}: {because.en}.",
        f"在第 {stop.day_number} 天（{stop.day}）、第 {stop.row:,} 行（共 {told.case.total:,} 行）起效：{because.zh}。",
    )


def _saved(done: Replayed, told: CasePrevention) -> Text:
    assert done.stop is not None
    before, total = done.stop.rows_before, told.case.total
    alone, looked = _share(done.saved, total), _share(done.followed, total)
    persons = f"{done.stop.persons_before:,}"
    return Text(
        f"{before:,} rows ({persons} persons that can be named) had gone before. By itself it would have kept back {done.saved:,} rows "
        f"({alone}); had the first denial been looked into, {done.followed:,} ({looked}).",
        f"此前已流出 {before:,} 行（可辨认者 {persons} 人）。仅凭该控制可拦下 {done.saved:,} 行（{alone}）；"
        f"若首次拒绝即被追查，可拦下 {done.followed:,} 行（{looked}）。",
    )


def _patient(done: Replayed) -> Text | None:
    lower = done.ruling.adaptive
    if lower is None:
        return None
    unit = _UNITS[lower.unit]
    if lower.least is None:
        return Text("Who stays below this limit takes nothing that way.", "低于该限额则无法以此方式取得任何数据。")
    return Text(
        f"Who stays just below the limit needs at least {lower.least:,} {lower.unit} for the same haul, instead of {lower.took:,}: "
        "a lower bound.",
        f"若始终略低于限额，取得同量数据至少需 {lower.least:,} {unit}（实际 {lower.took:,} {unit}）：此为下限。",
    )


def _cost(done: Replayed, weeks: int) -> Text:
    cost, held = done.cost, max(weeks, 1)
    if not cost.acts:
        return Text("It would have denied nobody else anything.", "不会拒绝其他任何人的读取。")
    return Text(
        f"It would have denied others {_count(cost.acts)} acts on {_count(cost.days)} days of {_count(cost.persons)} people: "
        f"{cost.days / held:.4f} blocked days per person and week.",
        f"会拒绝其他人员 {_count(cost.acts)} 次读取，涉及 {_count(cost.persons)} 人 {_count(cost.days)} 人日：每人每周 "
        f"{cost.days / held:.4f} 个受阻日。",
    )


def _share(part: int, whole: int) -> str:
    """A part in percent, never rounded to all or nothing."""
    share = 100 * part / max(whole, 1)
    if 0 < part < whole:
        share = min(max(share, 0.1), 99.9)
    return f"{share:.1f}".removesuffix(".0") + " %"


def _count(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
