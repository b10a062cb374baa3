"""Address books, friend lists, member lists, registrations and lists of calls."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from bill_reading import book, read, table

from headwater.exhibits.sheets import Sheet
from headwater.ingestion.traffic.books.owned import is_address_book


def test_a_list_of_contacts(tmp_path):
    text = "\ufeffwxid,nickname,remark,phone\nwxid_ab12cd34,阿木子李,木子,15400000001\nabc1234,老王🔥,,\n,谁,,15400000002\n,无名,,\n"

    got = read(tmp_path, "contacts.csv", text, "contacts")

    assert got.reader == "contact-list" and got.rejected == [(5, "names no account and no number")]
    assert got.told == {
        ("wxid_ab12cd34", "nickname", "阿木子李"),
        ("wxid_ab12cd34", "remark", "木子"),
        ("wxid_ab12cd34", "phone", "15400000001"),
        ("abc1234", "nickname", "老王🔥"),
        ("15400000002", "nickname", "谁"),
        ("15400000002", "phone", "15400000002"),
    }
    assert [row["line"] for row in got.facts] == [2, 2, 2, 3, 4, 4]


def test_a_forensic_table_packs_several_numbers_in_one_cell(tmp_path):
    rows = [
        ["提取时间：2022-01-01"],
        ["序号", "联系人姓名", "电话号码", "备注", "QQ号"],
        ["1", "张三", "手机: 15400000001\n家庭: 15400000002", "上家", "10000001"],
        ["2", "李四", "15400000003;15400000004", "", ""],
    ]
    got = read(tmp_path, "通讯录.xlsx", book(rows), "contacts")

    assert {
        ("10000001", "phone", "15400000001"),
        ("10000001", "phone", "15400000002"),
        ("10000001", "name", "张三"),
    } <= got.told
    assert {("15400000003", "phone", "15400000004"), ("15400000003", "name", "李四")} <= got.told


def test_members_of_groups(tmp_path):
    rows = [
        ["群ID", "成员账号", "群昵称"],
        ["1234@chatroom", "wxid_ab12cd34", "查档小王"],
        ["1234@chatroom", "abc1234", ""],
    ]

    got = read(tmp_path, "members.csv", table(rows), "contacts")

    assert got.told == {
        ("wxid_ab12cd34", "member", "1234@chatroom"),
        ("wxid_ab12cd34", "nickname", "查档小王"),
        ("abc1234", "member", "1234@chatroom"),
    }


def test_cards(tmp_path):
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:张;三",
        "FN:张三",
        "NOTE:上家",
        "TEL;TYPE=CELL:154-0000-0001",
        "TEL:15400000002",
    ]
    cards = "\r\n".join([*lines, "END:VCARD", ""])

    got = read(tmp_path, "a.vcf", cards, "contacts")

    assert got.reader == "vcard" and len(got.told) == 4
    assert {("154-0000-0001", "name", "张三"), ("154-0000-0001", "remark", "上家")} <= got.told


def test_a_registration_of_a_wallet_names_its_cards(tmp_path):
    header = "用户ID,账号状态,注册姓名,注册身份证号,绑定手机,绑定银行卡"
    text = f"{header}\nwxid_a1b2c3@wx.tenpay.com,正常,张三,x,15400000001,6200000000000005;6205500000000000004\n"

    for part in ("payments", "contacts"):
        got = read(tmp_path, "reg.csv", text, part)
        assert got.reader == "registration"
        assert got.told == {
            ("wxid_a1b2c3", "name", "张三"),
            ("wxid_a1b2c3", "phone", "15400000001"),
            ("wxid_a1b2c3", "card", "6200000000000005"),
            ("wxid_a1b2c3", "card", "6205500000000000004"),
        }


CALLS = """对方号码,联系人,通话时间,通话时长,呼叫类型
15400000002,李四,2018-04-07 18:26:27,83,主叫
15400000003,,2018/4/7 8:26:00,1分3秒,被叫
,,2018/4/7 8:26:00,1,被叫
15400000002,李四,坏,1,主叫
"""


def test_calls_are_messages_and_say_who_is_known(tmp_path):
    got = read(tmp_path, "通话记录_15400000001.csv", CALLS, "contacts")

    assert got.reader == "call-list" and [line for line, _ in got.rejected] == [4, 5]
    first, second = got.messages
    assert (first["sender"], first["receiver"], first["outgoing"], first["kind"]) == (
        "15400000001",
        "15400000002",
        True,
        "call",
    )
    assert (second["sender"], second["receiver"], second["text"]) == ("15400000003", "15400000001", "被叫 1分3秒")
    assert first["time"] == datetime(2018, 4, 7, 10, 26, 27, tzinfo=UTC)
    assert {("15400000002", "call", "15400000002"), ("15400000002", "remark", "李四")} <= got.told


def test_in_a_list_of_both_numbers_the_commonest_is_the_owner(tmp_path):
    text = "主叫号码,被叫号码,开始时间,时长\n15400000001,15400000003,20180407182627,83\n15400000002,15400000001,2018-04-07 18:26:27,3\n"

    got = read(tmp_path, "calls.csv", text, "contacts")

    assert [(row["chat"], row["outgoing"]) for row in got.messages] == [("15400000003", True), ("15400000002", False)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("精准500条.csv", "姓名,手机,微信号,备注\n张三,15400000001,abc1234,车主\n"),
        ("话单.csv", CALLS),
        ("开户.csv", "卡号,姓名,证件号码,证件类型,开户银行\n6200000000000005,张三,x,身份证,某银行\n"),
        ("老板名录.csv", "姓名,电话,住址\n张三,15400000001,x\n"),
    ],
)
def test_what_was_traded_in_chats_is_no_address_book(tmp_path, name, text):
    assert read(tmp_path, name, text, "chats").reader is None


@pytest.mark.parametrize(
    ("name", "columns", "rows", "is_one"),
    [
        ("通讯录.xlsx", ["姓名", "电话", "住址"], 20, True),
        ("contacts.csv", ["wxid", "nickname", "remark", "phone"], 20, True),
        ("客户.xlsx", ["姓名", "电话", "住址"], 20, False),
        ("通讯录.xlsx", ["姓名", "电话", "身份证号"], 20, False),
        ("通讯录.xlsx", ["姓名", "电话"], 5_000, False),
        ("通讯录.xlsx", ["产品", "价格"], 20, False),
    ],
)
def test_an_address_book_among_seized_files(name, columns, rows, is_one):
    made = pa.table({column: pa.array(["x"] * rows) for column in columns})
    sheet = Sheet("", tuple(columns), made, 2, True, pa.array(range(2, rows + 2)))

    assert is_address_book(name, sheet) is is_one
