"""Mails, boxes, Outlook's messages and address books: heads, texts, attachments under their names, mails inside."""

from __future__ import annotations

import sys

import pytest
from support_office import contents, faults_of, files_of, fits, lines_of, mail_bytes, msg_bytes, sheets_of

from headwater.exhibits.contents import Given
from headwater.exhibits.mail_words import head_text, parameter
from headwater.exhibits.mapi import unpacked_rtf
from headwater.exhibits.readers import eml, mbox, msg, pst, vcf
from headwater.model.errors import UnreadableError

RAW = (
    "From: 张三 <a@example.com>\r\nTo: b@example.com\r\nSubject: 名单\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\n你好\r\n--B\r\n"
    'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="客户.xls"\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\naGVsbG8gd29ybGQhI\r\n"
).encode("gb18030")


def test_a_mail_gives_head_text_attachments_and_the_mail_inside():
    found = contents(eml.READER, mail_bytes())
    assert lines_of(found, "headers") == [
        "From: 张三 <a@example.com>",
        "To: b@example.com",
        "Cc: c@example.com",
        "Subject: 客户名单 15400000031",
        "Date: Mon, 01 Jan 2024 08:00:00 +0800",
    ]
    assert lines_of(found, "body") == ["姓名,电话", "张三,15400000032", "more"]
    assert [sheet.rows.to_pylist() for sheet in sheets_of(found)] == [[{"姓名": "李四", "电话": "15400000033"}]]
    assert files_of(found) == {"客户.csv": b"x,y\n1,2\n"}
    assert lines_of(found, "attached message 1 headers") == ["From: d@example.com", "Subject: 内"]
    assert lines_of(found, "attached message 1 body") == ["inner 15400000034"]


def test_raw_bytes_in_the_head_and_a_torn_attachment():
    found = contents(eml.READER, RAW)
    assert lines_of(found, "headers") == ["From: 张三 <a@example.com>", "To: b@example.com", "Subject: 名单"]
    assert lines_of(found, "body") == ["你好"]
    assert files_of(found) == {"客户.xls": b"hello world!"}


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("=?GB2312?B?v827?= =?gb2312?B?pw==?=", "客户"),  # a character cut in two between words
        ("=?utf-8?q?=E5=AE=A2=E6=88=B7?= a", "客户 a"),
        ("=?nonsense?B?5a6i5oi3?=", "客户"),
        ("a =? b", "a =? b"),
    ],
)
def test_encoded_words(raw, meant):
    assert head_text(raw) == meant


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("attachment; filename*=UTF-8''%E5%AE%A2%E6%88%B7.csv", "客户.csv"),
        ("attachment; filename*0*=gb18030''%BF%CD; filename*1*=%BB%A7; filename*2=.csv", "客户.csv"),
        ('attachment; filename="=?gbk?B?v827py5jc3Y=?="', "客户.csv"),
        ('attachment; filename="a\\"b.csv"', 'a"b.csv'),
        ("attachment", None),
    ],
)
def test_names_of_attachments(field, name):
    assert parameter(field, "filename") == name


def test_a_box_gives_its_mails_one_by_one():
    between = b"From a@example.com Mon Jan  1 08:00:00 2024\n"
    found = contents(mbox.READER, between + mail_bytes() + b"\n\n" + between + RAW)
    assert lines_of(found, "message 1 body")[1] == "张三,15400000032"
    assert lines_of(found, "message 2 body") == ["你好"]
    assert list(files_of(found)) == ["message 1/客户.csv", "message 2/客户.xls"]


@pytest.mark.parametrize(
    "text",
    [
        "From: a\nTo: b\nHello there\n",
        "date: 2024\nname: x\nfrom: y\n",
        "2024-01-01 From: a\nTo: b\nSubject: c\n",
        "from,to,subject\na,b,c\n",
        "HTTP/1.1 200 OK\nContent-Type: text/html\nDate: x\n\n",
        "From 2024 to 2025 we sold\n",
    ],
)
def test_letters_logs_and_tables_are_no_mails(text):
    assert not fits(eml.READER, text.encode())
    assert not fits(mbox.READER, text.encode())
    assert not fits(vcf.READER, text.encode())


def test_mails_in_one_another_end_somewhere():
    mail = b"From: a\nMIME-Version: 1.0\nSubject: x\nContent-Type: message/rfc822\n\n" * 60
    assert faults_of(contents(eml.READER, mail)) == ["holds more parts, or mails deeper in one another, than are read"]


def test_a_charset_with_a_zero_byte_loses_no_text():
    mail = b'From: a\nMIME-Version: 1.0\nSubject: x\nContent-Type: text/plain; charset="u\0tf"\n\n' + "你好".encode()
    assert lines_of(contents(eml.READER, mail), "body") == ["你好"]


def test_an_encrypted_mail_is_listed():
    mail = b"From: a\nMIME-Version: 1.0\nSubject: x\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nabc"
    assert faults_of(contents(eml.READER, mail)) == ["is encrypted"]


def test_a_message_of_outlook():
    found = contents(msg.READER, msg_bytes())
    head = lines_of(found, "headers")
    assert head[:3] == ["From: 张三 <a@example.com>", "To: 李四", "Subject: 客户名单"]
    assert head[3].startswith("Date: 2023-12-31") or head[3].startswith("Date: 2024-01-01")
    assert head[4] == "Recipient: 李四 <b@example.com>"
    assert lines_of(found, "body") == ["正文 15400000041"]
    assert lines_of(found, "properties", hidden=True) == ["15400000045"]
    assert files_of(found) == {"客户.csv": b"x,y\n1,2\n"}
    assert lines_of(found, "attached message 2 body") == ["inner 15400000042"]


def test_packed_rich_text():
    # the worked example of [MS-OXRTFCP]
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked_rtf(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked_rtf(packed[:38]).startswith(b"{\\rtf1\\ansi\\ansicpg1252\\pard hel")


def test_an_address_book_is_one_table():
    text = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0;=E4=B8=89\r\nTEL;CELL:15400000001\r\n"
        "TEL;HOME:15400000002\r\nPHOTO;ENCODING=BASE64;JPEG:aGVs\r\n bG8=\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:李四\r\nTEL:1540000\r\n 0003\r\nADR:;;路 1号;上海;;;\r\nEND:VCARD\r\n"
    )
    found = contents(vcf.READER, text.encode())
    (sheet,) = sheets_of(found)
    assert sheet.rows.to_pylist() == [
        {"full name": "张三", "tel": "15400000001", "tel 2": "15400000002", "name": None, "address": None},
        {"full name": None, "tel": "15400000003", "tel 2": None, "name": "李四", "address": "路 1号 上海"},
    ]
    assert sheet.lines.to_pylist() == [1, 9]
    assert list(files_of(found).values()) == [b"hello"]


STORE = b"!BDN" + bytes(4) + b"SM" + b"\x17\0" + bytes(5000)


def test_a_store_without_the_extra_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypff", None)
    with pytest.raises(UnreadableError, match=r"headwater\[pst\]"):
        contents(pst.READER, STORE)


def test_a_damaged_store_is_unreadable():
    pytest.importorskip("pypff")
    with pytest.raises(UnreadableError, match="damaged"):
        contents(pst.READER, STORE, Given())
