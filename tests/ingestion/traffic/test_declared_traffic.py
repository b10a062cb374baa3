"""Messages, payments and contacts that settings declare: masked and tokenised as those of readers are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from headwater.exhibits.folder import open_case
from headwater.ingestion.ingest import ingest
from headwater.ingestion.traffic.stage import attachments, ingest_traffic
from headwater.model.errors import SettingsError
from headwater.store.workspace import Workspace, open_workspace

MOBILE = "15400001234"
MAIL = """
[[logs]]
files = "logs/mail.csv"
table = "messages"
time = {column = "date", zone = "UTC"}
columns = {sender = "from", receiver = "to", text = "body", amount = "paid"}
"""
MAIL_CSV = (
    "date,from,to,body,paid\n"
    f"2024-05-01 08:00:00,wxid_buyer000001,wxid_seller00001,查一下 {MOBILE},\n"
    "2024-05-01 08:05:00,wxid_seller00001,wxid_buyer000001,150元,\n"
    "2024-05-01 08:06:00,wxid_buyer000001,wxid_seller00001,,150\n"
    "2024-05-01 08:07:00,,,谁,\n"
)


@contextmanager
def read(folder: Path, toml: str, files: dict[str, str]) -> Iterator[Workspace]:
    for path, content in {"case/headwater.toml": toml, **{f"case/{p}": c for p, c in files.items()}}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8")
    case = open_case(folder / "case")
    with open_workspace(folder / "space") as space:
        ingest(case, space)
        ingest_traffic(case, space)
        yield space


def test_a_table_of_messages_is_masked_and_has_tokens_and_both_sides(tmp_path: Path) -> None:
    with read(tmp_path, MAIL, {"logs/mail.csv": MAIL_CSV}) as space:
        rows = sorted(space.lake.read("messages").to_pylist(), key=lambda row: row["line"])
        aside = [(r.source, r.line, r.reason) for r in space.manifest.rejected()]
        listed = [(i.path, i.reader, i.rows) for i in space.manifest.inputs() if i.reader]
        token = space.tokeniser.token("mobile", MOBILE)
    assert [(r["sender"], r["receiver"], r["kind"]) for r in rows] == [
        ("wxid_buyer000001", "wxid_seller00001", "text"),
        ("wxid_seller00001", "wxid_buyer000001", "text"),
        ("wxid_buyer000001", "wxid_seller00001", "transfer"),
    ]
    assert (rows[0]["shape"], rows[0]["tokens"]) == ("查一下 ⟨mobile⟩", [f"mobile:{token}"])
    assert (rows[2]["amount"], rows[2]["currency"]) == (150.0, "CNY")
    assert MOBILE not in str(rows)
    assert aside == [("logs/mail.csv", 5, "names nobody who wrote or read it")]
    assert listed == [("logs/mail.csv", "declared [[logs]] 1", 3)]


def test_a_declaration_wins_over_the_readers_and_the_folder_says_whose_device_it_was(tmp_path: Path) -> None:
    toml = """
[[logs]]
files = "chats/**/odd.csv"
table = "messages"
time = "StrTime"
columns = {sender = "who", sender_name = "nick", chat = "room", text = "said", outgoing = {column = "out"}}
constants = {group = true}
"""
    said = "StrTime,who,nick,room,said,out\n2024-05-01 08:00:00,wxid_a000000000001,赵小明,r@chatroom,在吗,1\n"
    with read(tmp_path, toml, {"chats/lao/odd.csv": said}) as space:
        (row,) = space.lake.read("messages").to_pylist()
    assert (row["owner"], row["group"], row["outgoing"], row["receiver"]) == ("lao", True, True, None)
    assert (row["sender"], row["sender_name"]) == ("wxid_a000000000001", "赵**")


def test_names_and_numbers_that_stand_as_accounts_are_not_shown(tmp_path: Path) -> None:
    said = (
        f"date,from,to,body,paid\n2024-05-01 08:00:00,赵小明,{MOBILE},在吗,\n2024-05-01 08:01:00,{MOBILE},赵小明,在,\n"
    )
    with read(tmp_path, MAIL, {"logs/mail.csv": said}) as space:
        rows = sorted(space.lake.read("messages").to_pylist(), key=lambda row: row["line"])
        facts = space.lake.read("contacts").to_pylist()
    assert rows[0]["sender"] == rows[1]["receiver"] and rows[0]["receiver"] == rows[1]["sender"]
    assert rows[0]["sender"].startswith("name:") and rows[0]["receiver"].startswith("phone:")
    assert not [word for word in ("赵小明", MOBILE) if word in str(rows) + str(facts)]


@pytest.mark.parametrize(
    ("columns", "cells", "told"),
    [
        ('payer = "a", payee = "b", amount = "n"', "p1,p2,20", ("p1", "p2", "p1", "out", 20.0)),
        ('account = "b", payer = "a", payee = "b", amount = "n"', "p1,p2,20", ("p1", "p2", "p2", "in", 20.0)),
        ('account = "a", other = "b", amount = "n"', "p1,p2,-20", ("p1", "p2", "p1", "out", 20.0)),
        ('account = "a", other = "b", amount = "n"', "p1,p2,20", ("p2", "p1", "p1", "in", 20.0)),
    ],
)
def test_who_paid_whom_is_told_by_sides_or_by_signs(
    tmp_path: Path, columns: str, cells: str, told: tuple[object, ...]
) -> None:
    toml = f'[[logs]]\nfiles = "payments/**"\ntable = "payments"\ntime = "t"\ncolumns = {{{columns}}}\n'
    with read(tmp_path, toml, {"payments/lao/x.csv": f"t,a,b,n\n2024-05-01 08:00:00,{cells}\n"}) as space:
        (row,) = space.lake.read("payments").to_pylist()
    assert (row["payer"], row["payee"], row["account"], row["direction"], row["amount"]) == told
    assert (row["owner"], row["kind"], row["status"], row["currency"]) == ("lao", "transfer", "done", "CNY")


def test_a_column_may_say_with_whom_a_row_was_found(tmp_path: Path) -> None:
    toml = """
[[logs]]
files = "logs/book.csv"
table = "contacts"
columns = {owner = "phone_of", alias = "id", name = "called", token = "tel"}
"""
    book = f"phone_of,id,called,tel\nlao,wxid_b000000000001,老王,{MOBILE}\nmei,,赵小明,{MOBILE}\nmei,,,\n"
    with read(tmp_path, toml, {"logs/book.csv": book}) as space:
        facts = {(f["owner"], f["kind"], f["alias"], f["name"]) for f in space.lake.read("contacts").to_pylist()}
        aside = [(r.line, r.reason) for r in space.manifest.rejected()]
        phone = f"phone:{space.tokeniser.token('mobile', MOBILE)}"
    assert {
        ("lao", "remark", "wxid_b000000000001", "老王"),
        ("lao", "phone", "wxid_b000000000001", "154****1234"),
        ("mei", "remark", phone, "赵**"),
    } <= facts
    assert aside == [(4, "names no account and no number")]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('receiver = "to"', 'receiver = "whom"', "[[logs]] 1: logs/mail.csv:1: there is no column 'whom'"),
        ('receiver = "to"', 'recipient = "to"', "table 'messages' has no column 'recipient'; it has owner, chat,"),
        ('receiver = "to"', 'shape = "to"', "table 'messages' has no column 'shape'"),
        ('receiver = "to"', 'kind = "to"', "[[logs]] 1: logs/mail.csv:2: kind must be one of call, card,"),
        ('time = {column = "date", zone = "UTC"}', 'time = "from"', "[[logs]] 1: logs/mail.csv:2: time: the column"),
        ('table = "messages"', 'table = "bill_doubts"', "is made by Headwater itself"),
    ],
)
def test_a_wrong_declaration_names_block_file_and_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(SettingsError) as wrong, read(tmp_path, MAIL.replace(old, new), {"logs/mail.csv": MAIL_CSV}):
        pass
    assert words in str(wrong.value)
    assert MOBILE not in str(wrong.value)


def test_another_declaration_reads_the_case_anew(tmp_path: Path) -> None:
    with read(tmp_path, MAIL, {"logs/mail.csv": MAIL_CSV}) as space:
        assert space.lake.rows("messages") == 3
    with read(tmp_path, MAIL + "where = \"paid = '150'\"\n", {"logs/mail.csv": MAIL_CSV}) as space:
        assert space.lake.rows("messages") == 1


def test_a_text_among_chats_that_nobody_reads_nor_sent_is_told_and_still_scanned(tmp_path: Path) -> None:
    said = "date,from,to,body,paid,file\n2024-05-01 08:00:00,wxid_a000000000001,wxid_b000000000001,给你,,D:\\out\\list.txt\n"
    toml = MAIL.replace("logs/mail.csv", "chats/lao/mail.csv").replace('amount = "paid"', 'file = "file"')
    files = {"chats/lao/mail.csv": said, "chats/lao/list.txt": "some words\n", "chats/lao/notes.txt": "other words\n"}
    with read(tmp_path, toml, files) as space:
        unread = [(n.path, n.reason) for n in space.manifest.not_read()]
        scanned = [e.path for e in attachments(open_case(tmp_path / "case"), space)]
    assert unread == [("chats/lao/notes.txt", "no reader of chats knows this layout, and no message names it as sent")]
    assert scanned == ["chats/lao/list.txt", "chats/lao/notes.txt"]


def test_a_seized_address_book_tells_facts_and_a_list_that_was_sold_does_not(tmp_path: Path) -> None:
    book = f"微信号,昵称,备注,电话\nwxid_b000000000001,老王,王哥,{MOBILE}\n"
    sold = f"姓名,电话,身份证\n赵小明,{MOBILE},\n"
    files = {"seized/lao/通讯录.csv": book, "seized/lao/联系人2.csv": sold, "seized/lao/客户.csv": book}
    with read(tmp_path, "", files) as space:
        facts = {(f["source"], f["owner"], f["kind"]) for f in space.lake.read("contacts").to_pylist()}
    assert ("seized/lao/通讯录.csv", "lao", "phone") in facts
    assert {source for source, _, _ in facts} == {"seized/lao/通讯录.csv"}
