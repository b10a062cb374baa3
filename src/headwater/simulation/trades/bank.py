"""A city bank: counters, client managers with books, and single look-ups sold to strangers."""

from __future__ import annotations

from headwater.simulation.trades.draws import numbered, one_of
from headwater.simulation.trades.trade import Crime, Extra, Right, Role, Service, Source, Trade

BANK = Trade(
    name="bank",
    title="City bank",
    organisation="某城市商业银行",
    dataset="retail_customers",
    table="cif.personal_customer",
    key="cif_no",
    key_prefix="CIF",
    headers=("客户姓名", "证件号码", "手机号码", "联系地址"),
    extras=(
        Extra("资产档位", one_of(**{"1万以下": 46, "1-10万": 33, "10-50万": 15, "50-200万": 5, "200万以上": 1})),
        Extra("卡号后四位", numbered("", 4)),
        Extra("主要产品", one_of(活期=40, 定期=24, 理财=16, 信用卡=12, 按揭=8)),
        Extra("开户渠道", one_of(柜面=52, 手机银行=38, 外拓=10)),
    ),
    branches=("总行营业部", "城中支行", "河西支行", "高新支行", "港区支行", "北桥支行"),
    roles=(
        Role("柜员", "营业部", 0.34, 60,
             (Source("caller", 0.93, "counter", 0.97), Source("branch", 0.04, "handover", 0.7), Source("any", 0.03)),
             (Right("lookup", 500), Right("search", 500)), searches=0.5, edits=0.2, shift="rota", shared_desks=0.3),
        Role("客户经理", "零售业务部", 0.26, 18,
             (Source("own", 0.75, "manager"), Source("team", 0.10, "cover", 0.8), Source("caller", 0.10, "visit", 0.92),
              Source("any", 0.05)),
             (Right("lookup", 250), Right("search", 250), Right("export", 200)), exports=0.6, book=True),
        Role("信贷审查", "授信部", 0.10, 24,
             (Source("case", 0.94, "loan", 0.98), Source("any", 0.06)),
             (Right("lookup", 250), Right("search", 250)), edits=0.3),
        Role("电话坐席", "远程银行中心", 0.16, 70,
             (Source("caller", 0.92, "call", 0.97), Source("case", 0.05, "complaint", 0.95), Source("any", 0.03)),
             (Right("lookup", 600), Right("search", 600)), searches=0.6, shift="late", shared_desks=0.7),
        Role("支行行长", "营业部", 0.04, 12,
             (Source("branch", 0.55, "review", 0.92), Source("team", 0.39, "approval", 0.96), Source("any", 0.06)),
             (Right("lookup", 200), Right("search", 200), Right("export", 2_000)), exports=2),
        Role("数据开发", "金融科技部", 0.04, 2, (Source("any", 0.92, "request", 0.97), Source("any", 0.08)),
             (Right("lookup", 30), Right("sql"), Right("export", 50_000)), exports=1, queries=16),
        Role("运行维护", "金融科技部", 0.03, 2, (Source("any", 0.92, "ticket", 0.97), Source("any", 0.08)),
             (Right("lookup", 30), Right("sql")), queries=7, shift="night"),
        Role("内审合规", "审计部", 0.03, 5, (Source("any", 0.95, "audit", 0.96), Source("any", 0.05)),
             (Right("*"),), exports=0.6, queries=0.5),
        Role("助贷机构", "外部合作方", 0.04, 8, (Source("case", 0.94, "referral", 0.96), Source("any", 0.06)),
             (Right("lookup", 100), Right("search", 100)), outside=True),
    ),
    services=(
        Service("bk_cif_dump", "backup", at=0.5, title="客户库备份"),
        Service("eod_batch", "batch", at=2.5, share=0.3, title="日终批量"),
        Service("mkt_push", "campaign", at=8.5, every=7, share=0.05, title="理财到期触达"),
        Service("gw_credit", "partner", at=9.0, share=0.006, title="助贷平台接口"),
        Service("rpt_pboc", "report", at=4.5, every=7, share=0.25, title="征信报送"),
    ),
    sites=("www.jiafang.example", "im.jiafang.example", "mail.youlu.example", "disk.cunqu.example",
           "portal.jinrong.example", "news.caijing.example", "www.chuxing.example"),
    chat="im.jiafang.example",
    mail="mail.youlu.example",
    disk="disk.cunqu.example",
    record_path="/cif/view.do?cif_no={subject}",
    search_path="/cif/query.do",
    export_path="/cif/download.do",
    crimes=(
        Crime("lookup-for-hire", "weak", way_out="phone", begins=0.25),
        Crime("lookup-for-hire", "medium", people=2, way_out="web-mail", begins=0.4),
        Crime("screen-photos", "medium", way_out="phone", begins=0.5),
        Crime("leaver", "weak", way_out="print", begins=0.5),
        Crime("snooping", "faint", way_out="none"),
    ),
    story=(
        "Most records are opened because their owner stands at the counter or is on the line. A clerk sells answers: "
        "a stranger sends a name, the clerk looks it up between two customers, a few a day, and sends the answer by "
        "phone for CNY 80 to 110; the stranger asks 1,500 of the last buyer for a statement of the account. Two managers "
        "do the same for one agent who deals in credit reports. Nothing is exported, and no machine but their own is "
        "used. Another photographs screens, a leaver prints a list of his best clients, and somebody only pries."
    ),
    sources=(
        "Huai'an 2019-20: lu-xu.com (passage read)",
        "Changzhou 2017: court and press summaries (read)",
    ),
    clients_per_head=250,
    month_end=1.4,
    account_prefix="gy",
    employee_prefix="T",
    device_prefix="BK",
)  # fmt: skip
"""Rates, shares and rights are assumed; the ways of taking follow the sources."""
