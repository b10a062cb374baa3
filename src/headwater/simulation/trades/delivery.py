"""A food delivery platform: orders that live for days, and merchants outside who see the diners of their own shop."""

from __future__ import annotations

from headwater.simulation.trades.draws import amount, numbered, one_of, time_of_day
from headwater.simulation.trades.trade import Crime, Extra, Right, Role, Service, Source, Trade

DELIVERY = Trade(
    name="delivery",
    title="Food delivery platform",
    organisation="某外卖平台",
    dataset="orders",
    table="trade.order_receiver",
    key="order_id",
    key_prefix="WM",
    headers=("consignee", "id_no", "contact_phone", "deliver_to"),
    extras=(
        Extra("shop_id", numbered("SH", 5)),
        Extra("dish", one_of(盖浇饭=24, 麻辣烫=17, 奶茶=16, 汉堡=12, 饺子=11, 烧烤=8, 粥=7, 沙拉=5)),
        Extra("order_total", amount(32, 0.5, decimals=2)),
        Extra("ordered_at", time_of_day(9, 23)),
    ),
    branches=("东城区站", "西城区站", "南城区站", "北城区站", "新区站", "大学城站"),
    roles=(
        Role("客服专员", "客户体验部", 0.38, 95,
             (Source("caller", 0.88, "call", 0.97), Source("case", 0.09, "complaint", 0.96), Source("any", 0.03)),
             (Right("lookup", 800), Right("search", 800)), searches=0.6, shift="late", shared_desks=0.6),
        Role("配送调度", "配送部", 0.18, 60,
             (Source("recent", 0.92, "dispatch", 0.97), Source("branch", 0.04, "cover", 0.9), Source("any", 0.04)),
             (Right("lookup", 600), Right("search", 600)), shift="rota", shared_desks=0.3),
        Role("城市运营", "城市运营部", 0.16, 25,
             (Source("branch", 0.70, "dispute", 0.95), Source("case", 0.25, "refund", 0.97), Source("any", 0.05)),
             (Right("lookup", 300), Right("search", 300), Right("export", 2_000)), exports=1.5),
        Role("商家经理", "商家发展部", 0.13, 18,
             (Source("branch", 0.75, "shop-visit", 0.95), Source("team", 0.20, "cover", 0.85), Source("any", 0.05)),
             (Right("lookup", 250), Right("search", 250), Right("export", 2_000)), exports=2),
        Role("风控审核", "风控部", 0.05, 40, (Source("case", 0.96, "inquiry", 0.98), Source("any", 0.04)),
             (Right("lookup", 500), Right("search", 500)), edits=0.3, shift="rota"),
        Role("数据分析师", "数据平台部", 0.05, 2, (Source("any", 0.92, "request", 0.97), Source("any", 0.08)),
             (Right("lookup", 30), Right("sql"), Right("export", 100_000)), exports=1, queries=18),
        Role("研发运维", "技术部", 0.03, 2, (Source("any", 0.92, "ticket", 0.97), Source("any", 0.08)),
             (Right("lookup", 30), Right("sql")), queries=8, shift="night"),
        Role("内控审计", "审计部", 0.02, 4, (Source("any", 0.95, "audit", 0.96), Source("any", 0.05)),
             (Right("*"),), exports=0.5, queries=0.5),
        Role("入驻商家", "外部合作方", 0.80, 40,
             (Source("own", 0.97, "merchant"), Source("any", 0.03)),
             (Right("lookup", 500), Right("search", 500)), searches=0.05, shift="rota", book=True, outside=True),
    ),
    services=(
        Service("wm_snapshot", "backup", at=4.0, title="订单库快照"),
        Service("wm_settle", "batch", at=2.0, share=0.06, title="商家结算"),
        Service("wm_coupon", "campaign", at=10.5, every=7, share=0.05, title="优惠券投放"),
        Service("wm_isv", "partner", at=12.0, share=0.01, title="代运营服务商接口"),
        Service("wm_city", "report", at=5.0, every=7, share=0.1, title="城市经营报表"),
    ),
    sites=("www.gouwu.example", "im.gouwu.example", "mail.shuxin.example", "drive.cunchu.example",
           "docs.xiezuo.example", "video.duanpian.example", "www.menhu.example"),
    chat="im.gouwu.example",
    mail="mail.shuxin.example",
    disk="drive.cunchu.example",
    record_path="/api/v2/orders/{subject}/receiver",
    search_path="/api/v2/lookup",
    export_path="/api/v2/downloads",
    crimes=(
        Crime("scraping", "strong", people=3, way_out="none", begins=0.4),
        Crime("scraping", "weak", way_out="none", begins=0.3),
        Crime("rented-account", "medium", way_out="none", begins=0.5),
        Crime("hijacked-account", "weak", way_out="none", begins=0.5),
        Crime("slow-drip", "faint", way_out="cloud-disk", begins=0.1),
    ),
    story=(
        "Merchants outnumber any department: each sees the diners of his own shop through the platform's interface, all "
        "day. A firm that runs shops for others hangs software into three merchants' accounts; it walks order after "
        "order faster than any hand, also orders of other shops, and sells a row for about RMB 0.1. A slower one keeps "
        "to a person's pace by day. A clerk's account is rented out, another's password is guessed, and an employee carries a few "
        "addresses home each day."
    ),
    sources=(
        "Beijing News inquiry, April 2018: bjnews.com.cn/inside/2018/04/23/484211.html; "
        "technode.com/2018/04/24/eleme-meituan-dianping-food-delivery-data-leak (passages read)",
        "Weifang 2023: gzdongbang.com 202412 (passage read)",
    ),
    clients_per_head=500,
    popularity=0.4,
    lifetime=5,
    month_end=1.05,
    team_size=10,
    account_prefix="op",
    employee_prefix="W",
    device_prefix="MAC-",
)  # fmt: skip
"""Rates, shares and rights are assumed; the ways of taking follow the sources."""
