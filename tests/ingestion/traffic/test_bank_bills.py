"""Statements of banks and their replies to the police: every layout is read, and balances that do not add up are found."""

from datetime import date, datetime, time

import pytest
from bill_reading import book, read, table

CARD, OTHER = "6200000000000005", "6205500000000000004"
TWO = ["交易日期", "交易时间", "收入", "支出", "余额", "对方户名", "对方账号", "摘要"]
MOVES = [
    ("2018-01-08", "14:06:10", 1300.0, "李四", OTHER, "跨行转账"),
    ("2018-01-08", "23:20:28", -49.58, "便利店", None, "消费"),
    ("2018-01-09", "00:02:28", 40.0, "王五", OTHER, "转账"),
    ("2018-01-09", "01:01:03", -1000.0, "财付通支付科技有限公司", None, "财付通-微信转账"),
    ("2018-01-10", "07:47:09", -19.91, "某某物业有限公司", None, "消费"),
]


def balances(opening=1000.0):
    left = []
    for move in MOVES:
        opening = round(opening + move[2], 2)
        left.append(opening)
    return left


def two_columns():
    rows = [
        [day, time, amount if amount > 0 else None, -amount if amount < 0 else None, left, name, other, text]
        for (day, time, amount, name, other, text), left in zip(MOVES, balances(), strict=True)
    ]
    return [TWO, *rows]


def test_two_columns_in_a_workbook_that_the_number_of_the_card_names(tmp_path):
    got = read(tmp_path, f"农业银行_{CARD}_流水.xlsx", book(two_columns()))

    assert (got.reader, got.rejected, got.doubts) == ("bank-statement", [], [])
    assert set(got.column("account")) == {CARD} and set(got.column("channel")) == {"bank"}
    assert got.column("direction") == ["in", "out", "in", "out", "out"] and got.total("out") == 1069.49
    assert got.column("other_kind") == ["name", "merchant", "name", "firm", "merchant"]
    assert got.column("kind") == ["transfer", "purchase", "transfer", "transfer", "purchase"]
    assert got.column("other")[0] == OTHER and got.clocks[0] == "2018-01-08 14:06:10"


def test_signed_sums_with_commas_a_preamble_and_totals_below(tmp_path):
    rows = [
        ["账户交易明细"],
        ["户名：张三"],
        [f"卡号：{CARD}"],
        ["查询期间：2018-01-01 至 2018-01-31", "币种：人民币"],
        ["记账日期", "记账时间", "币别", "金额", "余额", "交易名称", "附言", "对方账户名", "对方卡号/账号"],
        *(
            [m[0], m[1], "人民币", f"{m[2]:+,.2f}", f"{left:,.2f}", m[5], "", m[3], m[4]]
            for m, left in zip(MOVES, balances(), strict=True)
        ),
        ["合计", "收入2笔", "1,340.00", "支出3笔", "1,069.49"],
    ]
    got = read(tmp_path, "statement.csv", table(rows))

    assert (got.reader, got.rejected, got.doubts) == ("bank-statement", [], [])
    assert set(got.column("account")) == {CARD} and set(got.column("account_name")) == {"张三"}
    assert got.total("in") == 1340 and got.column("line") == [6, 7, 8, 9, 10]
    rows[6][3] = "-149.58"
    doubts = read(tmp_path, "edited.csv", table(rows)).doubts
    assert [(d.line, d.what, d.stated, d.found) for d in doubts] == [
        (7, "balance", 2250.42, 2150.42),
        (11, "outgo", 1069.49, 1169.49),
    ]


def test_debit_and_credit_flags_under_names_in_two_languages(tmp_path):
    header = (
        "交易时间 Trans Time,交易类型 Trading Type,借贷 Dc Flg,交易金额 Trans Amt,余额 Balance,"
        "对方账号 Payment Account,对方户名 Payment Name"
    )
    rows = [
        f"{m[0]} {m[1]},{m[5]},{'贷 Cr' if m[2] > 0 else '借 Dr'},{abs(m[2]):.2f},{left:.2f},{m[4] or ''},{m[3]}"
        for m, left in zip(MOVES, balances(), strict=True)
    ]
    got = read(tmp_path, "交通银行.csv", "\r\n".join([header, *rows, ""]))

    assert (got.reader, got.rejected, got.doubts) == ("bank-statement", [], []) and got.total("in") == 1340


@pytest.mark.parametrize("backwards", [False, True])
def test_a_row_that_was_taken_out_shows_in_the_balance_after_it(tmp_path, backwards):
    header, *rows = two_columns()
    del rows[2]
    rows = rows[::-1] if backwards else rows

    (doubt,) = read(tmp_path, "b.csv", table([header, *rows])).doubts

    line = 1 + 1 + [row[1] for row in rows].index("01:01:03")
    assert (doubt.line, doubt.what, doubt.stated, doubt.found) == (line, "balance", 1290.42, 1250.42)


def test_days_without_a_time_may_list_their_rows_in_any_order(tmp_path):
    header = ["交易日期", "收入", "支出", "余额", "对方户名", "摘要"]
    rows = [
        ["20180401", "100.00", "", "1100.00", "李四", "转账"],
        ["20180402", "", "30.00", "1050.00", "李四", "转账"],
        ["20180402", "", "20.00", "1080.00", "李四", "转账"],
        ["20180403", "5.00", "", "1055.00", "李四", "转账"],
    ]
    got = read(tmp_path, "b.csv", table([header, *rows]))
    assert got.doubts == [] and got.clocks[0] == "2018-04-01 00:00:00"

    rows[2][2] = "21.00"
    doubts = read(tmp_path, "c.csv", table([header, *rows])).doubts
    assert [d.what for d in doubts] == ["balance"] and doubts[0].line in (3, 4)


REPLY = (
    "交易卡号,交易账号,交易户名,交易时间,交易金额,交易余额,收付标志,交易对手账卡号,对手户名,对手身份证号,对手开户银行,"
    "摘要说明,交易币种,交易是否成功,IP地址,MAC地址,交易流水号"
)


def reply(*rows):
    return ("\r\n".join([REPLY, *rows, ""])).encode("gb18030")


def police(card, time, amount, left, way, ok="成功", number="1"):
    return (
        f"{card}\t,1\t,张三,{time},{amount},{left},{way},{OTHER}\t,李四,,某银行,跨行转账,CNY,{ok},192.0.2.1,,{number}\t"
    )


def test_a_reply_to_the_police_has_many_accounts_and_many_words_for_the_way(tmp_path):
    got = read(
        tmp_path,
        "reply.csv",
        reply(
            police(CARD, "20180401101010", "100.00", "100.00", "进"),
            police(OTHER, "20180401101010", "7.00", "7.00", "贷"),
            police(CARD, "20180401101011", "30.00", "70.00", "借"),
            police(CARD, "2018-04-01 10:10:12", "999.00", "70.00", "出", ok="失败"),
            police(OTHER, "20180401101013", "2.00", "5.00", "O"),
            police(CARD, "20180401101014", "20.00", "50.00", ""),
            police(CARD, "20180401101015", "5.00", "45.00", "付"),
            police(OTHER, "20180401101016", "1.00", "6.00", "收"),
            police(OTHER, "20180401101017", "1.00", "7.00", "入"),
            police(OTHER, "20180401101018", "1.00", "8.00", "？"),
        ),
    )
    assert (got.reader, got.doubts) == ("bank-reply", [])
    assert got.column("direction") == ["in", "in", "out", "out", "out", "out", "out", "in", "in"]
    assert got.column("status")[3] == "failed" and got.column("account")[:2] == [CARD, OTHER]
    assert got.rejected == [(11, "does not tell whether money came in or went out")]


def test_balances_are_held_against_each_other_account_by_account(tmp_path):
    rows = [
        police(CARD, "20180401101010", "100.00", "100.00", "进"),
        police(OTHER, "20180401101010", "7.00", "7.00", "贷"),
        police(CARD, "20180401101011", "30.00", "60.00", "借"),
        police(OTHER, "20180401101013", "2.00", "5.00", "出"),
    ]
    (doubt,) = read(tmp_path, "reply.csv", reply(*rows)).doubts

    assert (doubt.line, doubt.what, doubt.stated, doubt.found) == (4, "balance", 60.0, 70.0)


def test_the_registration_beside_a_reply_becomes_facts(tmp_path):
    registered = [
        ["交易卡号", "账户开户名称", "开户人证件号码", "开户人证件类型", "联系电话"],
        [CARD, "张三", "x", "身份证", "15400000001"],
    ]
    cells = [
        row.replace("\t", "").split(",")
        for row in reply(police(CARD, "20180401101010", "1", "1", "进")).decode("gb18030").splitlines()
    ]

    got = read(tmp_path, "reply.xlsx", book(registered, cells, [["说明"], ["无"]]))

    assert len(got.payments) == 1 and got.not_read == ["the sheet is no bill"]
    assert {(CARD, "name", "张三"), (CARD, "phone", "15400000001")} <= got.told


def test_currencies_are_never_taken_for_each_other(tmp_path):
    rows = [
        ["日期", "金额", "余额", "币种", "对方户名", "摘要"],
        ["2018-04-01", "-100.00", "900.00", "美元", "李四", "转账"],
        ["2018-04-02", "50.00", "950.00", "840", "李四", "转账"],
        ["2018-04-02", "1", "1", "贝壳", "李四", "转账"],
        ["2018-04-03", "HK$5.00", "10", "", "李四", "转账"],
        ["合计", "收入1笔", "50.00", "", "", ""],
    ]
    got = read(tmp_path, "b.csv", table(rows))

    assert got.column("currency") == ["USD", "USD", "XXX", "HKD"]
    assert [d.what for d in got.doubts] == ["rows"]


def test_any_table_with_times_sums_and_ways_is_a_bill(tmp_path):
    header = "Date;Type;Amount;In/Out;Counterparty;Reference"
    text = f"{header}\n2018-04-01 10:00;x;1,000.50;in;Ann Lee;A1\n2018-04-01 11:00;y;€2.00;out;Bob Ray;A2\n"

    got = read(tmp_path, "x.txt", text)

    assert got.reader == "bill" and got.column("amount") == [1000.5, 2] and got.column("currency") == ["CNY", "EUR"]
    assert read(tmp_path, "y.csv", "姓名,电话,金额\n张三,15400000001,5\n").reader is None


def test_sums_without_a_sign_are_understood_by_the_balance_alone(tmp_path):
    rows = [
        ["日期", "金额", "余额", "对方户名", "摘要"],
        ["2018-04-01", "100.00", "900.00", "李四", "转账"],
        ["2018-04-02", "50.00", "950.00", "李四", "转账"],
        ["2018-04-03", "20.00", "930.00", "李四", "转账"],
    ]
    got = read(tmp_path, "b.csv", table(rows))

    assert got.column("direction") == ["in", "out"] and got.column("line") == [3, 4]
    assert got.rejected == [(2, "does not tell whether money came in or went out")]


def test_numbers_that_a_spreadsheet_cut_short_are_left_out_and_said(tmp_path):
    rows = two_columns()
    for row, number in zip(
        rows[1:], ("6205500000000000000", "6200000000000010", "6200000000000020", "6.2055E+18", "1"), strict=True
    ):
        row[6] = number
    got = read(tmp_path, "b.csv", table(rows))

    assert got.column("other") == [None, None, None, None, "1"]
    assert got.not_read == [
        "a spreadsheet took 4 long numbers for figures: their last digits are lost, and they are left out"
    ]


def test_a_statement_that_is_a_web_page_under_another_name(tmp_path):
    body = "".join(
        "<tr>" + "".join(f"<td>{'' if c is None else c}</td>" for c in row) + "</tr>" for row in two_columns()
    )

    got = read(
        tmp_path,
        f"bank_{CARD}.xls",
        f"<html><head><meta charset='utf-8'></head><body><table>{body}</table></body></html>",
    )

    assert got.reader == "bank-statement" and got.total("in") == 1340 and got.doubts == []


def test_a_workbook_that_cannot_be_opened_is_said_to_be_so(tmp_path):
    got = read(tmp_path, "b.xlsx", b"PK\x03\x04" + b"\0" * 200)

    assert got.reader == "unopened" and len(got.not_read) == 1


@pytest.mark.parametrize(
    ("header", "row", "moved", "other"),
    [
        (
            "交易日期,摘要,交易场所,钞/汇,交易金额(收入),交易金额(支出),交易币种,余额,对方户名",
            "2018-01-08,转账,x,钞,,5.00,人民币,1.00,李四",
            "out",
            None,
        ),
        (
            "记账日,交易日期,支出,收入,账户余额,摘要,对方账号与户名",
            f"20180108,20180108,0.00,5.00,6.00,转账,{OTHER}/李四",
            "in",
            OTHER,
        ),
        ("交易日期,交易时间,收入,支出,余额,交易类型,交易备注", "20180108,10:00:00,,5.00,6.00,转账,李四", "out", None),
        (
            "日期;借方金额;贷方金额;余额;对方名称;对方帐号;用途",
            f"2018年1月8日;;5.00;6.00;李四;{OTHER};货款",
            "in",
            OTHER,
        ),
        (
            "Date\tDescription\tDebit\tCredit\tBalance\tPayee",
            "2018-01-08\tTransfer\t5.00\t\t6.00\tAnn Lee",
            "out",
            None,
        ),
        (
            "账号,交易时间,收支方向,发生额,余额,对手账号,对手名称,摘要",
            f"{CARD},20180108 100000,转入,5.00,6.00,{OTHER},李四,转账",
            "in",
            OTHER,
        ),
    ],
)
def test_columns_of_many_banks(tmp_path, header, row, moved, other):
    got = read(tmp_path, "b.csv", f"{header}\n{row}\n".encode("gb18030"))

    assert (got.column("direction"), got.column("amount"), got.column("other")) == ([moved], [5.0], [other])
    assert got.rejected == [] and got.clocks[0].startswith("2018-01-08")


def test_cells_of_a_workbook_may_be_days_times_and_figures(tmp_path):
    rows = [
        ["户名", "张三", None, "卡号", CARD],
        ["交易日期", "交易时间", "收入", "支出", "余额", "对方户名", "摘要"],
        [date(2018, 1, 8), time(14, 6, 10), 1300, None, 1300.0, "李四", "转账"],
        [datetime(2018, 1, 9), time(14, 6, 10), None, 0.1, 1299.9, "李四", "转账"],
    ]
    got = read(tmp_path, "b.xlsx", book(rows))

    assert got.clocks == ["2018-01-08 14:06:10", "2018-01-09 14:06:10"] and got.doubts == []
    assert set(got.column("account")) == {CARD} and set(got.column("account_name")) == {"张三"}


def test_days_that_a_spreadsheet_counts(tmp_path):
    rows = [
        ["交易时间", "金额", "余额", "对方户名", "摘要"],
        ["43108.587615740741", "-5", "10", "李四", "转账"],
        ["43109", "-1", "9", "李四", "转账"],
    ]

    got = read(tmp_path, "b.csv", table(rows))

    assert got.clocks == ["2018-01-08 14:06:10", "2018-01-09 00:00:00"] and got.doubts == []


def test_balances_are_held_together_over_rows_that_tell_none(tmp_path):
    header, *rows = two_columns()
    rows[1][4] = rows[3][4] = None

    assert read(tmp_path, "b.csv", table([header, *rows])).doubts == []
    rows[1][3] = 59.58
    (doubt,) = read(tmp_path, "c.csv", table([header, *rows])).doubts
    assert (doubt.line, doubt.stated, doubt.found) == (4, 2290.42, 2280.42)
