"""Whatever is done to a bill or an address book, no reader breaks, and every line of it is a row, set aside, or a note."""

import tempfile
from pathlib import Path

from bill_reading import read, table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CELL = st.one_of(
    st.sampled_from(
        [
            "2018-04-01 10:00:00",
            "20180401",
            "¥1.00",
            "-2,000.50",
            "支出",
            "收入",
            "/",
            "借",
            "合计",
            "",
            '"',
            "a\tb",
            "成功",
            "1e9",
            "=A1",
            "页",
        ]
    ),
    st.text(max_size=12),
)
HEADERS = st.sampled_from(
    [
        "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注",
        "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,",
        "交易日期,交易时间,收入,支出,余额,对方户名,对方账号,摘要",
        "日期,金额,余额,对方户名,摘要",
        "交易卡号,交易时间,交易金额,交易余额,收付标志,交易对手账卡号,对手户名,交易是否成功,IP地址,MAC地址",
        "用户ID,用户侧账号名称,借贷类型,交易金额(分),账户余额(分),交易时间,对手方ID,对手侧账户名称,对手方接收金额(分)",
        "wxid,nickname,remark,phone,群ID,银行卡,支付宝",
        "主叫号码,被叫号码,开始时间,时长,呼叫类型",
    ]
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])


@given(
    header=HEADERS,
    rows=st.lists(st.lists(CELL, min_size=1, max_size=14), max_size=8),
    encoding=ENCODINGS,
    data=st.data(),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_reader_breaks(header, rows, encoding, data):
    text = header + "\n" + (table(rows) if data.draw(st.booleans()) else "\n".join(",".join(row) for row in rows))
    content = text.encode(encoding, "replace")
    cut = data.draw(st.integers(0, len(content)))
    content = content[:cut] if data.draw(st.booleans()) else content
    with tempfile.TemporaryDirectory() as folder:
        for part in ("payments", "contacts"):
            got = read(Path(folder), "x.csv", content, part)
            lines = got.column("line")
            assert len(lines) == len(set(lines)) and not set(lines) & {line for line, _ in got.rejected}
            assert all(row["direction"] in ("in", "out", "neutral") and row["amount"] >= 0 for row in got.payments)


NAMES = st.text(
    st.characters(blacklist_characters=',\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"', blacklist_categories=("Cs", "Cc")),
    min_size=1,
    max_size=8,
)


@given(names=st.lists(NAMES, min_size=1, max_size=20), quoted=st.lists(st.integers(0, 19), max_size=4))
@settings(max_examples=80, deadline=None)
def test_stray_quotation_marks_never_swallow_rows(names, quoted):
    names = [f'"{name}' if place in quoted else name for place, name in enumerate(names)]
    header = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注"
    rows = [
        f"2018-04-07 18:26:27,转账,{name}x,/,支出,¥1.00,零钱,对方已收钱,{n}\t,/\t,/" for n, name in enumerate(names)
    ]
    with tempfile.TemporaryDirectory() as folder:
        got = read(Path(folder), "x.csv", "\ufeff" + "\r\n".join([header, *rows, ""]))
    assert got.column("line") == list(range(2, len(names) + 2)) and got.rejected == []
