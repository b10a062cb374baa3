"""What forensic suites write: Cellebrite's report, tables in spreadsheets and pages; Telegram's pages."""

import io

import openpyxl
import pytest
from talk_reading import read_file, read_talk

from headwater.exhibits.opening import members
from headwater.ingestion.traffic.talks.choosing import choose
from headwater.model.exhibit import Exhibit

OWN, PEER = "wxid_own1234567", "wxid_peer765432"


def field(name, value):
    return f'<field name="{name}" type="String"><value type="String"><![CDATA[{value}]]></value></field>'


def party(account, name, owner=False):
    return (
        f'<model type="Party">{field("Identifier", account)}{field("Name", name)}{field("IsPhoneOwner", owner)}</model>'
    )


def message(sender, text, time, more="", state="Intact"):
    who = f'<modelField name="From" type="Party">{sender}</modelField>'
    return f'<model type="InstantMessage" deleted_state="{state}">\n{who}{field("Body", text)}{field("TimeStamp", time)}{more}</model>'


def chat(people, said):
    return (
        f'<model type="Chat">{field("Id", "room1")}<multiModelField name="Participants" type="Party">{"".join(people)}</multiModelField>'
        f'<multiModelField name="Messages" type="InstantMessage">{"".join(said)}</multiModelField></model>'
    )


def inside(name, *models):
    return f'<multiModelField name="{name}">{"".join(models)}</multiModelField>'


def model(sort, *parts):
    return f'<model type="{sort}">{"".join(parts)}</model>'


def report(*models):
    return f'<?xml version="1.0" encoding="utf-8"?>\n<project xmlns="http://pa.cellebrite.com/report/2.0"><decodedData>{"".join(models)}</decodedData></project>'


ME, WANG, LI = party(OWN, "我自己", True), party(PEER, "老王"), party("lisi_2020", "李四")
SAID = [
    message(WANG, "在吗", "2018-01-23T11:04:59.000+08:00", state="Deleted"),
    message(party(OWN, "我自己"), "[转账] ¥200.00", "2018-01-23T03:05:59.000+00:00"),
    message(
        WANG,
        "",
        "2018-01-23T11:06:59+08:00",
        inside("Attachments", model("Attachment", field("Filename", "a.jpg"), field("ContentType", "image/jpeg"))),
    ),
]
ENTRIES = inside("Entries", model("PhoneNumber", field("Value", "15400000001")), model("UserID", field("Value", PEER)))
CONTACT = f'<modelType type="Contact">{model("Contact", field("Name", "王五"), ENTRIES)}</modelType>'
CALL = model(
    "Call", field("Type", "Outgoing"), field("TimeStamp", "2018-01-23T11:04:59+08:00"), inside("Parties", WANG)
)


def test_a_report_of_cellebrite(tmp_path):
    talk = read_talk(tmp_path, "report.xml", report(chat([ME, WANG], SAID), CONTACT, CALL))
    assert talk.reader == "cellebrite-xml"
    assert talk.clocks == ["2018-01-23 11:04:59", "2018-01-23 11:05:59", "2018-01-23 11:06:59"]
    assert talk.column("outgoing") == [False, True, False]
    assert talk.column("chat") == [PEER] * 3
    assert talk.column("kind") == ["text", "transfer", "image"]
    assert talk.column("amount") == [None, 200.0, None]
    assert talk.column("file") == [None, None, "a.jpg"]
    assert talk.column("line") == [2, 3, 4]
    facts = {
        (OWN, "self", "我自己"),
        (PEER, "remark", "王五"),
        (PEER, "phone", "15400000001"),
        (PEER, "call", "Outgoing 2018-01-23T11:04:59+08:00"),
    }
    assert facts <= talk.facts


def test_a_group_in_a_report(tmp_path):
    talk = read_talk(tmp_path, "report.xml", report(chat([ME, WANG, LI], SAID[:2])))
    assert talk.column("group") == [True, True]
    assert talk.column("chat") == ["room1", "room1"]
    assert talk.column("outgoing") == [False, True]
    assert (PEER, "member", "room1") in talk.facts


def test_a_report_that_is_cut_off(tmp_path):
    whole = report(chat([ME, WANG], SAID), chat([ME, LI], SAID))
    talk = read_talk(tmp_path, "report.xml", whole[: len(whole) * 2 // 3])
    assert len(talk.messages) >= 3
    assert len(talk.not_read) == 1


def test_a_report_packed_as_ufdr(tmp_path):
    import zipfile

    file = tmp_path / "phone.ufdr"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("report.xml", report(chat([ME, WANG], SAID)))
        archive.writestr("files/Image/a.jpg", b"\xff\xd8\xff")
    found = list(members(Exhibit("chats/x/phone.ufdr", file, "chats", "x", file.stat().st_size)))
    readers = {m.path: choose(m, m.open().read(1 << 16)) for m in found}
    assert {path: reader and reader.name for path, reader in readers.items()} == {
        "chats/x/phone.ufdr!report.xml": "cellebrite-xml",
        "chats/x/phone.ufdr!files/Image/a.jpg": None,
    }


ENGLISH = (
    ["From", "To", "Timestamp: Time (UTC+8)", "Body", "Direction"],
    ["wxid_peer765432 老王", "wxid_own1234567 我 (owner)", "23/01/2018 11:04:59", "在吗", "Incoming"],
    ["wxid_own1234567 我 (owner)", "wxid_peer765432 老王", "24/01/2018 11:05:59", "[图片]", "Outgoing"],
)
CHINESE = (
    ["发送人", "接收人", "发送时间(UTC+00:00)", "内容"],
    ["老王(wxid_peer765432)", "张三(wxid_own1234567)", "2018-01-23 03:04:59", "在吗"],
    ["张三(wxid_own1234567)", "老王(wxid_peer765432)", "2018-01-24 03:05:59", "[图片]"],
    ["李四(lisi_2020)", "张三(wxid_own1234567)", "2018-01-24 03:06:59", "在"],
)
SPLIT = (
    ["From", "To", "Sent Date", "Clock", "Message Text"],
    ["wxid_peer765432", "wxid_own1234567\nlisi_2020", "2018-01-23", "11:04:59", "在吗"],
    ["wxid_own1234567", "wxid_peer765432\nlisi_2020", "2018-01-24", "11:05:59", "[图片]"],
)


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def page(rows):
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f"<html><head><meta charset='utf-8'><title>x</title></head><body><table>\n{body}</table></body></html>"


def delimited(rows):
    return "\n".join("\t".join(f'"{cell}"' for cell in row) for row in rows) + "\n"


@pytest.mark.parametrize("form", [workbook, page, delimited])
@pytest.mark.parametrize("rows", [ENGLISH, CHINESE])
def test_tables_of_messages(tmp_path, form, rows):
    talk = read_talk(tmp_path, "table", form(rows))
    assert talk.reader == "message-tables"
    assert talk.clocks[:2] == ["2018-01-23 11:04:59", "2018-01-24 11:05:59"]
    assert talk.column("sender")[:2] == [PEER, OWN]
    assert talk.column("receiver")[:2] == [OWN, PEER]
    assert talk.column("outgoing")[:2] == [False, True]
    assert talk.column("kind")[:2] == ["text", "image"]


@pytest.mark.parametrize("form", [workbook, delimited])
def test_several_values_in_one_cell_and_a_clock_of_its_own(tmp_path, form):
    talk = read_talk(tmp_path, "table", form(SPLIT))
    assert talk.clocks == ["2018-01-23 11:04:59", "2018-01-24 11:05:59"]
    assert talk.column("group") == [True, True]
    assert talk.column("sender") == [PEER, OWN]


def test_lists_of_people_are_no_chats(tmp_path):
    rows = (
        ["姓名", "手机", "地址", "备注", "时间"],
        ["张三", "15400000001", "a", "b", "2018-01-01 00:00:00"],
        ["李四", "15400000002", "a", "b", "2018-01-02 00:00:00"],
    )
    for form in (workbook, page, delimited):
        assert read_talk(tmp_path, "list", form(rows)).reader is None


TELEGRAM = """<!DOCTYPE html><html><head><meta charset="utf-8"/><title>Exported Data</title></head><body><div class="page_wrap">
<div class="page_header"><div class="content"><div class="text bold">
老王
</div></div></div><div class="page_body chat_page"><div class="history">
<div class="message service" id="message-1"><div class="body details">23 January 2018</div></div>
<div class="message default clearfix" id="message1"><div class="body">
<div class="pull_right date details" title="23.01.2018 11:04:59 UTC+08:00">11:04</div>
<div class="from_name">
老王
</div><div class="text">在吗<br>查一个</div></div></div>
<div class="message default clearfix joined" id="message2"><div class="body">
<div class="pull_right date details" title="23.01.2018 11:05:59 UTC+08:00">11:05</div>
<div class="media_wrap clearfix"><a class="photo_wrap clearfix pull_left" href="photos/1.jpg"></a></div></div></div>
<div class="message default clearfix" id="message3"><div class="body">
<div class="pull_right date details" title="04.02.2018 03:05:59 UTC">11:05</div>
<div class="from_name">Me</div>
<div class="reply_to details">In reply to <a href="#go_to_message1">this message</a></div><div class="text">好</div></div></div>
</div></div></div></body></html>
"""


def test_pages_of_telegram(tmp_path):
    talk = read_talk(tmp_path, "messages.html", TELEGRAM)
    assert talk.reader == "telegram-html"
    assert talk.clocks == ["2018-01-23 11:04:59", "2018-01-23 11:04:59", "2018-01-23 11:05:59", "2018-02-04 11:05:59"]
    assert talk.column("kind") == ["system", "text", "image", "text"]
    assert talk.column("text")[1:] == ["在吗\n查一个", "[图片]", "好"]
    assert talk.column("quoted")[3] == "在吗\n查一个"
    assert talk.column("outgoing") == [None, False, False, True]


def test_the_file_is_only_read(tmp_path):
    file = tmp_path / "report.xml"
    file.write_text(report(chat([ME, WANG], SAID)))
    file.chmod(0o444)
    assert len(read_file(file, "chats/x/report.xml").messages) == 3
