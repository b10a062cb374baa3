"""What is said of complaints, in both languages: whether they share a source, and why an account is named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from headwater.attribution.complaining.places import Place
from headwater.attribution.complaining.shares import Part, Rate
from headwater.model.words import Text


def source(sources: int, persons: int, p_value: float, p_always: float) -> Text:
    """They share a source, or several."""
    en = "one source" if sources == 1 else f"{sources} sources" if sources else "a source, though no account stands out"
    zh = f"{sources} 个来源" if sources else "共同来源，但没有单个账号突出"
    return Text(
        f"The complaints of {persons:,} people go back to {en}: as many people drawn at random look like that with "
        f"p = {p_value:.1g}, and however often this is asked with p = {p_always:.1g} at most.",
        f"{persons:,} 人的投诉指向 {zh}：随机抽取同样多的人达到此程度的概率为 {p_value:.1g}；无论询问多少次，均不超过 {p_always:.1g}。",
    )


def place(found: Place, persons: int) -> Text:
    """They come from one place."""
    return Text(
        f"{found.complaints:,} of {persons:,} people who complained are {found.name.en}, {found.expected:,.1f} by its size, and "
        "more than twice that. No reading tells who of those that work there it was: nobody is named.",
        f"{persons:,} 名投诉人中有 {found.complaints:,} 名是{found.name.zh}，按其规模约为 {found.expected:,.1f} 名，且超过两倍。"
        "读取记录无法区分在该处工作的人：不指认任何人。",
    )


def chance(persons: int, p_value: float) -> Text:
    """Nothing beyond chance."""
    return Text(
        f"The complaints of {persons:,} people have no more in common than chance has (p = {p_value:.1g}): nobody is named. That "
        "does not say that nobody took anything.",
        f"{persons:,} 人的投诉没有超出偶然的共同点（p = {p_value:.1g}）：不指认任何人。这并不说明没有人取走数据。",
    )


def lead(persons: int, p_value: float) -> Text:
    """They look alike, but not beyond doubt."""
    return Text(
        f"The complaints of {persons:,} people look more alike than those of people drawn at random (p = {p_value:.1g}), but not "
        "beyond what other habits of complaining, and asking again and again, may bring: too few to name anybody yet.",
        f"{persons:,} 人的投诉比随机抽取的人更为相似（p = {p_value:.1g}），但未超出其他投诉习惯以及反复询问所能造成的程度："
        "目前不足以指认任何人。",
    )


def handling(persons: int) -> Text:
    """What they have in common may be who handled them."""
    return Text(
        f"What the complaints of {persons:,} people have in common may be who handled them: nobody is named. More complaints, or "
        "the duties of those accounts, may decide.",
        f"{persons:,} 人的投诉的共同点可能只是由谁受理：不指认任何人。更多投诉或相关账号的职责或可作出判断。",
    )


def few(persons: int) -> Text:
    """Too few to tell."""
    return Text(
        f"Only {persons:,} of our people complained: too few to tell a common source from chance.",
        f"仅有 {persons:,} 名本机构的客户投诉：不足以区分共同来源与偶然。",
    )


def base(rate: Rate, begins: date) -> Text:
    """How many complaints there were before anything could have been taken."""
    return Text(
        f"In the {rate.days:,} days up to {begins} {rate.before:,} people complained; at that rate {rate.expected:,.0f} "
        f"({rate.low:,.0f} to {rate.high:,.0f}) of the {rate.since:,} since would have complained anyway.",
        f"截至 {begins} 的 {rate.days:,} 天内有 {rate.before:,} 人投诉；按此速度，此后的 {rate.since:,} 人中约 {rate.expected:,.0f} 人"
        f"（{rate.low:,.0f} 至 {rate.high:,.0f}）本来也会投诉。",
    )


def unexplained(mean: float, low: float, high: float, persons: int) -> Text:
    """How many complaints no source explains."""
    return Text(
        f"About {mean:,.0f} ({low:,.0f} to {high:,.0f}) of {persons:,} people complained without any of these sources: the base "
        "rate of nuisance calls.",
        f"{persons:,} 人中约 {mean:,.0f} 人（{low:,.0f} 至 {high:,.0f}）的投诉与这些来源无关：即骚扰来电的基础水平。",
    )


def prior(accounts: int) -> Text:
    """Before any evidence."""
    return Text(
        f"Before any evidence each of {accounts} accounts is as likely as any other.",
        f"在任何证据之前，{accounts} 个账号的可能性相同。",
    )


def hits(account: str, read: int, first: date, last: date, complained: int, part: Part) -> Text:
    """What the account read, and who of those complained."""
    return Text(
        f"Account {account} read {read:,} people's records for the first time between {first} and {last}; {complained:,} of them "
        f"complained afterwards, {part.expected:,.1f} would by chance (people of the same segment and book, as popular, there by "
        "that day).",
        f"账号 {account} 在 {first} 至 {last} 期间首次读取 {read:,} 人的记录；其中 {complained:,} 人此后投诉，"
        f"按偶然约为 {part.expected:,.1f} 人（同一分段与客户簿、同等热度、当日已在册者）。",
    )


def handled(account: str, complained: int, days: int) -> Text:
    """An account that is not named, since it may read people because they complain."""
    return Text(
        f"Account {account} had opened {complained:,} of those who complained, half of them {days:,} days or less before the complaint: "
        "as who takes calls and handles complaints does. That may be all there is to it: it is not named.",
        f"账号 {account} 在投诉登记之前查看过其中 {complained:,} 人，半数在 {days:,} 天以内：受理来电、处理投诉者也会如此。"
        "情况可能仅此而已，因此不指认该账号。",
    )


def longer(account: str) -> Text:
    """What else to ask before an account is held to be a source."""
    return Text(
        f"Calls that account {account} took up to a month before the complaints do not explain this. Ask whether it handles "
        "complaints for longer, or served these people otherwise.",
        f"账号 {account} 在投诉登记前一个月内受理来电不足以解释此情况。请核实其是否更长期地处理投诉，或以其他方式服务过这些人。",
    )


def explained(part: Part, low: float, high: float, persons: int) -> Text:
    """How much of the complaints it explains, and who is still silent."""
    more_en = more_zh = ""
    if part.to_come is not None:
        more_en = f"; if delays go on as they did, {part.to_come:,.0f} of them will"
        more_zh = f"；若延迟规律不变，其中约 {part.to_come:,.0f} 人将会投诉"
    return Text(
        f"It is thought to be behind {part.mean:,.0f} ({low:,.0f} to {high:,.0f}) of {persons:,} people's complaints. Half of "
        f"those complained within {part.half:,} days of the reading. {part.silent:,} people whom it read then have not "
        f"complained{more_en}.",
        f"估计 {persons:,} 人的投诉中约 {part.mean:,.0f} 人（{low:,.0f} 至 {high:,.0f}）源于此。其中半数在读取后 {part.half:,} 天内投诉。"
        f"当时被读取者中尚有 {part.silent:,} 人没有投诉{more_zh}。",
    )


def alike(names: Sequence[str]) -> Text:
    """Who explains the same as well."""
    listed = ", ".join(names)
    return Text(
        f"{listed} had read the same people and explain the complaints as well: they cannot be told apart.",
        f"{listed} 读取过同样的人，同样能解释这些投诉：无法区分。",
    )
