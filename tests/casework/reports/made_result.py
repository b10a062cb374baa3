"""A made result with every part filled: nobody in it lives, no firm in it trades."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from made_fairness import made_alternatives, made_year

from headwater.law.counts import Counts, Range
from headwater.law.entry import entry
from headwater.law.rules import load
from headwater.law.tally import tally
from headwater.model.words import Lang, Text

ZONE = timezone(timedelta(hours=8))
CRM, PG, PROXY = "logs/crm/access-2026-03.log.gz", "logs/db/postgresql-2026-03.csv", "logs/proxy/u_ex2603.log"
FILES, LOGONS = "logs/endpoint/files.jsonl", "logs/windows/security.jsonl"
ROSTER, ACCOUNTS, ABSENCES = "hr/roster.csv", "hr/accounts.csv", "hr/absences.csv"


def made_result(lang: Lang) -> dict[str, Any]:
    """A whole result in one language."""
    return {
        "schema": "headwater/result/1",
        "case": {
            "name": Text("Northshore Insurance, Linhe branch", "北岸保险 临河分公司").said(lang),
            "organisation": Text("Northshore Insurance", "北岸保险股份有限公司").said(lang),
            "jurisdiction": "cn",
            "timezone": "Asia/Shanghai",
            "program": "headwater 0.1.0",
            "rule_sets": {"cn.criminal": "1"},
            "manifest": "7c1f3a5e9b2d4f6081a3c5e7f90b1d2e3f405162738495a6b7c8d9eaf0b1c2d3",
        },
        "answer": _answer(lang),
        "read": _read(lang),
        "findings": _findings(lang),
        "incidents": _incidents(lang),
        "attribution": _attribution(lang),
        "complaints": _complaints(lang),
        "holdings": _holdings(),
        "network": {"people": [], "orders": [], "key_players": [], "flows": []},
        "tally": _tally(lang),
        "limits": _limits(lang),
    }


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> str:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE).isoformat()


def cited(source: str, *lines: int) -> list[dict[str, Any]]:
    return [{"source": source, "line": n} for n in lines]


def said(lang: Lang, bits: float, en: str, zh: str, evidence: list[dict[str, Any]]) -> dict[str, Any]:
    return {"text": Text(en, zh).said(lang), "bits": bits, "evidence": evidence}


def _all(lang: Lang, *texts: tuple[str, str]) -> list[str]:
    return [Text(*t).said(lang) for t in texts]


def _answer(lang: Lang) -> list[str]:
    return _all(
        lang,
        (
            "Between 4 and 29 March 2026 the records of 6,214 clients were read through the account wm.chen, whose "
            "owner had left the company on 27 February.",
            "2026 年 3 月 4 日至 29 日，6,214 名客户的记录经账号 wm.chen 被读取，而该账号的所有人已于 2 月 27 日离职。",
        ),
        (
            "The one at the keyboard was most likely S1042 (刘*, telephone sales, 91.4 %); S1077 (何*) used the same "
            "account on six days.",
            "操作者极可能是 S1042（刘*，电话销售部，91.4 %）；S1077（何*）有六天使用过同一账号。",
        ),
        (
            "What was read left the house through the customer chat of shop.example in 41 uploads of 18.6 MB together.",
            "读取的数据经 shop.example 的客服聊天外传，共上传 41 次，合计 18.6 MB。",
        ),
        (
            "Of 8,000 rows in the leaked spreadsheet 5,702 are ours, and that account’s reading explains 5,588 of "
            "them; 2,298 rows are padding from elsewhere.",
            "外泄表格共 8,000 行，其中 5,702 行属于我方，该账号的读取可解释 5,588 行；其余 2,298 行为他处混入。",
        ),
        (
            "A second list of 640 rows was taken by nobody here, and two log files could not be read.",
            "另一份 640 行的名单不是这里的任何人取走的；另有两个日志文件无法读取。",
        ),
    )


def _file(path: str, form: str, size: int, rows: int, rejected: int, seed: int) -> dict[str, Any]:
    digest = f"{seed * 0x9E3779B97F4A7C15:064x}"[-64:]
    return {"path": path, "format": form, "bytes": size, "rows": rows, "rejected": rejected, "sha256": digest}


def _read(lang: Lang) -> dict[str, Any]:
    return {
        "files": [
            _file(CRM, "combined", 9_412_203, 288_412, 3, 3**70),
            _file(PG, "postgres-csvlog", 14_200_118, 96_204, 12, 5**51),
            _file(PROXY, "w3c-elff", 7_110_034, 120_377, 0, 7**43),
            _file(FILES, "ocsf", 2_203_411, 14_020, 1, 11**36),
            _file(LOGONS, "ecs", 3_801_772, 22_871, 0, 13**34),
            _file(ROSTER, "table", 18_204, 160, 0, 17**31),
            _file(ACCOUNTS, "table", 9_310, 214, 0, 19**30),
            _file(ABSENCES, "table", 4_077, 96, 0, 23**28),
            _file("clients/policyholders.csv", "table", 4_880_130, 30_000, 0, 29**27),
            _file("leaks/sample_0412.xlsx", "xlsx", 611_034, 8_000, 0, 31**26),
            _file("leaks/list-b.csv", "table", 40_211, 640, 0, 37**25),
            _file("seized/S1042/电话名单.xlsx", "xlsx", 201_440, 2_410, 0, 41**24),
            _file("seized/S1077/3月.txt", "text", 66_120, 1_103, 0, 43**24),
            _file("complaints.csv", "table", 8_020, 61, 0, 47**23),
        ],
        "not_read": [
            {
                "path": "logs/vpn/gateway.bin",
                "reason": Text("no reader knows this format", "没有可识别的读取器").said(lang),
                "first_line": "\tVPN0\x00\x01 …",
            },
            {
                "path": "seized/S1042/备份.zip",
                "reason": Text("the archive is encrypted", "压缩包已加密").said(lang),
                "first_line": "",
            },
        ],
        "totals": {"files": 14, "rows": 584_568, "rejected": 16},
    }


def _finding(lang: Lang, n: int, detector: str, en: str, zh: str, severity: str, **more: Any) -> dict[str, Any]:
    statements = more.pop("statements")
    evidence = sorted({(e["source"], e["line"]) for s in statements for e in s["evidence"]})
    return {
        "id": f"F{n:03d}",
        "detector": detector,
        "title": Text(en, zh).said(lang),
        "severity": severity,
        "accounts": ["wm.chen"],
        "employees": ["S1042", "S1077"],
        "devices": ["LH-PC-118"],
        "from": at(3, 4, 19, 2),
        "to": at(3, 29, 21, 40),
        "subjects": 6_214,
        "bits": round(sum(s["bits"] for s in statements), 4),
        "p_value": None,
        "statements": statements,
        "evidence": [{"source": s, "line": line} for s, line in evidence],
        "techniques": ["T1078"],
        "clears": [],
        **more,
    }


def _findings(lang: Lang) -> list[dict[str, Any]]:
    return [
        _finding(
            lang, 1, "after-departure", "Account used after its owner left", "账号在所有人离职后被使用", "critical",
            statements=[
                said(lang, 8.0, "wm.chen belongs to S0981, who left on 27 February; it was used on 22 days after that.",
                     "账号 wm.chen 属于 S0981，其已于 2 月 27 日离职；此后该账号在 22 天被使用。",
                     cited(ROSTER, 82) + cited(ACCOUNTS, 131) + cited(CRM, 40_112, 40_113, 40_114, 40_115, 51_020)),
            ],
            clears=_all(lang, ("A hand-over of the account in writing, with its dates.", "有书面移交手续并载明日期。")),
        ),
        _finding(
            lang, 2, "borrowed-account", "Account used from a desk that is not its owner’s",
            "账号在非本人工位的设备上使用", "high",
            statements=[
                said(lang, 5.2, "All 22 days came from LH-PC-118, the workstation of S1042.",
                     "22 天均来自 S1042 的工作站 LH-PC-118。", cited(LOGONS, *range(8_801, 8_823))),
                said(lang, 1.4, "On six days the session began within two minutes of S1077 unlocking that device.",
                     "其中六天，会话开始于 S1077 解锁该设备后两分钟内。", cited(LOGONS, 9_120, 9_377, 9_380, 9_512)),
                said(lang, -1.1, "The device stands in a room that nine people share.", "该设备所在房间由九人共用。",
                     cited(ROSTER, 44, 45, 46)),
            ],
        ),
        _finding(
            lang, 3, "bulk-read", "Far more records read than ever before", "读取记录数远超以往", "high",
            p_value=3.2e-11,
            statements=[
                said(lang, 7.6, "412 different clients on 11 March, against at most 38 a day in the 60 days before.",
                     "3 月 11 日读取 412 名不同客户，而此前 60 天每天至多 38 名。",
                     cited(CRM, *range(61_200, 61_240), 61_502, 61_777, 61_904, 62_001, 62_140)),
                said(lang, 2.3, "No peer in telephone sales read more than 96 on any day.",
                     "电话销售部同类人员任何一天均不超过 96 名。", cited(CRM, 60_010, 60_980)),
                said(lang, -0.8, "A campaign ran that week and raised everybody’s reading by a fifth.",
                     "当周有营销活动，全员读取量上升约五分之一。", cited("hr/tickets.csv", 7)),
            ],
            clears=_all(lang, ("A campaign list that names these clients.", "有列明这些客户的营销名单。")),
        ),
        _finding(
            lang, 4, "outflow", "Uploads to a site outside the house", "向外部网站上传", "high", p_value=4.1e-6,
            statements=[
                said(lang, 6.1, "41 uploads to shop.example, 18.6 MB; nobody else sent it more than 0.2 MB.",
                     "向 shop.example 上传 41 次、18.6 MB；其他人均不超过 0.2 MB。",
                     cited(PROXY, 70_411, 70_870, 71_004, 71_440, 72_008, 73_551)),
                said(lang, 2.9, "33 of them followed a reading burst of the account within 25 minutes.",
                     "其中 33 次发生在该账号集中读取后 25 分钟内。", cited(PROXY, 70_411, 71_004)),
            ],
        ),
        _finding(
            lang, 5, "staged-file", "Spreadsheet made and removed", "生成后又删除的表格", "medium",
            statements=[
                said(lang, 3.3, "客户3.xlsx was made on LH-PC-118 at 20:14 and deleted at 20:31, after an upload.",
                     "客户3.xlsx 于 20:14 在 LH-PC-118 生成，上传后于 20:31 删除。", cited(FILES, 4_011, 4_019)),
            ],
        ),
        _finding(
            lang, 6, "beyond-entitlement", "Export without entitlement", "越权导出", "medium",
            accounts=["q.sun"], employees=["S1130"], devices=["LH-PC-031"], subjects=1_900,
            statements=[
                said(lang, 4.0, "q.sun exported 1,900 rows on 18 March; the role allows look-ups only.",
                     "q.sun 于 3 月 18 日导出 1,900 行，其岗位仅有查询权限。", cited(PG, 41_077)),
                said(lang, -2.6, "Ticket T-2207 for an audit covers the data set, but names another person.",
                     "审计工单 T-2207 覆盖该数据集，但指定的是他人。", cited("hr/tickets.csv", 12)),
            ],
            **{"from": at(3, 18, 10, 2), "to": at(3, 18, 10, 9)},
        ),
    ]  # fmt: skip


def _timeline(lang: Lang) -> list[dict[str, Any]]:
    reading = Text("client records read", "读取客户记录").said(lang)
    sending = Text("upload to shop.example", "上传至 shop.example").said(lang)
    moments = [
        {"time": at(3, 2), "to": at(3, 29), "lane": "absence", "count": 1,
         "text": Text("S0981, owner of wm.chen, has left", "wm.chen 所有人 S0981 已离职").said(lang)},
        {"time": at(3, 16), "to": at(3, 18), "lane": "absence", "count": 1,
         "text": Text("S1042 on sick leave", "S1042 病假").said(lang)},
    ]  # fmt: skip
    amounts = [212, 38, 305, 120, 260, 412, 390, 288, 90, 310, 0, 0, 44, 402, 377, 281, 366, 190, 333, 402, 299, 210]
    days = [4, 5, 6, 7, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 29]
    for day, amount in zip(days, amounts, strict=True):
        if not amount:
            continue
        moments.append({"time": at(3, day, 19, 2), "lane": "logons", "count": 1, "text": "LH-PC-118"})
        moments.append({"time": at(3, day, 19, 11), "lane": "reading", "count": amount, "text": reading})
        if amount > 100:
            moments.append({"time": at(3, day, 20, 14), "lane": "files", "count": 1, "text": "客户3.xlsx"})
            moments.append({"time": at(3, day, 20, 25), "lane": "sending", "count": amount // 150 + 1, "text": sending})
    return moments


def _people(lang: Lang) -> list[dict[str, Any]]:
    sales = Text("telephone sales", "电话销售部").said(lang)
    return [
        {"employee": "S1042", "name": "刘*", "department": sales, "probability": 0.914, "bits": 9.7, "statements": [
            said(lang, 7.1, "The workstation is assigned to S1042.", "该工作站分配给 S1042。", cited(ROSTER, 41)),
            said(lang, 4.2, "S1042’s own account was logged on there on 16 of the 22 evenings.",
                 "22 个晚上中有 16 个晚上，S1042 本人的账号同时在该机登录。", cited(LOGONS, 8_801, 8_805, 8_809)),
            said(lang, -1.6, "S1042 was on sick leave on 18 March, when the account read 44 records.",
                 "3 月 18 日 S1042 病假，而当日该账号读取 44 条。", cited(ABSENCES, 33)),
        ]},
        {"employee": "S1077", "name": "何*", "department": sales, "probability": 0.071, "bits": 2.9, "statements": [
            said(lang, 2.9, "S1077 unlocked the device on six evenings, among them 18 March.",
                 "S1077 有六个晚上解锁该设备，其中包括 3 月 18 日。", cited(LOGONS, 9_120, 9_377)),
        ]},
        {"employee": "S0981", "name": "陈**", "department": sales, "probability": 0.0004, "bits": -6.4, "statements": [
            said(lang, -6.4, "S0981 had left, and no badge or VPN of theirs was seen after 27 February.",
                 "S0981 已离职，2 月 27 日后未见其门禁或 VPN 记录。", cited(ROSTER, 82)),
        ]},
    ]  # fmt: skip


def _incidents(lang: Lang) -> list[dict[str, Any]]:
    findings = _findings(lang)
    statements = [s for f in findings[:5] for s in f["statements"]]
    prior = -9.2
    export = findings[5]["statements"]
    return [
        {
            "rank": 1,
            "title": Text(
                "Client records read through a leaver’s account and sent out by shop chat",
                "借用离职人员账号读取客户记录并经购物聊天外传",
            ).said(lang),
            "accounts": ["wm.chen"],
            "employees": ["S1042", "S1077"],
            "devices": ["LH-PC-118"],
            "findings": ["F001", "F002", "F003", "F004", "F005"],
            "bits": round(sum(s["bits"] for s in statements) + prior, 4),
            "prior": prior,
            "from": at(3, 4, 19, 2),
            "to": at(3, 29, 21, 40),
            "subjects": 6_214,
            "departed": _all(lang, ("S0981 (陈**), owner of wm.chen, left on 27 February 2026.",
                                    "wm.chen 的所有人 S0981（陈**）于 2026 年 2 月 27 日离职。")),
            "channel": [{"host": "shop.example", "bytes": 18_600_000, "posts": 41}],
            "story": _all(
                lang,
                ("27 February: S0981 leaves; the account wm.chen is not disabled.",
                 "2 月 27 日：S0981 离职，账号 wm.chen 未停用。"),
                ("4 March, 19:02: the account logs on at LH-PC-118, the workstation of S1042.",
                 "3 月 4 日 19:02：该账号在 S1042 的工作站 LH-PC-118 登录。"),
                ("4 to 29 March: on 20 evenings it opens between 38 and 412 client records, most outside the book of "
                 "S1042.",
                 "3 月 4 日至 29 日：20 个晚上打开 38 至 412 条客户记录，多数不属于 S1042 的客户。"),
                ("On 18 evenings a spreadsheet is made within the hour, and deleted after an upload.",
                 "其中 18 个晚上，一小时内生成表格，上传后删除。"),
                ("41 uploads go to the customer chat of shop.example.", "41 次上传至 shop.example 的客服聊天。"),
                ("12 April: a spreadsheet with 5,702 of these clients is offered outside.",
                 "4 月 12 日：含其中 5,702 名客户的表格在外兜售。"),
            ),
            "timeline": _timeline(lang),
            "people": _people(lang),
            "statements": statements,
            "against": _all(
                lang,
                ("S1042 was on sick leave on one of the 20 days; somebody else acted on that day.",
                 "20 天中有一天 S1042 病假，该日为他人所为。"),
                ("The room is shared by nine people, and the screen lock was off until 10 March.",
                 "该房间由九人共用，且 3 月 10 日前未启用锁屏。"),
            ),
            "clears": _all(
                lang,
                ("Camera or badge records that put S1042 elsewhere on these evenings.",
                 "监控或门禁记录显示 S1042 当晚不在现场。"),
                ("A written order to work through these clients under that account.",
                 "有以该账号处理这些客户的书面指派。"),
            ),
            "tickets": [],
            "notes": _all(lang, ("wm.chen was still active when the case was read.",
                                 "读取案件时 wm.chen 仍处于启用状态。")),
            "alternatives": made_alternatives(lang),
            "year": [made_year()],
        },
        {
            "rank": 2,
            "title": Text("Export without entitlement, partly covered by a ticket", "越权导出，部分有工单").said(lang),
            "accounts": ["q.sun"],
            "employees": ["S1130"],
            "devices": ["LH-PC-031"],
            "findings": ["F006"],
            "bits": 1.4,
            "from": at(3, 18, 10, 2),
            "to": at(3, 18, 10, 9),
            "subjects": 1_900,
            "story": _all(
                lang,
                ("18 March, 10:02: q.sun runs one export of 1,900 rows; nothing left the house.",
                 "3 月 18 日 10:02：q.sun 导出 1,900 行；未见外传。"),
            ),
            "timeline": [
                {"time": at(3, 18, 9, 2), "lane": "logons", "count": 1, "text": "LH-PC-031"},
                {"time": at(3, 18, 10, 2), "lane": "reading", "count": 1_900, "text": "COPY"},
            ],
            "people": [{"employee": "S1130", "name": "孙*", "department": "", "probability": 0.97, "bits": 5.0}],
            "statements": export,
            "against": _all(lang, ("Ticket T-2207 covers the data set on that day.", "工单 T-2207 当日覆盖该数据集。")),
            "clears": _all(lang, ("The auditor confirms having asked q.sun.", "审计人员确认曾委托 q.sun。")),
            "tickets": [{"ticket": "T-2207", "purpose": Text("audit", "审计").said(lang), "from": "2026-03-16"}],
        },
    ]  # fmt: skip


def _attribution(lang: Lang) -> list[dict[str, Any]]:
    return [
        {
            "leak": "leaks/sample_0412.xlsx", "rows": 8_000, "persons": 7_911, "ours": 5_702, "not_ours": 2_298,
            "unexplained": 114,
            "takers": [
                {
                    "account": "wm.chen", "employee": "S1042", "devices": ["LH-PC-118"],
                    "from": at(3, 4), "to": at(3, 29), "rows_explained": 5_588, "share": 0.98,
                    "probability": 0.9997, "bits": 21.3,
                    "statements": [
                        said(lang, 24.0, "It read 5,588 of the 5,702 rows; an account with the same work would have "
                             "read 71.", "该账号读取了 5,702 行中的 5,588 行；同样工作的账号预期只读取 71 行。",
                             cited(CRM, 40_112, 51_020)) | {"kind": "hits", "without": 0.133},
                        said(lang, 3.1, "The address of 212 clients is the one valid in March only.",
                             "212 名客户的地址仅在 3 月有效。", cited("clients/policyholders.csv", 212, 900))
                        | {"kind": "dates", "without": 0.9995},
                        said(lang, -5.8, "214 accounts were compared.", "共比较 214 个账号。", cited(ACCOUNTS, 2))
                        | {"kind": "prior", "without": None},
                    ],
                }
            ],
            "note": Text("The 2,298 other rows match no record of ours in any month.",
                         "其余 2,298 行与我方任何月份的记录均不相符。").said(lang),
            "dated": {"not_before": "2026-03-04", "not_after": "2026-04-12"},
        },
        {
            "leak": "leaks/list-b.csv", "rows": 640, "persons": 633, "ours": 41, "perhaps": 6, "not_ours": 590,
            "unexplained": 41,
            "takers": [],
            "note": Text("41 clients in common is what chance gives for lists of this town.",
                         "与本市名单有 41 名客户重合，属偶然范围。").said(lang),
            "dated": {"not_before": None, "not_after": "2026-04-20"},
        },
    ]  # fmt: skip


def _complaints(lang: Lang) -> dict[str, Any]:
    return {
        "received": 61,
        "ours": 58,
        "persons": 57,
        "verdict": "source",
        "p_value": 8e-31,
        "p_always": 4e-11,
        "by_chance": 6.0,
        "chance_low": 3.0,
        "chance_high": 10.0,
        "common": [
            {
                "account": "wm.chen", "complaints": 52, "expected": 2.1, "p_value": 8e-31, "employees": ["S1042"],
                "from": "2026-03-04", "to": "2026-03-29", "share": 0.895, "share_low": 0.82, "share_high": 0.94,
                "silent": 6_162, "to_come": 31.0, "delay": 12, "probability": 0.99, "bits": 32.3, "alike": [],
                "statements": [
                    said(lang, -7.7, "Before any evidence each of 214 accounts is as likely as any other.",
                         "在任何证据之前，214 个账号的可能性相同。", []),
                    said(lang, 40.0, "Account wm.chen read 6,214 people's records; 52 of them complained afterwards, 2.1 would "
                         "by chance.", "账号 wm.chen 读取 6,214 人的记录；其中 52 人此后投诉，按偶然约为 2.1 人。",
                         cited("complaints.csv", 9, 10, 11, 14) + cited(CRM, 40_112)),
                ],
            }
        ],
        "statements": [
            said(lang, 0.0, "The complaints of 57 people go back to one source.", "57 人的投诉指向 1 个来源。",
                 cited("complaints.csv", 9, 10, 11, 14)),
            said(lang, 0.0, "About 6 (3 to 10) of 57 people complained without it.",
                 "57 人中约 6 人（3 至 10）的投诉与此无关。", []),
        ],
    }  # fmt: skip


def _holdings() -> list[dict[str, Any]]:
    return [
        {
            "holder": "S1042", "files": ["seized/S1042/电话名单.xlsx"], "rows": 2_410, "persons": 2_377,
            "items": {"resident_id": 1_980, "mobile": 2_410, "policy": 2_377},
            "datasets": ["policyholders"], "overlap": {"policyholders": 2_371},
        },
        {
            "holder": "S1077", "files": ["seized/S1077/3月.txt"], "rows": 1_103, "persons": 1_101,
            "items": {"mobile": 1_103, "name": 1_099}, "datasets": ["policyholders"], "overlap": {"policyholders": 640},
        },
    ]  # fmt: skip


def _tally(lang: Lang) -> list[dict[str, Any]]:
    rules = load("cn_criminal")
    seller = Counts(n4=Range(0, 6_214), n5=Range(5_588, 0), gains_low=0, gains_high=12_000)
    keeper = Counts(n5=Range(1_099, 1_103))
    return [entry(tally(seller, True, rules), "S1042", lang), entry(tally(keeper, False, rules), "S1077", lang)]


def _limits(lang: Lang) -> list[str]:
    return _all(
        lang,
        ("No badge or camera records were given: who sat at the device rests on log-ons alone.",
         "未提供门禁或监控记录：谁在操作该设备仅凭登录记录判断。"),
        ("The VPN log could not be read: work from home is not seen.", "VPN 日志无法读取：看不到居家办公的情况。"),
        ("12 statements of the database log were not understood; they returned at most 310 rows.",
         "数据库日志中有 12 条语句未能解析，至多返回 310 行。"),
    )  # fmt: skip
