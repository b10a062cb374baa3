"""Workbooks as forensic suites make them: several sheets, lines above the header, the owner named there or told by all sheets."""

from __future__ import annotations

from typing import Any

import pytest
from bill_reading import book
from talk_reading import read_talk

ME, PEER, OTHER = "wxid_me7654321", "wxid_peer765432", "wxid_zjie765432"
SAID = [
    ("2018-01-09 16:30:24", "在吗", False),
    ("2018-01-09 16:30:30", "在的", True),
    ("2018-01-09 16:31:00", "查个定位", False),
]
SUMMARY: list[list[object]] = [["手机取证报告"], ["设备", "iPhone"], ["软件版本", "5.1"]]
CALLS: list[list[object]] = [
    ["序号", "号码", "类型", "开始时间", "时长"],
    [1, "15400000001", "呼出", "2018-01-01 10:00:00", 60],
]


def sides(outgoing: bool, peer: str = PEER) -> tuple[str, str]:
    return (ME, peer) if outgoing else (peer, ME)


def told(talk: Any) -> list[tuple[Any, ...]]:
    names = ("chat", "sender", "receiver", "outgoing", "text")
    return [tuple(row[name] for name in names) for row in talk.messages]


EXPECTED = [(PEER, *sides(out), out, text) for _, text, out in SAID]


def test_a_sheet_among_others_with_lines_above_its_header(tmp_path: Any) -> None:
    above: list[list[object]] = [["案件名称：", "一号案"], ["机主微信号", ME, "昵称", "小李"], []]
    header: list[object] = [
        "序号",
        "聊天对象",
        "发送者",
        "发送者昵称",
        "接收者",
        "消息时间",
        "消息类型",
        "消息内容",
        "删除状态",
    ]
    rows: list[list[object]] = [
        [n, f"老王({PEER})", sides(out)[0], "小李" if out else "老王", sides(out)[1], time, "文本", text, "正常"]
        for n, (time, text, out) in enumerate(SAID, start=1)
    ]
    talk = read_talk(tmp_path, "报告.xlsx", book(SUMMARY, [*above, header, *rows], CALLS))
    assert told(talk) == EXPECTED
    assert talk.column("chat_name") == ["老王"] * 3 and talk.column("line") == [5, 6, 7]
    assert (ME, "self", ME) in talk.facts and (PEER, "nickname", "老王") in talk.facts


def test_both_sides_stand_above_the_table_alone(tmp_path: Any) -> None:
    above: list[list[object]] = [["微信好友消息"], [f"本机账号：{ME}(小李)"], [f"好友：{PEER}(老王)"]]
    rows: list[list[object]] = [[n, "发送" if out else "接收", time, text] for n, (time, text, out) in enumerate(SAID)]
    talk = read_talk(tmp_path, "a.xlsx", book([*above, ["序号", "收发", "时间", "内容"], *rows]))
    assert told(talk) == EXPECTED and talk.column("chat_name") == ["老王"] * 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_lines_above_a_delimited_table(tmp_path: Any, encoding: str) -> None:
    lines = ["取证报告,,,,", f"机主,{ME},,,", "序号,发送者,接收者,消息时间,消息内容"]
    lines += [f"{n},{sides(out)[0]},{sides(out)[1]},{time},{text}" for n, (time, text, out) in enumerate(SAID)]
    talk = read_talk(tmp_path, "a.csv", "\r\n".join(lines).encode(encoding))
    assert told(talk) == EXPECTED and talk.column("line") == [4, 5, 6]


def test_who_is_in_every_sheet_is_the_owner(tmp_path: Any) -> None:
    header: list[object] = ["时间", "发送人", "接收人", "内容"]
    sheets = [[header, *([time, *sides(out, peer), text] for time, text, out in SAID)] for peer in (PEER, OTHER)]
    talk = read_talk(tmp_path, "a.xlsx", book(*sheets))
    assert told(talk) == [(peer, *sides(out, peer), out, text) for peer in (PEER, OTHER) for _, text, out in SAID]


def test_numbers_by_which_a_suite_counts_conversations_name_nobody(tmp_path: Any) -> None:
    header: list[object] = ["#", "Chat #", "From", "To", "Body", "Timestamp: Date", "Timestamp: Time"]
    rows: list[list[object]] = []
    for n, (time, text, out) in enumerate(SAID):
        who = [f"{side} x (owner)" if side == ME else f"{side} 老王" for side in sides(out)]
        rows.append([n, 1, *who, text, time[:10].replace("-", "/"), f"{time[11:]}(UTC+8)"])
    talk = read_talk(tmp_path, "a.xlsx", book(SUMMARY, [["Chats (3)"], header, *rows]))
    assert told(talk) == EXPECTED and talk.column("chat_name") == ["老王"] * 3
