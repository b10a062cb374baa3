"""A tiny trade for the tests of the house, and houses of it that are quick to build."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import Column
from headwater.simulation.trades.trade import Crime, Extra, Right, Role, Service, Source, Trade


def _plan(rng: np.random.Generator, count: int) -> Column:
    return np.array(["基本", "标准", "尊享"], dtype=object)[rng.integers(3, size=count)]


_LOOK = (Right("lookup", 200), Right("search", 200))
OFFICE = Trade(
    name="office",
    title="office",
    organisation="样例公司",
    dataset="customers",
    table="crm.customers",
    key="client_id",
    key_prefix="C",
    headers=("name", "id_number", "phone", "address"),
    extras=(Extra("plan", _plan),),
    branches=("总部", "东区", "西区"),
    roles=(
        Role("sales", "业务部", 0.42, 20.0,
             (Source("own", 0.7, "agent"), Source("team", 0.15, "cover", 0.6), Source("any", 0.15)),
             (*_LOOK, Right("export", 500)), exports=1.0, book=True),
        Role("service", "客服部", 0.26, 40.0, (Source("caller", 0.9, "call", 0.95), Source("branch", 0.1)),
             (Right("lookup", 500), Right("search", 500)), searches=0.8, shift="late", shared_desks=0.6),
        Role("claims", "理赔部", 0.14, 25.0, (Source("case", 0.9, "claim", 0.97), Source("any", 0.1)), _LOOK,
             edits=0.3, shift="rota"),
        Role("data", "数据部", 0.07, 1.0, (Source("any", 1.0),), (Right("sql"), Right("lookup", 100)), queries=12.0),
        Role("it", "科技部", 0.06, 0.5, (Source("any", 1.0),), (Right("sql"), Right("lookup", 100)), queries=6.0,
             shift="night"),
        Role("audit", "审计部", 0.05, 2.0, (Source("any", 1.0),), (Right("*"),), exports=0.5),
        Role("partner", "外部合作方", 0.0, 30.0, (Source("recent", 0.5, "order"), Source("own", 0.5, "agent")), _LOOK,
             book=True, outside=True),
    ),
    services=(
        Service("backup", "backup", 2.0),
        Service("batch", "batch", 3.5, share=0.2, title="月结"),
        Service("campaign", "campaign", 9.0, every=7, share=0.05),
        Service("partner", "partner", 10.0, share=0.01),
    ),
    sites=("mail.example", "news.example", "shop.example", "disk.example", "search.example"),
    chat="shop.example",
    mail="mail.example",
    disk="disk.example",
    record_path="/api/customers/{subject}",
    search_path="/api/customers",
    export_path="/api/export",
    crimes=(Crime("bulk"), Crime("slow-drip", "weak")),
    story="A firm like any other.",
    sources=("made for the tests",),
)  # fmt: skip
"""The trade. ``partner`` has share 0 of the staff: outside roles still get at least two accounts."""
