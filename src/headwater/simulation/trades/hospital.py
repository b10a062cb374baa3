"""A city hospital: wards day and night, nearly every record opened for a reason that is written down, and curiosity."""

from __future__ import annotations

from headwater.simulation.trades.draws import numbered, one_of
from headwater.simulation.trades.trade import Crime, Extra, Right, Role, Service, Source, Trade

HOSPITAL = Trade(
    name="hospital",
    title="City hospital",
    organisation="某市第一人民医院",
    dataset="patients",
    table="his.patient",
    key="mrn",
    key_prefix="ZY",
    headers=("患者姓名", "身份证号", "联系电话", "家庭住址"),
    extras=(
        Extra("病区", one_of(心内科=12, 骨科=13, 普外科=13, 产科=11, 儿科=12, 呼吸科=11, 神经内科=10, 肿瘤科=10, 急诊=8)),
        Extra("诊断分组", one_of(循环=18, 骨骼肌肉=15, 消化=15, 妊娠分娩=12, 呼吸=16, 神经=11, 肿瘤=9, 损伤=4)),
        Extra("入院途径", one_of(门诊=58, 急诊=33, 转院=9)),
        Extra("床号", numbered("", 3)),
    ),
    branches=("内科楼", "外科楼", "妇儿中心", "门急诊楼", "东院区"),
    roles=(
        Role("医生", "临床科室", 0.24, 38,
             (Source("case", 0.87, "attending", 0.98), Source("caller", 0.08, "consultation", 0.97),
              Source("team", 0.03, "cover", 0.95), Source("any", 0.02)),
             (Right("lookup", 400), Right("search", 400)), searches=0.3, edits=0.4, shift="rota"),
        Role("病区护士", "护理部", 0.30, 60,
             (Source("case", 0.90, "nursing", 0.98), Source("team", 0.08, "cover", 0.97), Source("any", 0.02)),
             (Right("lookup", 500), Right("search", 500)), searches=0.1, edits=0.5, shift="rota", shared_desks=0.8),
        Role("急诊医护", "急诊科", 0.12, 45,
             (Source("caller", 0.97, "emergency", 0.98), Source("any", 0.03)),
             (Right("lookup", 500), Right("search", 500)), searches=0.5, edits=0.4, shift="night", shared_desks=0.8),
        Role("医技人员", "检验影像科", 0.13, 50,
             (Source("case", 0.97, "examination", 0.98), Source("any", 0.03)),
             (Right("lookup", 500), Right("search", 500)), edits=0.5, shift="rota", shared_desks=0.5),
        Role("挂号收费员", "门诊部", 0.10, 105,
             (Source("caller", 0.98, "visit", 0.985), Source("any", 0.02)),
             (Right("lookup", 900), Right("search", 900)), searches=0.4, edits=0.3, shift="rota", shared_desks=0.7),
        Role("病案统计员", "病案室", 0.03, 22, (Source("branch", 0.975, "coding", 0.98), Source("any", 0.025)),
             (Right("lookup", 300), Right("search", 300), Right("sql"), Right("export", 10_000)), exports=2, queries=2),
        Role("医保医务", "医务处", 0.05, 10, (Source("case", 0.975, "review", 0.98), Source("any", 0.025)),
             (Right("*"),), exports=0.7),
        Role("信息科工程师", "信息科", 0.03, 3, (Source("any", 0.98, "ticket", 0.97), Source("any", 0.02)),
             (Right("lookup", 50), Right("sql")), queries=9, shift="night"),
        Role("社区卫生中心", "外部合作方", 0.08, 14,
             (Source("own", 0.60, "family-doctor"), Source("case", 0.37, "referral", 0.98), Source("any", 0.03)),
             (Right("lookup", 150), Right("search", 150)), book=True, outside=True),
    ),
    services=(
        Service("his_backup", "backup", at=2.5, title="病历库备份"),
        Service("his_settle", "batch", at=0.5, share=0.05, title="日间费用结算"),
        Service("his_follow", "campaign", at=14.0, every=7, share=0.03, title="随访短信"),
        Service("his_region", "partner", at=8.0, share=0.01, title="区域健康平台接口"),
        Service("his_drg", "report", at=4.0, every=7, share=0.12, title="病种分组上报"),
    ),
    sites=("www.baihuo.example", "im.baihuo.example", "mail.yijian.example", "pan.ziliao.example",
           "journal.yixue.example", "www.waimaidian.example", "news.chengshi.example"),
    chat="im.baihuo.example",
    mail="mail.yijian.example",
    disk="pan.ziliao.example",
    record_path="/emr/patients/{subject}/chart",
    search_path="/emr/find",
    export_path="/emr/lists",
    crimes=(
        Crime("snooping", "medium", way_out="none", begins=0.15),
        Crime("snooping", "strong", people=3, way_out="none", begins=0.4),
        Crime("snooping", "weak", way_out="phone", begins=0.3),
        Crime("slow-drip", "medium", way_out="mail", begins=0.1),
        Crime("borrowed-account", "weak", way_out="usb", begins=0.4),
        Crime("screen-photos", "weak", way_out="phone", begins=0.3),
    ),
    story=(
        "Wards never close, machines are shared, and almost every record is opened by somebody whom an appointment, an "
        "order or a bed ties to the patient. What is left over is mostly innocent, too. In it hide people who look up "
        "neighbours and colleagues, and three who cannot leave a famous patient alone. Nothing is copied and nobody is "
        "paid; there are only look-ups without a reason. Somebody sends a shop the addresses of some patients a day, "
        "another reads with the account of a colleague who has left, a third photographs the screen."
    ),
    sources=(
        "Fabbri & LeFevre 2011, 2013, over 94 % of accesses explained: arxiv.org/abs/1109.6880 (abstract read)",
        "Yesmin & Carter 2020, 98.09 % appropriate, 1.91 % unexplained (abstract read)",
        "University hospital, Los Angeles 2006-08, one clerk in 61 patients' files, one of them on 104 days, 68 staff "
        "in all: mercurynews.com 2008-05-12 (passage read)",
        "Nanning 2018-20, 89,904 rows of mothers and newborns: xiaomibk.com/14810 (passage read)",
        "Shanghai 2014-16, a colleague's account to the births register, 300,000+ rows: fabao365.com/xingshi/168885 "
        "(passage read)",
    ),
    clients_per_head=120,
    popularity=0.9,
    month_end=1.05,
    team_size=10,
    account_prefix="ys",
    employee_prefix="H",
    device_prefix="WARD-",
)  # fmt: skip
"""The share of explained accesses is published; rates, shares of roles and rights are assumed."""
