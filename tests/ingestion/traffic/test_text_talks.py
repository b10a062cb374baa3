"""Chats as plain text: WeChat, QQ, WhatsApp; clocks of twelve hours, dates in any order, what exports put around the messages."""

import pytest
from talk_reading import read_talk

QQ = """消息记录（此消息记录为文本格式，不支持重新导入）

================================================================
消息分组:我的好友
================================================================
消息对象:老王
================================================================

2018-01-23 11:04:59 老王(15400001)
在吗

2018-01-23 1:05:59 PM 我的<me@example.com>
好
2018-01-01 11:11:11 张三
不是头

2018-01-23 11:06:59 老王(15400001)
[表情]

"""


def test_qq(tmp_path):
    talk = read_talk(tmp_path, "x.txt", QQ)
    assert talk.clocks == ["2018-01-23 11:04:59", "2018-01-23 13:05:59", "2018-01-23 11:06:59"]
    assert talk.column("text")[1] == "好\n2018-01-01 11:11:11 张三\n不是头"
    assert talk.column("sender") == ["15400001", "me@example.com", "15400001"]
    assert talk.column("outgoing") == [False, True, False]
    assert talk.column("chat") == ["15400001"] * 3
    assert talk.column("line") == [9, 12, 17]
    assert talk.rejected == []
    assert ("me@example.com", "self", "我的") in talk.facts


def test_a_group_of_qq(tmp_path):
    talk = read_talk(tmp_path, "x.txt", QQ.replace("我的好友", "我的QQ群").replace("消息对象:老王", "消息对象:查档群"))
    assert talk.column("group") == [True] * 3
    assert talk.column("outgoing") == [None] * 3


@pytest.mark.parametrize(
    ("head", "clock"),
    [
        ("2018-01-23 11:04:59 老王", "2018-01-23 11:04:59"),
        ("2018/1/23 下午 3:04:59 老王", "2018-01-23 15:04:59"),
        ("2018/1/23 上午12:04 老王", "2018-01-23 00:04:00"),
        ("2018年1月23日 15:04:59 老王", "2018-01-23 15:04:59"),
        ("[2018-01-23 15:04:59] 老王", "2018-01-23 15:04:59"),
        ("老王 2018-01-23 15:04:59", "2018-01-23 15:04:59"),
        ("2018-01-23 晚上 8:04:59 老王", "2018-01-23 20:04:59"),
        ("2018-01-23 下午 15:04:59 老王", "2018-01-23 15:04:59"),
    ],
)
def test_header_lines(tmp_path, head, clock):
    talk = read_talk(tmp_path, "老王.txt", f"{head}\n在吗\n\n{head}\n在\n\n")
    assert talk.clocks == [clock, clock]
    assert talk.column("sender_name") == ["老王", "老王"]
    assert talk.column("outgoing") == [False, False]


def test_names_of_files_that_cannot_hold_every_sign(tmp_path):
    talk = read_talk(tmp_path, "妈(家)_2.txt", "2018-01-23 11:04:59 妈(家)\n吃饭\n\n2018-01-23 11:05:59 儿子\n好\n")
    assert talk.column("outgoing") == [False, True]
    assert set(talk.column("chat_name")) == {"妈(家)"}
    assert read_talk(tmp_path, "冰点_.txt", "2018-01-23 11:04:59 冰点*\n在\n\n2018-01-23 11:05:59 我\n好\n").column(
        "outgoing"
    ) == [False, True]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_ends_of_lines(tmp_path, encoding, end):
    words = "2018-01-23 11:04:59 老王\n明天开会\n第二行\n\n" * 30
    talk = read_talk(tmp_path, "老王.txt", words.replace("\n", end).encode(encoding))
    assert set(talk.column("text")) == {"明天开会\n第二行"}
    assert talk.column("line") == list(range(1, 121, 4))


def test_what_belongs_to_no_message_is_set_aside(tmp_path):
    talk = read_talk(
        tmp_path,
        "老王.txt",
        "嗯\n2018-01-23 11:04:59 老王\n在吗\n2018-13-41 11:04:59 老王\n在吗\n2018-01-23 11:05:59 老王\n嗯\n",
    )
    assert talk.rejected == [1, 4]
    assert talk.column("line") == [2, 6]


def test_other_texts_are_left_alone(tmp_path):
    assert read_talk(tmp_path, "a.txt", "张三 15400000001\n李四 15400000002\n").reader is None
    assert read_talk(tmp_path, "a.txt", "2018-01-23 11:04:59 login ok\n" * 9).reader is None


@pytest.mark.parametrize(
    ("dates", "clocks"),
    [
        (["12/03/22, 2:05 pm -", "13/03/22, 12:05 am -"], ["2022-03-12 14:05:00", "2022-03-13 00:05:00"]),
        (["3/12/22, 14:05 -", "3/13/22, 00:05 -"], ["2022-03-12 14:05:00", "2022-03-13 00:05:00"]),
        (["[2022/3/12, 14:05:11]", "[2022/3/13, 0:05:11]"], ["2022-03-12 14:05:11", "2022-03-13 00:05:11"]),
        (["[12.03.22, 14:05:11]", "[12.03.22, 14:06:11]"], ["2022-03-12 14:05:11", "2022-03-12 14:06:11"]),
        (["2/11/22, 14:05 -", "3/1/22, 00:05 -"], ["2022-02-11 14:05:00", "2022-03-01 00:05:00"]),
        (
            ["\u200e[12/03/2022, 2:05:11\u202fPM]", "[13/03/2022, 2:05:11\u202fAM]"],
            ["2022-03-12 14:05:11", "2022-03-13 02:05:11"],
        ),
    ],
)
def test_dates_of_whatsapp(tmp_path, dates, clocks):
    talk = read_talk(
        tmp_path, "WhatsApp Chat with Amy.txt", "".join(f"{each} Amy: hi: there\nand more\n" for each in dates)
    )
    assert talk.reader == "whatsapp-text"
    assert talk.clocks == clocks
    assert set(talk.column("text")) == {"hi: there\nand more"}
    assert set(talk.column("outgoing")) == {False}


def test_the_rest_of_whatsapp(tmp_path):
    words = (
        "12/03/22, 2:05 pm - Messages and calls are end-to-end encrypted.\n"
        "13/03/22, 12:05 am - Bob B: IMG-2022.jpg (file attached)\ncaption\n"
        "13/03/22, 12:06 am - +86 154 0000 0001: \u200e<attached: 0001-LIST.xlsx>\n"
        "13/03/22, 12:07 am - Amy: <Media omitted>\n"
        "14/03/22, 9:06 am - Amy: This message was deleted\n"
    )
    talk = read_talk(tmp_path, "grp.txt", words)
    assert talk.column("kind") == ["system", "image", "file", "image", "recalled"]
    assert talk.column("file") == [None, "IMG-2022.jpg", "0001-LIST.xlsx", None, None]
    assert talk.column("sender")[2] == "+8615400000001"
    assert talk.column("group") == [True] * 5
    assert talk.rejected == []


MHT = """From: <Save by Tencent MsgMgr>
Subject: Tencent IM Message
MIME-Version: 1.0
Content-Type:multipart/related;
\tcharset="utf-8"
\tboundary="----=_N"

------=_N
Content-Type: text/html
Content-Transfer-Encoding:7bit

<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8" /></head><body><table>
<tr><td><div><b>消息记录</b></div></td></tr><tr><td><div>消息分组:我的好友</div></td></tr><tr><td><div>消息对象:老王</div></td></tr>
<tr><td>日期: 2018-01-23</td></tr>
<tr><td><div><div>老王</div>11:04:59</div><div><font>在吗</font></div></td></tr>
<tr><td><div><div>我是谁(154001)</div>下午 1:05:59</div><div><IMG src="{A}.dat"></div></td></tr>
<tr><td>日期: 2018-01-24</td></tr>
<tr><td><div><div>老王</div>9:04:59</div><div>一<br>二</div></td></tr></table></body></html>

------=_N--
"""


def test_a_web_archive_of_qq(tmp_path):
    talk = read_talk(tmp_path, "老王.mht", MHT)
    assert talk.reader == "qq-mht"
    assert talk.clocks == ["2018-01-23 11:04:59", "2018-01-23 13:05:59", "2018-01-24 09:04:59"]
    assert talk.column("text") == ["在吗", "[图片]", "一\n二"]
    assert talk.column("sender") == [None, "154001", None]
    assert talk.column("outgoing") == [False, True, False]
