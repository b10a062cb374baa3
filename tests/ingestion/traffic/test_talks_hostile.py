"""No export crashes a reader, and no line of one is lost without a word, whatever became of the file."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talk_reading import read_talk
from test_forensic_talks import ENGLISH, ME, SAID, TELEGRAM, WANG, delimited, page, report, workbook
from test_forensic_talks import chat as model_of_chat
from test_talks_of_a_made_chat import START, chat
from test_text_talks import MHT, QQ

from headwater.ingestion.traffic.talks.app_xml import in_xml
from headwater.ingestion.traffic.talks.choosing import readers
from headwater.ingestion.traffic.talks.said import said
from headwater.ingestion.traffic.talks.script_array import objects
from headwater.simulation.brokers.exports.html import html
from headwater.simulation.brokers.exports.json_lines import json_lines
from headwater.simulation.brokers.exports.text import text
from headwater.simulation.brokers.exports.wechat_csv import wechat_csv

LIST = [
    {"createTime": 1515369626 + n, "isSend": n % 2, "talker": "wxid_peer765432", "content": "在吗"} for n in range(9)
]
TELEGRAM_JSON = {
    "name": "老王",
    "type": "personal_chat",
    "id": 1,
    "messages": [
        {
            "id": n,
            "type": "message",
            "date": "2018-01-23T11:04:59",
            "from": "老王",
            "from_id": "user1",
            "text": ["a", {"text": "b"}],
        }
        for n in range(5)
    ],
}
WHATSAPP = "".join(f"[12/0{n}/2022, 14:05:11] Amy: hi\n" for n in range(1, 9))
FILES = {
    "a(wxid_peer765432).csv": ("\ufeff" + wechat_csv(chat(), 7, 100, False)).encode(),
    "b(wxid_peer765432).csv": wechat_csv(chat(), 7, 100, True).encode("gb18030"),
    "a(wxid_peer765432).html": html(chat(), False).encode(),
    "b(wxid_peer765432).html": html(chat(), True).encode(),
    "a.jsonl": "".join(f"{line}\n" for line in json_lines([chat()])).encode(),
    "a.json": json.dumps(LIST, ensure_ascii=False, indent=1).encode(),
    "老王.txt": text(chat()).encode(),
    "qq.txt": QQ.encode("gb18030"),
    "qq.mht": MHT.encode(),
    "wa.txt": WHATSAPP.encode(),
    "result.json": json.dumps(TELEGRAM_JSON).encode(),
    "messages.html": TELEGRAM.encode(),
    "report.xml": report(model_of_chat([ME, WANG], SAID)).encode(),
    "table.csv": delimited(ENGLISH).encode(),
    "table.html": page(ENGLISH).encode(),
    "table.xlsx": workbook(ENGLISH),
}
JUNK = st.sampled_from(
    [
        b"\0",
        b"\xff\xfe",
        b'"',
        b"'",
        b"{",
        b"[[[[",
        b"}",
        b"\n",
        b"\r",
        b"<",
        b"]]>",
        b"\\",
        b",",
        "\u200e\U0001f525".encode(),
        b"1e999",
    ]
)
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), JUNK), max_size=4)


def changed(data, changes, cut):
    for place, length, junk in changes:
        at = int(place * len(data))
        data = data[:at] + junk + data[at + length :]
    return data[: int(cut * len(data))]


def test_every_layout_has_a_sample(tmp_path):
    found = {read_talk(tmp_path, name, content).reader for name, content in FILES.items()}
    assert found == {reader.name for reader in readers()}


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES, cut=st.one_of(st.just(1.0), st.floats(0, 1)))
def test_damage_never_crashes(tmp_path, name, changes, cut):
    talk = read_talk(tmp_path, name, changed(FILES[name], changes, cut))
    assert all(row["line"] >= 1 for row in talk.messages)
    assert all(line >= 1 for line in talk.rejected)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["good", "long", "short", "untimed", "blank"]), min_size=1, max_size=30))
def test_every_row_of_a_table_is_given_or_set_aside(tmp_path, sorts):
    made = {
        "good": "1,2,1,0,0,1515486624,,在吗,2018-01-09 16:30:24,,老王,wxid_peer765432",
        "long": '1,2,1,0,0,1515486624,,"在\n吗",2018-01-09 16:30:24,,老王,wxid_peer765432,7,,',
        "short": "1,2,1,0,0,1515486624,,在",
        "untimed": "1,2,1,0,0,,,在吗,,,老王,wxid_peer765432",
        "blank": "",
    }
    head = "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender"
    talk = read_talk(
        tmp_path, "x(wxid_peer765432).csv", "\n".join([head, made["good"], *(made[sort] for sort in sorts)]) + "\n"
    )
    lines, at = [], 3
    for sort in sorts:
        lines += [at] if sort != "blank" else []
        at += 2 if sort == "long" else 1
    seen = sorted([*talk.column("line"), *talk.rejected])
    assert seen == [2, *lines]
    assert talk.rejected == [
        line
        for line, sort in zip(lines, [s for s in sorts if s != "blank"], strict=True)
        if sort in ("short", "untimed")
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["good", "torn", "list", "blank", "untimed"]), min_size=1, max_size=30))
def test_every_line_of_json_is_given_or_set_aside(tmp_path, sorts):
    good = '{"time": 1515369626, "from": "wxid_a1234567", "to": "wxid_b1234567", "text": "在吗"}'
    made = {"good": good, "torn": good[:40], "list": "[1]", "blank": "  ", "untimed": good.replace("1515369626", '"x"')}
    talk = read_talk(tmp_path, "a.jsonl", "\n".join([good] * 40 + [made[sort] for sort in sorts]) + "\n")
    bad = [place for place, sort in enumerate(sorts, start=41) if sort not in ("good", "blank")]
    assert talk.rejected == bad
    assert talk.column("line") == [
        *range(1, 41),
        *(place for place, sort in enumerate(sorts, start=41) if sort == "good"),
    ]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=30),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_is_said_is_kept_in_every_layout(tmp_path, words):
    from headwater.simulation.brokers.exports.chat import Chat
    from headwater.simulation.brokers.lines import TEXT, Line

    base = chat()
    lines = [Line(START + n, n % 2, TEXT, f"说{word}。") for n, word in enumerate(words)]
    made = Chat(base.parties, "", base.title, lines)
    said_so = [line.text for line in lines]
    assert read_talk(tmp_path, "x(wxid_peer765432).csv", wechat_csv(made, 7, 1, False)).column("text") == said_so
    assert read_talk(tmp_path, "x.jsonl", "".join(f"{line}\n" for line in json_lines([made]))).column("text") == said_so
    page_said = read_talk(tmp_path, "x(wxid_peer765432).html", html(made, False)).column("text")
    assert page_said == said_so


@settings(deadline=None)
@given(st.text(max_size=200))
def test_looking_at_words_never_fails(words):
    for begin in ("", "[转账] ", "<msg><appmsg><title>", "「a：b」\n", "[文件]"):
        assert said(begin + words).kind
    in_xml(f"<msg>{words}")
    list(objects("[{" + words, 1))
    list(objects(f"{{a:'{words}'}}", 0))


def test_a_deep_or_long_text_ends(tmp_path):
    assert read_talk(tmp_path, "a.json", "[" * 200_000).reader is None
    deep = 'const chatMessages = [{type:1,text:"a",is_send:0,timestamp:1515486624,x:' + "[" * 100_000
    assert read_talk(tmp_path, "a.html", f"<html><head></head><body><script>{deep}").messages == []
    read_talk(tmp_path, "b.html", "<html><script>const chatMessages = [" + "{" * 50_000)
