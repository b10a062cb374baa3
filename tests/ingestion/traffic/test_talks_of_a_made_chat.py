"""Every layout that made worlds write is read back to what was said: times, sides, kinds, sums, files, quotations."""

import pytest
from talk_reading import read_talk

from headwater.simulation.brokers.exports.chat import Chat, Party
from headwater.simulation.brokers.exports.html import html
from headwater.simulation.brokers.exports.json_lines import json_lines
from headwater.simulation.brokers.exports.text import text
from headwater.simulation.brokers.exports.wechat_csv import wechat_csv
from headwater.simulation.brokers.lines import (
    ACCEPTED,
    EMOJI,
    FILE,
    IMAGE,
    PACKET,
    QUOTE,
    RECORD,
    RETURNED,
    SYSTEM,
    TEXT,
    TRANSFER,
    VOICE,
    Line,
)

OWN = Party("wxid_own1234567", "速查88")
PEER = Party("wxid_peer765432", "老王🔥", "查档老王")
THIRD = Party("zhangsan_2019", "小三")
START = 1_647_600_000
KINDS = {
    **{TEXT: "text", IMAGE: "image", VOICE: "voice", EMOJI: "emoji", FILE: "file", QUOTE: "quote", RECORD: "forwarded"},
    **{TRANSFER: "transfer", ACCEPTED: "transfer", RETURNED: "transfer", PACKET: "packet", SYSTEM: "system"},
}
SAID = (
    (0, TEXT, "我通过了你的朋友验证请求", 0.0, ""),
    (1, TEXT, '多行\n第二行, "引号"', 0.0, ""),
    (0, IMAGE, "[图片]", 0.0, ""),
    (1, VOICE, "[语音]", 0.0, ""),
    (0, EMOJI, "[表情]", 0.0, ""),
    (0, TRANSFER, "", 1200.0, "1000050001"),
    (1, ACCEPTED, "", 1200.0, "1000050001"),
    (1, TRANSFER, "", 0.5, "1000050002"),
    (1, RETURNED, "", 0.5, "1000050002"),
    (0, PACKET, "恭喜发财，大吉大利", 0.0, ""),
    (1, FILE, "[文件] 名单5.xlsx", 0.0, "名单5.xlsx"),
    (0, QUOTE, "这个出了没", 0.0, "15400000001 查户"),
    (1, RECORD, "老王: 查一下\n小三: 好", 0.0, ""),
    (0, TEXT, "a<b & c 'd' \\ 好", 0.0, ""),
    (1, TEXT, "好[微笑]", 0.0, ""),
)
LAYOUTS = ("csv", "older csv", "html", "json html", "jsonl", "txt")


def chat(room=""):
    parties = (OWN, PEER, THIRD) if room else (OWN, PEER)
    lines = [
        Line(START + 60 * n, who, kind, words, amount, ref) for n, (who, kind, words, amount, ref) in enumerate(SAID)
    ]
    if room:
        lines.append(Line(START + 6000, 2, TEXT, "我也要"))
    return Chat(parties, room, (room and "交流群") or PEER.shown, lines)


def read(folder, layout, made):
    stem = f"{made.title}({made.peer})"
    if layout in ("csv", "older csv"):
        return read_talk(folder, f"{stem}.csv", "\ufeff" + wechat_csv(made, 7, 100, layout == "older csv"))
    if layout in ("html", "json html"):
        return read_talk(folder, f"{stem}.html", html(made, layout == "json html"))
    if layout == "jsonl":
        hello = [Line(START - 60, 1, TEXT, "在吗"), Line(START - 30, 0, TEXT, "在")]
        others = [Chat((OWN, each), "", each.nickname, hello) for each in (THIRD, Party("lisi_2020", "四"))]
        return read_talk(folder, "messages.jsonl", "\n".join(json_lines([made, *others])) + "\n")
    return read_talk(folder, f"{made.title}.txt", text(made))


def of_this_chat(talk, layout):
    return [row for row in talk.messages if row["time"].timestamp() >= START] if layout == "jsonl" else talk.messages


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("room", ["", "2401953429@chatroom"])
def test_a_chat_is_read_as_it_was_written(tmp_path, layout, room):
    made = chat(room)
    talk = read(tmp_path, layout, made)
    rows = of_this_chat(talk, layout)
    assert [talk.rejected, talk.not_read] == [[], []]
    assert [int(row["time"].timestamp()) for row in rows] == [line.time for line in made.lines]
    assert [row["kind"] for row in rows] == [KINDS[line.kind] for line in made.lines]
    assert all(row["group"] is bool(room) for row in rows)
    for row, line in zip(rows, made.lines, strict=True):
        if line.kind in (TRANSFER, ACCEPTED, RETURNED):
            assert (row["amount"], row["currency"]) == (line.amount, "CNY")
            word = {TRANSFER: "", ACCEPTED: "已收款 ", RETURNED: "已退还 "}[line.kind]
            assert row["text"] == f"[转账] {word}¥{line.amount:.2f}"
        elif line.kind == QUOTE:
            assert (row["text"], row["quoted"]) == (line.text, line.ref)
        elif line.kind == FILE:
            assert row["file"] == line.ref
        elif line.kind == TEXT:
            assert row["text"] == line.text
        elif line.kind in (PACKET, RECORD):
            assert line.text in row["text"]
    assert [row["line"] for row in rows] == sorted({row["line"] for row in rows})


@pytest.mark.parametrize("layout", [each for each in LAYOUTS if each != "txt"])
def test_sides_of_a_chat_of_two_are_told(tmp_path, layout):
    made = chat()
    rows = of_this_chat(read(tmp_path, layout, made), layout)
    assert {row["chat"] for row in rows} == {PEER.wxid}
    assert [row["outgoing"] for row in rows] == [line.who == 0 for line in made.lines]
    assert {row["sender"] for row in rows if not row["outgoing"]} == {PEER.wxid}
    assert {row["sender"] for row in rows if row["outgoing"]} <= {OWN.wxid, None}
    assert PEER.wxid not in {row["sender"] for row in rows if row["outgoing"]}
    assert {row["receiver"] for row in rows if row["outgoing"]} == {PEER.wxid}


def test_a_text_without_accounts_tells_the_sides_by_the_name_of_the_file(tmp_path):
    made = chat()
    rows = read(tmp_path, "txt", made).messages
    assert [row["outgoing"] for row in rows] == [line.who == 0 for line in made.lines]
    assert {row["chat_name"] for row in rows} == {PEER.shown}
    assert {row["sender"] for row in rows} == {None}


def test_a_text_called_by_another_name_leaves_the_sides_open(tmp_path):
    talk = read_talk(tmp_path, "孟思.txt", text(chat()))
    assert set(talk.column("outgoing")) == {None}
    assert set(talk.column("sender_name")) == {OWN.nickname, PEER.shown}


@pytest.mark.parametrize("layout", ["csv", "older csv", "jsonl"])
def test_members_of_a_group_are_told(tmp_path, layout):
    room = "2401953429@chatroom"
    made = chat(room)
    talk = read(tmp_path, layout, made)
    rows = of_this_chat(talk, layout)
    assert {row["chat"] for row in rows} == {room}
    assert [row["sender"] for row in rows] == [made.parties[line.who].wxid for line in made.lines]
    assert {(PEER.wxid, "member", room), (THIRD.wxid, "member", room)} <= talk.facts
    assert (OWN.wxid, "self", OWN.nickname if "csv" in layout else OWN.wxid) in talk.facts
    assert not any(kind == "self" for account, kind, _ in talk.facts if account != OWN.wxid)


def test_facts_of_a_chat_of_two(tmp_path):
    talk = read(tmp_path, "csv", chat())
    assert {
        (OWN.wxid, "self", OWN.nickname),
        (PEER.wxid, "nickname", PEER.nickname),
        (PEER.wxid, "remark", PEER.remark),
    } <= talk.facts
    assert {row["remark"] for row in talk.messages} == {PEER.remark}


def test_the_owner_of_older_rows_stays_unknown(tmp_path):
    """Older rows name the peer as sender of the owner's own: nobody may be accused by them."""
    talk = read(tmp_path, "older csv", chat())
    assert not any(kind == "self" for _, kind, _ in talk.facts)
    assert (PEER.wxid, "nickname", OWN.nickname) not in talk.facts


def test_a_notice_of_the_program_is_of_nobody(tmp_path):
    lines = [*chat().lines, Line(START + 9000, 1, SYSTEM, "以上是打招呼的内容")]
    made = Chat((OWN, PEER), "", PEER.shown, lines)
    for layout in LAYOUTS:
        last = of_this_chat(read(tmp_path, layout, made), layout)[-1]
        told = (last["kind"], last["text"], last["sender"], last["sender_name"], last["outgoing"])
        assert told == ("system", "以上是打招呼的内容", None, None, None), layout
