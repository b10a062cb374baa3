"""What could not be done, and for want of which input: said, so that silence is never taken for innocence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from headwater.casework.health import health
from headwater.detection.detector import Detected
from headwater.detection.scene import Scene
from headwater.detection.sigma.plan import plan
from headwater.model.incident import Incident
from headwater.model.words import Text

WANT: Mapping[str, Text] = {
    "access": Text("no log of reading protected data", "没有受保护数据的访问日志"),
    "mail": Text("no mail gateway log", "没有邮件网关日志"),
    "web": Text("no proxy log", "没有代理日志"),
    "files": Text("no endpoint log", "没有终端日志"),
    "people": Text("no roster (hr/roster.csv)", "没有花名册（hr/roster.csv）"),
    "accounts": Text("no account list (hr/accounts.csv)", "没有账号清单（hr/accounts.csv）"),
    "entitlements": Text("no table of rights (hr/entitlements.csv)", "没有权限表（hr/entitlements.csv）"),
    "relations": Text("no business relations (business/*.csv)", "没有业务关系（business/*.csv）"),
    "absences": Text("no absences (hr/absences.csv)", "没有休假记录（hr/absences.csv）"),
    "staff_traits": Text("no names of staff (hr/roster.csv)", "没有员工姓名（hr/roster.csv）"),
    "tickets": Text("no tickets (hr/tickets.csv)", "没有工单（hr/tickets.csv）"),
    "logons": Text("no log-on events", "没有登录事件"),
    "records": Text("no snapshot of a protected data set (clients/)", "没有受保护数据集快照（clients/）"),
    "holdings": Text("no seized or leaked file with personal data", "没有含个人信息的查获或泄露文件"),
    "complaints": Text("no complaints (complaints.csv)", "没有投诉（complaints.csv）"),
}
"""What is missing, by the table of the lake that nothing was read into."""
_COST: tuple[tuple[str, Text], ...] = (
    ("access", Text("no case can be replayed with controls in place", "无法在控制到位的情况下重放案件")),
    ("absences", Text("absent owners are not seen", "无法识别所有人不在岗的情形")),
    ("tickets", Text("authorised work is not recognised as such", "无法识别经授权的工作")),
    ("logons", Text("devices are known by their addresses only", "仅能以地址识别设备")),
    ("records", Text("statements are not replayed and leaks are not matched", "无法重放语句，也无法比对泄露数据")),
    ("holdings", Text("nothing is laid to anybody as a leak", "没有可归因的泄露")),
    ("complaints", Text("complaints are not compared", "无法比对投诉")),
)


def limits(
    scene: Scene, detected: Detected, found: tuple[Incident, ...], counts: Mapping[str, int], unread: int = 0
) -> tuple[Text, ...]:
    """Every limit of this investigation, in a fixed order; ``unread`` files are listed one by one elsewhere."""
    made = [
        *_blind(detected),
        *_missing(scene),
        *_owners(scene),
        *_uploads(scene),
        *_statements(counts),
        *health(scene, counts),
        *_below(detected, found),
        *_unread(unread),
        *_rules(scene),
    ]
    return tuple(dict.fromkeys(made))


def _blind(detected: Detected) -> Iterator[Text]:
    for name, tables in detected.blind:
        wants = [WANT.get(t, Text(t, t)) for t in tables.split(", ")]
        yield Text(
            f"Detector {name} could not work: {'; '.join(w.en for w in wants)}.",
            f"检测器 {name} 无法工作：{'；'.join(w.zh for w in wants)}。",
        )
    for name, reason in detected.broken:
        yield Text(f"Detector {name} failed ({reason}).", f"检测器 {name} 出错（{reason}）。")


def _missing(scene: Scene) -> Iterator[Text]:
    for table, cost in _COST:
        if not scene.has(table):
            want = WANT[table]
            yield Text(f"{want.en[0].upper()}{want.en[1:]}: {cost.en}.", f"{want.zh}：{cost.zh}。")


def _owners(scene: Scene) -> Iterator[Text]:
    for account, employee in sorted(scene.owners.items()):
        listed = scene.listed.account(account)
        whose = listed.owner if listed and listed.owner else None
        yield Text(
            f"The account list gives {account} to {whose or 'nobody'}; by desk and business it is {employee}'s, and was "
            "judged so.",
            f"账号清单将 {account} 记在 {whose or '无人'} 名下；按座位与业务判断属于 {employee}，并据此评判。",
        )


def _uploads(scene: Scene) -> Iterator[Text]:
    if not scene.has("web"):
        return
    web = scene.engine.table("web")
    sized = scene.engine.arrow(web.agg(n=web.bytes_out.count()))["n"][0].as_py()
    if not sized:
        yield Text(
            "The proxy log does not say how much was sent (only replies): outflow cannot be seen.",
            "代理日志未记录发送量（仅有响应大小）：无法发现外传。",
        )


def _statements(counts: Mapping[str, int]) -> Iterator[Text]:
    for name, en, zh in (
        ("statements not understood", "SQL statements were not understood", "条 SQL 语句未能理解"),
        ("statements not replayable", "statements could not be replayed to rows", "条语句无法重放为具体行"),
        (
            "statements contradicted",
            "statements returned fewer rows, by the log, than qualify",
            "条语句日志记录的行数少于符合条件的行数",
        ),
        ("requests to other pages", "requests were to pages that no data set declares", "次请求指向未声明的页面"),
    ):
        if counts.get(name):
            yield Text(f"{counts[name]:,} {en}.", f"{counts[name]:,} {zh}。")


def _unread(count: int) -> Iterator[Text]:
    if count:
        yield Text(
            f"{count:,} file(s) could not be read, or not by this version: each is listed with its reason.",
            f"{count:,} 个文件无法读取或本版本不支持：均已逐一列明原因。",
        )


def _rules(scene: Scene) -> Iterator[Text]:
    aside = len(plan(scene.settings.sigma).aside)
    if aside:
        yield Text(
            f"{aside:,} Sigma rule(s) could not be used: each is listed with its reason.",
            f"{aside:,} 条 Sigma 规则无法使用：均已逐一列明原因。",
        )


def _below(detected: Detected, found: tuple[Incident, ...]) -> Iterator[Text]:
    told = {id(f) for i in found for f in i.findings}
    below = sum(id(f) not in told for f in detected.findings)
    if below:
        yield Text(
            f"{below} finding(s) are weaker than chance among so many people would have it; they are listed, and belong "
            "to no incident.",
            f"{below} 项发现的证据强度不足以排除偶然，仅列出，不构成事件。",
        )
