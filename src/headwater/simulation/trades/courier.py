"""A courier firm: parcels that matter for some days, clerks in shifts, and employees' accounts that can be rented."""

from __future__ import annotations

from headwater.simulation.trades.draws import amount, one_of, time_of_day
from headwater.simulation.trades.trade import Crime, Extra, Right, Role, Service, Source, Trade

COURIER = Trade(
    name="courier",
    title="Courier firm",
    organisation="某快递公司",
    dataset="waybills",
    table="oms.waybill",
    key="waybill_no",
    key_prefix="YD",
    headers=("收件人", "实名证件号", "收件人电话", "收件地址"),
    extras=(
        Extra("揽收时刻", time_of_day(8, 22)),
        Extra("重量kg", amount(1.2, 0.8, decimals=2)),
        Extra("物品", one_of(服饰=31, 日用品=22, 食品=15, 数码=11, 文件=9, 图书=7, 药品=5)),
        Extra("付款方", one_of(寄方付=88, 到付=12)),
    ),
    branches=("城区总站", "东关网点", "西关网点", "南郊网点", "北郊网点", "开发区网点", "县城网点"),
    roles=(
        Role("网点操作员", "网点", 0.30, 70,
             (Source("recent", 0.79, "handling", 0.97), Source("caller", 0.17, "call", 0.96), Source("any", 0.04)),
             (Right("lookup", 700), Right("search", 700)), searches=0.3, shift="rota", shared_desks=0.7),
        Role("快递员", "网点", 0.33, 45,
             (Source("recent", 0.93, "delivery", 0.97), Source("caller", 0.04, "call", 0.9), Source("any", 0.03)),
             (Right("lookup", 400), Right("search", 400)), searches=0.1, edits=0.5, shift="rota"),
        Role("客服专员", "客户服务部", 0.14, 85,
             (Source("caller", 0.85, "call", 0.97), Source("case", 0.11, "complaint", 0.96), Source("any", 0.04)),
             (Right("lookup", 700), Right("search", 700)), searches=0.7, shift="late", shared_desks=0.5),
        Role("网点经理", "网点", 0.05, 20,
             (Source("branch", 0.72, "review", 0.93), Source("team", 0.23, "cover", 0.9), Source("any", 0.05)),
             (Right("lookup", 300), Right("search", 300), Right("export", 1_500)), exports=4, shift="rota"),
        Role("分拨调度", "分拨中心", 0.09, 30,
             (Source("recent", 0.96, "sorting", 0.97), Source("any", 0.04)),
             (Right("lookup", 400), Right("search", 400)), shift="night", shared_desks=0.6),
        Role("数据分析员", "信息部", 0.03, 2, (Source("any", 0.92, "request", 0.97), Source("any", 0.08)),
             (Right("lookup", 30), Right("sql"), Right("export", 80_000)), exports=1, queries=12),
        Role("系统运维", "信息部", 0.03, 2, (Source("any", 0.92, "ticket", 0.97), Source("any", 0.08)),
             (Right("lookup", 30), Right("sql")), queries=6, shift="night"),
        Role("风控稽查", "风控部", 0.03, 12, (Source("case", 0.95, "inquiry", 0.97), Source("any", 0.05)),
             (Right("*"),), exports=0.5, queries=0.5),
        Role("电商商家", "外部合作方", 0.15, 25, (Source("own", 0.97, "shipper"), Source("any", 0.03)),
             (Right("lookup", 300), Right("search", 300)), shift="late", book=True, outside=True),
    ),
    services=(
        Service("kd_backup", "backup", at=3.5, title="运单库备份"),
        Service("kd_archive", "batch", at=4.5, share=0.05, title="历史运单归档"),
        Service("kd_notice", "campaign", at=7.5, every=7, share=0.04, title="派件短信抽检"),
        Service("kd_shopapi", "partner", at=11.0, share=0.01, title="电商平台轨迹接口"),
        Service("kd_postal", "report", at=5.5, every=7, share=0.15, title="实名寄递上报"),
    ),
    sites=("www.maichang.example", "im.maichang.example", "mail.feige.example", "pan.wangpan.example",
           "map.daohang.example", "weather.qixiang.example", "www.zhaopin.example"),
    chat="im.maichang.example",
    mail="mail.feige.example",
    disk="pan.wangpan.example",
    record_path="/oms/w/{subject}.html",
    search_path="/oms/search",
    export_path="/oms/excel",
    crimes=(
        Crime("rented-account", "strong", people=3, way_out="none", begins=0.45),
        Crime("rented-account", "weak", way_out="none", begins=0.3),
        Crime("hijacked-account", "medium", way_out="none", begins=0.5),
        Crime("lookup-for-hire", "strong", way_out="phone", begins=0.2),
        Crime("screen-photos", "strong", way_out="phone", begins=0.4),
        Crime("bulk", "weak", way_out="usb", begins=0.4),
    ),
    story=(
        "A parcel is looked at for some days by whoever handles it: the outlet that takes it in, the hub, the courier, "
        "the clerk who answers the telephone. Employees of several outlets rent out their accounts for CNY 500 a day; "
        "strangers work with them from elsewhere, on waybills of other outlets than the owner's, and sell a row for "
        "about CNY 1. What gives them away is whose parcels an account asks for, and from where. Others answer single "
        "questions for pay, photograph screens at the counter, or carry off a list."
    ),
    sources=(
        "YTO Handan 2020: dnzp.com; globaltimes.cn/content/1207176.shtml; shine.cn/news/metro/2011250530 (passages read)",
        "SF Express, Hubei 2018, 11 employees of 19 sentenced: shine.cn/news/metro/2011250530 (passage read)",
    ),
    clients_per_head=400,
    popularity=0.5,
    lifetime=14,
    month_end=1.1,
    team_size=12,
    account_prefix="wd",
    employee_prefix="KD",
    device_prefix="POS-",
)  # fmt: skip
"""Rates, shares and rights are assumed; the ways of taking follow the sources."""
