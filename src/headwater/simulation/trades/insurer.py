"""A property insurer: sales staff with books, telesales with lists, and a shop's chat that the house permits."""

from __future__ import annotations

from headwater.simulation.trades.draws import amount, numbered, one_of
from headwater.simulation.trades.trade import Crime, Extra, Right, Role, Service, Source, Trade

INSURER = Trade(
    name="insurer",
    title="Property insurer",
    organisation="某财产保险公司",
    dataset="policyholders",
    table="core.policyholder",
    key="cust_no",
    key_prefix="K",
    headers=("cust_name", "id_card", "mobile", "home_address"),
    extras=(
        Extra("product", one_of(车险=42, 健康险=20, 家财险=18, 意外险=12, 责任险=8)),
        Extra("premium", amount(3_600, 0.9)),
        Extra("policy_no", numbered("BD", 10)),
        Extra("due_month", one_of(**{f"{month:02d}月": 1 for month in range(1, 13)})),
    ),
    branches=("本部营业部", "城西营业部", "滨江营业部", "开发区营业部"),
    roles=(
        Role("业务员", "业务部", 0.36, 22,
             (Source("own", 0.68, "agent"), Source("team", 0.10, "cover", 0.8), Source("caller", 0.17, "call", 0.95),
              Source("any", 0.05)),
             (Right("lookup", 300), Right("search", 300)), searches=0.15, edits=0.08, book=True),
        Role("电销坐席", "电销中心", 0.18, 80,
             (Source("case", 0.58, "campaign", 0.97), Source("caller", 0.36, "call", 0.95), Source("any", 0.06)),
             (Right("lookup", 600), Right("search", 600)), searches=0.1, shift="late", shared_desks=0.4),
        Role("电销主管", "电销中心", 0.03, 30,
             (Source("team", 0.60, "review", 0.95), Source("case", 0.33, "complaint", 0.95), Source("any", 0.07)),
             (Right("lookup", 300), Right("search", 300), Right("export", 3_000)), exports=4, shift="late"),
        Role("客服专员", "客户服务部", 0.20, 55,
             (Source("caller", 0.90, "call", 0.96), Source("case", 0.06, "complaint", 0.95), Source("any", 0.04)),
             (Right("lookup", 500), Right("search", 500)), searches=0.45, shift="late", shared_desks=0.5),
        Role("理赔员", "理赔部", 0.13, 34,
             (Source("case", 0.88, "claim", 0.98), Source("branch", 0.08, "survey", 0.9), Source("any", 0.04)),
             (Right("lookup", 300), Right("search", 300)), edits=0.35),
        Role("数据分析员", "信息技术部", 0.04, 2, (Source("any", 0.9, "request", 0.97), Source("any", 0.1)),
             (Right("lookup", 50), Right("sql"), Right("export", 50_000)), exports=1.5, queries=14),
        Role("系统运维", "信息技术部", 0.03, 2, (Source("any", 0.92, "ticket", 0.97), Source("any", 0.08)),
             (Right("lookup", 50), Right("sql")), queries=6, shift="night"),
        Role("合规稽核", "合规部", 0.03, 4, (Source("any", 0.95, "audit", 0.95), Source("any", 0.05)),
             (Right("*"),), exports=0.5, queries=0.5),
        Role("代理机构", "外部合作方", 0.10, 10, (Source("own", 0.93, "agent"), Source("any", 0.07)),
             (Right("lookup", 150), Right("search", 150)), book=True, outside=True),
    ),
    services=(
        Service("svc_bak_core", "backup", at=1.5, title="核心库备份"),
        Service("svc_renewal", "batch", at=3.0, share=0.03, title="到期续保提醒"),
        Service("svc_sms", "campaign", at=9.5, every=7, share=0.08, title="短信营销名单"),
        Service("api_garage", "partner", at=10.0, share=0.004, title="合作修理厂接口"),
        Service("svc_regrep", "report", at=5.0, every=7, share=0.2, title="监管报送"),
    ),
    sites=("www.haohuo.example", "im.haohuo.example", "mail.xinjian.example", "pan.yunxia.example",
           "oa.baozhang.example", "news.chengbao.example", "map.luxian.example"),
    chat="im.haohuo.example",
    mail="mail.xinjian.example",
    disk="pan.yunxia.example",
    record_path="/crm/customer/{subject}",
    search_path="/crm/find",
    export_path="/crm/report/export",
    crimes=(
        Crime("borrowed-account", "medium", people=2, way_out="shop-chat"),
        Crime("bulk", "strong", way_out="web-mail", begins=0.5),
        Crime("slow-drip", "weak", way_out="web-mail", begins=0.2),
        Crime("leaver", "medium", way_out="usb", begins=0.5),
        Crime("database-administrator", "weak", way_out="cloud-disk", begins=0.4),
        Crime("screen-photos", "faint", way_out="phone"),
    ),
    story=(
        "Agents have books, telesales have lists, and the house permits few outside sites, an online shop among them. "
        "Two salesmen, whose rank may not query the client database, use an account that a former colleague has left "
        "them; for months they read ranges of clients at their own machines, keep them in workbooks, and hand them "
        "over in the shop's service chat, where the former colleague sits at the other end. Beside them a telesales "
        "chief takes lists of motorists that a rival buys by the ten thousand, a leaver copies books onto a stick, "
        "an administrator helps himself, and somebody holds a phone before the screen."
    ),
    sources=(
        "Shanghai Yangpu 2018: shine.cn/news/metro/1804193374 (passage read)",
        "Anhui insurer 2017-20: guilin.baitongwang.com (passage read)",
        "Lily & Beauty 2017: thepaper.cn 1790727 (passage read)",
    ),
    clients_per_head=150,
    month_end=1.35,
    account_prefix="bx",
    employee_prefix="P",
    device_prefix="WS-",
)  # fmt: skip
"""Rates, shares and rights are assumed; the ways of taking follow the sources."""
