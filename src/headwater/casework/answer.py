"""The answer in five sentences, for a reader with three minutes: who, what, how it left, what leaked, what now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from headwater.casework.holdings import Holding
from headwater.casework.market_answer import market_answer
from headwater.model.attribution import Attribution
from headwater.model.incident import Incident
from headwater.model.network import Market
from headwater.model.organisation import Organisation
from headwater.model.words import Text

NO_MARKET = Market()


def answer(
    incidents: Sequence[Incident],
    attribution: Attribution,
    held: Sequence[Holding],
    org: Organisation,
    market: Market = NO_MARKET,
    settled: int = 0,
    unsettled: Collection[int] = (),
) -> list[Text]:
    """Five sentences at most, and three more where there is a market; its own come first where nothing else was found.

    ``settled``: how many incidents, beside those given, people have explained or refuted. ``unsettled``: ranks of those about which
    nothing is to be done before something else is known.
    """
    sold = market_answer(market)
    told = [
        *_who(incidents, org, bool(sold), settled),
        _way_out(incidents),
        *_leak(attribution),
        _holders(held),
        _now(incidents, unsettled),
    ][:5]
    return [*told, *sold] if incidents else [*sold, *told]


def _who(incidents: Sequence[Incident], org: Organisation, sold: bool, settled: int) -> Iterator[Text]:
    if not incidents and settled:
        yield Text(
            f"Of {settled} incident(s) none stands: people have explained or refuted them; nobody is accused.",
            f"{settled} 起事件均已由人员解释或否定，无一成立；不指认任何人。",
        )
        return
    if not incidents and sold:
        yield Text(
            "Nothing was found in the house's own logs that ordinary work and chance do not explain.",
            "本单位自身的日志中未发现日常工作与偶然不能解释的情况。",
        )
        return
    if not incidents:
        yield Text(
            "Nothing was found that ordinary work and chance do not explain; nobody is accused.",
            "未发现日常工作与偶然不能解释的情况；不指认任何人。",
        )
        return
    first = incidents[0]
    more = len(incidents) - 1
    others = f" {more} further incident(s) follow, with weaker evidence." if more else ""
    others_zh = f"另有 {more} 起证据较弱的事件。" if more else ""
    departed = _departed(first, org)
    yield Text(
        f"{first.title.en}: {first.subjects:,} people's records between {first.starts.date()} and {first.ends.date()} "
        f"({first.bits:.0f} bits of evidence).{departed.en}{others}",
        f"{first.title.zh}：{first.starts.date()} 至 {first.ends.date()} 间涉及 {first.subjects:,} 人的记录"
        f"（证据 {first.bits:.0f} 比特）。{departed.zh}{others_zh}",
    )


def _departed(incident: Incident, org: Organisation) -> Text:
    for account in incident.accounts:
        owner = org.owner(account)
        if (
            owner
            and owner.left
            and any(f.detector == "after-departure" and account in f.accounts for f in incident.findings)
        ):
            return Text(
                f" The account belonged to {owner.employee}, who left on {owner.left}.",
                f"该账号属于 {owner.left} 已离职的 {owner.employee}。",
            )
    return Text("", "")


def _way_out(incidents: Sequence[Incident]) -> Text:
    for incident in incidents:
        if incident.channel:
            host, size, posts = incident.channel[0]
            who = " and ".join(incident.employees) or "somebody"
            return Text(
                f"The way out was {host}: {who} sent {size / 1e6:.1f} MB there in {posts} post(s) on days of such reading.",
                f"外传途径为 {host}：{'、'.join(incident.employees) or '有人'} 在相关读取日向其发送 {size / 1e6:.1f} MB，共 {posts} 次。",
            )
    return Text("No way out was seen in the logs at hand.", "现有日志中未见外传途径。")


def _leak(attribution: Attribution) -> Iterator[Text]:
    leaks = [leak for leak in attribution.leaks if not leak.leak.startswith("seized/")]
    if not leaks:
        yield Text("No leaked file was given.", "未提供泄露文件。")
        return
    leak = max(leaks, key=lambda x: (x.ours, x.leak))
    more = f" ({len(leaks) - 1} more leaked file(s) below)" if len(leaks) > 1 else ""
    more_zh = f"（另有 {len(leaks) - 1} 个泄露文件见后）" if len(leaks) > 1 else ""
    if leak.takers:
        best = leak.takers[0]
        yield Text(
            f"Of the {leak.rows:,} rows of {leak.leak}, {leak.ours:,} are ours and {leak.not_ours:,} are not; "
            f"{best.rows_explained:,} are laid to account {best.account} (probability {best.probability:.0%}){more}.",
            f"{leak.leak} 共 {leak.rows:,} 行，{leak.ours:,} 行属于本机构，{leak.not_ours:,} 行不是；"
            f"{best.rows_explained:,} 行归于账号 {best.account}（概率 {best.probability:.0%}）{more_zh}。",
        )
    else:
        yield Text(
            f"Of the {leak.rows:,} rows of {leak.leak}, {leak.ours:,} are ours; no account's reading explains them, and "
            f"nobody is named{more}.",
            f"{leak.leak} 共 {leak.rows:,} 行，{leak.ours:,} 行属于本机构；没有账号的读取可以解释，不指认任何人{more_zh}。",
        )


def _holders(held: Sequence[Holding]) -> Text:
    seized = [h for h in held if h.role == "seized" and h.persons]
    if not seized:
        return Text("No seized file with personal data was given.", "未提供含个人信息的查获文件。")
    seized.sort(key=lambda h: (-h.persons, h.holder))
    parts = ", ".join(f"{h.holder}: {h.persons:,}" for h in seized[:4])
    more = f" and {len(seized) - 4} more holder(s)" if len(seized) > 4 else ""
    more_zh = f"，另有 {len(seized) - 4} 个持有者" if len(seized) > 4 else ""
    return Text(f"Files seized hold this many persons — {parts}{more}.", f"查获文件所含人数：{parts}{more_zh}。")


def _now(incidents: Sequence[Incident], unsettled: Collection[int]) -> Text:
    if not incidents:
        return Text(
            "What could not be examined is listed under limits: it is not proof of innocence.",
            "未能检查的内容列于“局限”，不等于清白的证明。",
        )
    certain = [i for i in incidents[:5] if i.rank not in unsettled]
    accounts = ", ".join(dict.fromkeys(i.accounts[0] for i in certain if i.accounts))
    if not accounts:
        return Text(
            "To do now: settle what is said below to be open, keep what the devices hold, and hear the people before judging.",
            "当前应做：先查清下述未决事项，保全设备内容，并在下结论前听取当事人说明。",
        )
    return Text(
        f"To do now: close or re-key account(s) {accounts}, secure the devices named, and hear the people before judging.",
        f"当前应做：停用或重置账号 {accounts}，封存所列设备，并在下结论前听取当事人说明。",
    )
