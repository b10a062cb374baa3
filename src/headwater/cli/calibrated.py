"""What ``headwater calibrate`` prints of one data set, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from headwater.attribution.calibration.curve import Calibration
from headwater.attribution.calibration.reliability import Reliability
from headwater.attribution.calibration.rows import Row

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "head": "{dataset}: {leaks:,} planted leaks, {nulls:,} of them taken by nobody; {accused:,} accounts were named on those.",
        "missing": "{missing:,} of {asked:,} leaks could not be planted: too few people read enough.",
        "alone": "claims about one account of {low:.0%} and more: "
        "{right:,} of {claims:,} right ({from_:.1%} to {to:.1%}); {mean:.1%} was said on average",
        "joint": "claims that several accounts share, of {low:.0%} and more in all: "
        "{right:,} of {claims:,} right ({from_:.1%} to {to:.1%}); {mean:.1%} was said on average",
        "innocent": "in {innocent:,} of those that were right the account named first had taken nothing",
        "no people": "No account of a person reads this data set: no takers could be planted, and nothing bears out a name.",
        "nothing": "No account was named for any of them: nothing bears out a name.",
        "brier": "Brier score of all claims: {brier:.4f}",
        "what": "what is planted",
        "way": "taken: {which}",
        "takers": "takers: {low:.0f}",
        "padding": "padding {low:.0%} to {high:.0%}",
        "rows": "rows of each {low:.0f} to {last:.0f}",
        "rows on": "rows of each {low:.0f} and more",
        "share": "{low:.0%} to {high:.0%} of what was read",
        "share on": "{low:.0%} and more of what was read",
        "dated": "with values that changed",
        "nobody": "nobody: {which}",
        "nobody of": "  {low:.0%} to {high:.0%} of it",
        "nobody of on": "  {low:.0%} and more of it",
        "day": "a busy day",
        "work": "a month's work",
        "drip": "a little of everything",
        "bulk": "an evening, one by one",
        "export": "an evening of exports",
        "popular": "popular records",
        "book": "one segment",
        "random": "random records",
        "absent": "read by one unknown",
    },
    "zh": {
        "head": "{dataset}：植入 {leaks:,} 份泄露名单，其中 {nulls:,} 份无人取走；这些名单上共误指 {accused:,} 个账号。",
        "missing": "{asked:,} 份中有 {missing:,} 份无法植入：读取量足够的人员过少。",
        "alone": "针对单个账号、概率 {low:.0%} 及以上的指认："
        "{claims:,} 个中 {right:,} 个正确（{from_:.1%} 至 {to:.1%}）；平均声称 {mean:.1%}",
        "joint": "由多个账号共担、合计概率 {low:.0%} 及以上的指认："
        "{claims:,} 个中 {right:,} 个正确（{from_:.1%} 至 {to:.1%}）；平均声称 {mean:.1%}",
        "innocent": "其中正确的指认里，有 {innocent:,} 次排在首位的账号并未取走任何数据",
        "no people": "没有任何人员账号读取该数据集：无法植入取走者，指认未得到任何验证。",
        "nothing": "这些名单中没有一次指认账号：指认未得到任何验证。",
        "brier": "全部指认的 Brier 分数：{brier:.4f}",
        "what": "植入内容",
        "way": "取走方式：{which}",
        "takers": "取走者人数：{low:.0f}",
        "padding": "掺入他源 {low:.0%} 至 {high:.0%}",
        "rows": "每人 {low:.0f} 至 {last:.0f} 行",
        "rows on": "每人 {low:.0f} 行及以上",
        "share": "占所读的 {low:.0%} 至 {high:.0%}",
        "share on": "占所读的 {low:.0%} 及以上",
        "dated": "含有变更过的值",
        "nobody": "无人取走：{which}",
        "nobody of": "  占其 {low:.0%} 至 {high:.0%}",
        "nobody of on": "  占其 {low:.0%} 及以上",
        "day": "最忙的一天",
        "work": "一个月的工作",
        "drip": "各处少量",
        "bulk": "一晚逐条读取",
        "export": "一晚批量导出",
        "popular": "热门记录",
        "book": "单一分段",
        "random": "随机记录",
        "absent": "日志未知者所读",
    },
}
_COLUMNS = {
    "en": ("leaks", "takers", "named", "exact", "shared", "first innocent", "false", "overlap of days"),
    "zh": ("名单", "取走者", "指认", "全对", "共担", "首位无辜", "误指", "日期重合"),
}
_FIRST, _OTHERS = 32, (7, 8, 7, 7, 8, 16, 7, 17)
"""Columns of a terminal for what is planted, and for each figure."""


def said(one: Calibration, lang: str) -> list[str]:
    """What ``headwater calibrate`` prints of one data set, line by line."""
    words = _WORDS[lang]
    counts = {"leaks": one.leaks, "nulls": one.nulls, "accused": one.accused, "asked": one.asked}
    lines = [words["head"].format(dataset=one.dataset, **counts)]
    if not one.persons:
        lines.append(f"  {words['no people']}")
    elif one.asked > one.leaks:
        lines.append("  " + words["missing"].format(missing=one.asked - one.leaks, **counts))
    lines += _claims(one.alone, words["alone"]) + _claims(one.joint, words["joint"])
    if one.joint.claims:
        lines.append("  " + words["innocent"].format(innocent=one.innocent))
    if one.brier is None:
        lines += [f"  {words['nothing']}"] if one.persons else []
    else:
        lines.append("  " + words["brier"].format(brier=one.brier))
    return [*lines, _line(words["what"], _COLUMNS[lang]), *(_row(r, lang) for r in one.rows)]


def _claims(one: Reliability, line: str) -> list[str]:
    return [
        "  " + line.format(low=b.start, right=b.right, claims=b.claims, from_=b.low, to=b.high, mean=b.mean)
        for b in one.bins
        if b.claims
    ]


def _row(r: Row, lang: str) -> str:
    figures = (r.leaks, r.takers, r.found, r.exact, r.joint, r.innocent, r.false)
    days = "" if r.overlap is None else f"{r.overlap:.2f}"
    return _line(label(r, lang), (*(f"{n:,}" for n in figures), days))


def label(r: Row, lang: str) -> str:
    """What a row of the table is about, in words."""
    words = _WORDS[lang]
    name = "nobody of" if r.what == "nobody" and r.low is not None else r.what
    if name in ("nobody of", "share", "rows") and r.high is None:
        name = f"{name} on"
    low, high = r.low or 0.0, r.high or 0.0
    return words[name].format(which=words.get(r.which, r.which), low=low, high=high, last=high - 1)


def _line(first: str, others: Sequence[str]) -> str:
    """A line of the table: words to the left, figures to the right, by the room that they take on a terminal."""
    right = (" " * max(0, width - cell_len(text)) + text for text, width in zip(others, _OTHERS, strict=True))
    return f"  {set_cell_size(first, _FIRST)}{''.join(right)}".rstrip()
