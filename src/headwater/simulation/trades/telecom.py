"""A telephone carrier's city branch: halls, a call centre, partner shops, and engineers who reach the database."""

from __future__ import annotations

from headwater.simulation.trades.draws import numbered, one_of, time_of_day
from headwater.simulation.trades.trade import Crime, Extra, Right, Role, Service, Source, Trade

TELECOM = Trade(
    name="telecom",
    title="Telephone carrier",
    organisation="某通信运营商市分公司",
    dataset="subscribers",
    table="boss.subscriber",
    key="sub_id",
    key_prefix="SUB",
    headers=("user_name", "cert_no", "msisdn", "cert_address"),
    extras=(
        Extra("package", one_of(基础套餐=38, 畅享套餐=30, 家庭融合=20, 国际漫游=4, 校园套餐=8)),
        Extra("station", numbered("JZ", 4)),
        Extra("last_call", time_of_day(7, 23)),
        Extra("credit_star", one_of(一星=10, 二星=22, 三星=38, 四星=22, 五星=8)),
    ),
    branches=("市区分局", "东县分局", "西县分局", "南县分局", "北县分局"),
    roles=(
        Role("营业员", "营业厅", 0.36, 55,
             (Source("caller", 0.94, "counter", 0.97), Source("branch", 0.02, "cover", 0.8), Source("any", 0.04)),
             (Right("lookup", 500), Right("search", 500)), searches=0.6, edits=0.25, shift="rota", shared_desks=0.6),
        Role("客服坐席", "客户服务中心", 0.24, 90,
             (Source("caller", 0.91, "call", 0.97), Source("case", 0.06, "complaint", 0.96), Source("any", 0.03)),
             (Right("lookup", 800), Right("search", 800)), searches=0.5, shift="late", shared_desks=0.8),
        Role("政企客户经理", "政企部", 0.14, 18,
             (Source("own", 0.76, "manager"), Source("team", 0.12, "cover", 0.85), Source("caller", 0.07, "visit", 0.9),
              Source("any", 0.05)),
             (Right("lookup", 250), Right("search", 250), Right("export", 300)), exports=0.5, book=True),
        Role("网络维护", "网络部", 0.08, 8, (Source("case", 0.95, "fault", 0.96), Source("any", 0.05)),
             (Right("lookup", 100), Right("sql")), queries=3, shift="night"),
        Role("计费账务", "计费中心", 0.06, 20, (Source("case", 0.95, "billing", 0.97), Source("any", 0.05)),
             (Right("lookup", 250), Right("search", 250), Right("sql"), Right("export", 20_000)), exports=1, queries=6),
        Role("数据库工程师", "信息系统部", 0.04, 2, (Source("any", 0.92, "ticket", 0.97), Source("any", 0.08)),
             (Right("lookup", 30), Right("sql")), queries=16, shift="night"),
        Role("市场策划", "市场部", 0.05, 6, (Source("any", 0.93, "campaign", 0.96), Source("any", 0.07)),
             (Right("lookup", 80), Right("sql"), Right("export", 50_000)), exports=3, queries=3),
        Role("业务稽核", "稽核部", 0.03, 10, (Source("any", 0.95, "audit", 0.97), Source("any", 0.05)),
             (Right("*"),), exports=0.5, queries=1),
        Role("合作厅", "外部合作方", 0.25, 20, (Source("caller", 0.95, "counter", 0.95), Source("any", 0.05)),
             (Right("lookup", 200), Right("search", 200)), searches=0.5, shift="rota", outside=True),
    ),
    services=(
        Service("boss_dump", "backup", at=1.0, title="用户库备份"),
        Service("boss_bill", "batch", at=2.0, share=0.4, title="夜间出账"),
        Service("boss_sms", "campaign", at=9.0, every=7, share=0.1, title="套餐升级外呼名单"),
        Service("boss_agent", "partner", at=10.0, share=0.008, title="合作厅接口"),
        Service("boss_real", "report", at=4.5, every=7, share=0.25, title="实名制上报"),
    ),
    sites=("www.shouji.example", "im.shouji.example", "mail.tongxin.example", "cloud.beifen.example",
           "www.luntan.example", "news.keji.example", "wiki.gongcheng.example"),
    chat="im.shouji.example",
    mail="mail.tongxin.example",
    disk="cloud.beifen.example",
    record_path="/boss/subscriber/detail?type=full&sub_id={subject}",
    search_path="/boss/subscriber/list",
    export_path="/boss/batch/download",
    crimes=(
        Crime("database-administrator", "medium", way_out="usb", begins=0.4),
        Crime("slow-drip", "strong", way_out="web-mail", begins=0.2),
        Crime("lookup-for-hire", "faint", people=2, way_out="phone", begins=0.3),
        Crime("scraping", "medium", way_out="none", begins=0.45),
        Crime("bulk", "medium", way_out="cloud-disk", begins=0.5),
        Crime("leaver", "strong", way_out="mail", begins=0.5),
    ),
    story=(
        "Halls and a call centre open the records of whoever stands there or rings. An engineer with rights in the "
        "database reads subscribers by the range, in the hours when the billing batch runs, and carries them out on a "
        "stick. A clerk takes lists of names and hands back telephone numbers, day after day, at CNY 1 to 2 each, until "
        "somebody audits the queries; two others answer single questions, so seldom that no count shows it. A partner "
        "shop's account walks through the subscribers, a planner draws a list too many, and a manager who has resigned "
        "mails his book home."
    ),
    sources=(
        "Jingzhou 2016-17: swzfw.cjyun.org (passage read)",
        "Carrier 2009, a partner's manager and two middlemen: press summaries (read)",
        "Xi'an, an engineer connected to the provincial database, 13 m rows for CNY 25,000: "
        "mscbsc.com viewnews-56329 (passage read)",
    ),
    clients_per_head=300,
    month_end=1.3,
    team_size=10,
    account_prefix="yy",
    employee_prefix="DX",
    device_prefix="HALL-",
)  # fmt: skip
"""Rates, shares and rights are assumed; the ways of taking follow the sources."""
