"""Messages in JSON: one a line, in lists, in lists of conversations; whatever their members are called."""

import json

import pytest
from talk_reading import read_talk

OWN, PEER, OTHER = "wxid_own1234567", "wxid_peer765432", "lisi_2020"


def lines(*records):
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records)


@pytest.mark.parametrize(
    ("time", "clock"),
    [
        ("2018-01-08T08:00:26+08:00", "2018-01-08 08:00:26"),
        ("2018-01-08T00:00:26Z", "2018-01-08 08:00:26"),
        ("2018-01-08 08:00:26", "2018-01-08 08:00:26"),
        (1515369626, "2018-01-08 08:00:26"),
        (1515369626000, "2018-01-08 08:00:26"),
        ("2018/1/8 上午 8:00:26", "2018-01-08 08:00:26"),
        ("2018年1月8日 08:00:26", "2018-01-08 08:00:26"),
        ("2018-01-08 下午 8:00:26", "2018-01-08 20:00:26"),
        ("2018-01-08 8:00:26 PM", "2018-01-08 20:00:26"),
    ],
)
def test_times(tmp_path, time, clock):
    talk = read_talk(tmp_path, "a.jsonl", lines({"time": time, "from": OWN, "to": PEER, "text": "在吗"}))
    assert talk.clocks == [clock]


@pytest.mark.parametrize(
    "names",
    [
        ("time", "from", "to", "text", "type"),
        ("timestamp", "sender", "receiver", "content", "msgType"),
        ("createTime", "fromUser", "toUser", "msg", "kind"),
        ("发送时间", "发送人", "接收人", "消息内容", "消息类型"),
    ],
)
def test_names_of_members(tmp_path, names):
    rows = [
        ("2018-01-08T08:00:26+08:00", PEER, OWN, "在吗", "text"),
        ("2018-01-08T08:01:26+08:00", OWN, OTHER, "[图片]", "image"),
    ]
    talk = read_talk(tmp_path, "a.jsonl", lines(*(dict(zip(names, row, strict=True)) for row in rows)))
    assert talk.column("sender") == [PEER, OWN]
    assert talk.column("receiver") == [OWN, OTHER]
    assert talk.column("outgoing") == [False, True]
    assert talk.column("kind") == ["text", "image"]


def test_an_account_in_every_chat_is_the_owners_but_of_one_chat_nobody_knows(tmp_path):
    rows = [
        {"time": 1515369626 + n, "from": a, "to": b, "text": "x"} for n, (a, b) in enumerate([(OWN, PEER), (PEER, OWN)])
    ]
    assert read_talk(tmp_path, "a.jsonl", lines(*rows)).column("outgoing") == [None, None]
    rows.append({"time": 1515369700, "from": OTHER, "to": OWN, "text": "x"})
    assert read_talk(tmp_path, "b.jsonl", lines(*rows)).column("outgoing") == [True, False, False]
    rows.append({"time": 1515369800, "from": OTHER, "to": PEER, "text": "between others"})
    assert set(read_talk(tmp_path, "c.jsonl", lines(*rows)).column("outgoing")) == {None}
    assert read_talk(tmp_path, f"messages_{OWN}.jsonl", lines(*rows[:2])).column("outgoing") == [True, False]


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [("isSend", 1, 0), ("from_me", True, False), ("direction", "发送", "接收"), ("direction", "Outgoing", "Incoming")],
)
def test_direction_by_a_member(tmp_path, name, yes, no):
    rows = [
        {"time": 1515369626, "talker": PEER, "text": "a", name: yes},
        {"time": 1515369627, "talker": PEER, "text": "b", name: no},
    ]
    talk = read_talk(tmp_path, "a.jsonl", lines(*rows))
    assert talk.column("outgoing") == [True, False]
    assert talk.column("chat") == [PEER, PEER]
    assert talk.column("sender") == [None, PEER]


def test_numbers_of_wechat_in_json(tmp_path):
    pay = "<wcpayinfo><paysubtype>1</paysubtype><feedesc>￥5.00</feedesc></wcpayinfo>"
    xml = f"<msg><appmsg><title>t</title><type>2000</type>{pay}</appmsg></msg>"
    rows = [
        {"CreateTime": 1515369626, "Type": 49, "SubType": 2000, "IsSender": 0, "StrContent": xml, "StrTalker": PEER},
        {"CreateTime": 1515369626, "Type": 34, "IsSender": 1, "StrContent": "", "StrTalker": PEER},
    ]
    talk = read_talk(tmp_path, "a.jsonl", lines(*rows))
    assert talk.column("kind") == ["transfer", "voice"]
    assert talk.column("amount") == [5.0, None]
    assert talk.column("chat") == [PEER, PEER]


def test_members_that_come_late_and_nested_ones(tmp_path):
    rows = [
        {"time": 1515369626 + n, "sender": {"wxid": OWN, "nickname": "速查"}, "to": PEER, "text": "x"}
        for n in range(900)
    ]
    rows.append(
        {"time": 1515370000, "sender": {"wxid": PEER}, "to": OWN, "text": "", "type": "file", "fileName": "a.xlsx"}
    )
    talk = read_talk(tmp_path, "a.jsonl", lines(*rows))
    assert talk.messages[-1]["file"] == "a.xlsx"
    assert talk.messages[-1]["sender"] == PEER
    assert (OWN, "nickname", "速查") in talk.facts


def test_torn_and_foreign_lines_are_set_aside(tmp_path):
    good = lines({"time": 1515369626, "from": OWN, "to": PEER, "text": "在吗"})
    talk = read_talk(
        tmp_path,
        "a.jsonl",
        good * 3 + '{"time": 15153696, "fr\n\n[1]\n' + good + '{"time": "soon", "from": "a", "text": "b"}\n{"ti',
    )
    assert talk.column("line") == [1, 2, 3, 7]
    assert talk.rejected == [4, 6, 8, 9]


def test_a_list_of_messages(tmp_path):
    rows = [
        {"createTime": 1515369626, "isSend": n % 2, "talker": PEER, "content": f'"{n}" \\ {{}}[]'} for n in range(5)
    ]
    talk = read_talk(tmp_path, "a.json", json.dumps(rows, ensure_ascii=False, indent=1))
    assert talk.reader == "json-array"
    assert talk.column("text") == [row["content"] for row in rows]
    assert talk.column("line") == [2, 8, 14, 20, 26]


def test_a_list_for_each_conversation(tmp_path):
    def chat(wxid, name, words):
        return {
            "wxid": wxid,
            "nickname": name,
            "messages": [{"createTime": 1515369626, "isSend": 0, "content": word, "type": 1} for word in words],
        }

    talk = read_talk(
        tmp_path,
        "a.json",
        json.dumps({"owner": OWN, "chats": [chat(PEER, "老王", "ab"), chat(OTHER, "李四", "c")]}, ensure_ascii=False),
    )
    assert talk.column("chat") == [PEER, PEER, OTHER]
    assert talk.column("chat_name") == ["老王", "老王", "李四"]
    assert talk.column("text") == ["a", "b", "c"]


def test_a_list_that_is_cut_off(tmp_path):
    rows = [{"createTime": 1515369626, "isSend": n % 2, "talker": PEER, "content": "x"} for n in range(5)]
    whole = json.dumps(rows, indent=1)
    talk = read_talk(tmp_path, "a.json", whole[:-60])
    assert len(talk.messages) == 4
    assert talk.rejected == [26]


def test_other_json_is_left_alone(tmp_path):
    assert read_talk(tmp_path, "a.json", '{"name": "x", "value": [1, 2]}').reader is None
    assert (
        read_talk(tmp_path, "a.jsonl", '{"name": "张三", "phone": "15400000001", "created": "2018-01-01"}\n' * 3).reader
        is None
    )


def test_telegram(tmp_path):
    message = {"type": "message", "date": "2018-01-23T11:04:59"}
    private = [
        {"id": 1, **message, "date_unixtime": "1516676699", "from": "老王", "from_id": "user1001", "text": "在吗"},
        {
            "id": 2,
            **message,
            "from": "Me",
            "from_id": "user42",
            "reply_to_message_id": 1,
            "text": ["看 ", {"type": "link", "text": "x.com"}, "]{"],
        },
        {"id": 3, **message, "from": "Me", "from_id": "user42", "photo": "photos/1.jpg", "text": ""},
        {
            "id": 4,
            **message,
            "from": "老王",
            "from_id": "user1001",
            "media_type": "voice_message",
            "file": "v/1.ogg",
            "text": "",
        },
        {"id": 5, **message, "from": "老王", "from_id": "user1001", "forwarded_from": "某人", "text": "15400000001"},
    ]
    group = [
        {
            "id": 7,
            **message,
            "type": "service",
            "actor": "A",
            "actor_id": "user1001",
            "action": "create_group",
            "title": "群",
            "text": "",
        },
        {"id": 8, **message, "from": "A", "from_id": "user1001", "file": "files/a.xlsx", "text": ""},
    ]
    export = {
        "personal_information": {"user_id": 42, "first_name": "Me", "phone_number": "+86 154 0000 0001"},
        "contacts": {"list": [{"user_id": 1001, "first_name": "A", "date": "2018-01-01T00:00:00"}]},
        "chats": {
            "list": [
                {"name": "老王", "type": "personal_chat", "id": 1001, "messages": private},
                {"name": "群", "type": "private_supergroup", "id": 5001, "messages": group},
            ]
        },
    }
    talk = read_talk(tmp_path, "result.json", json.dumps(export, ensure_ascii=False, indent=1))
    assert talk.reader == "telegram-json"
    assert talk.column("kind") == ["text", "text", "image", "voice", "forwarded", "system", "file"]
    assert talk.column("text")[:2] == ["在吗", "看 x.com]{"]
    assert talk.column("quoted")[1] == "在吗"
    assert talk.column("outgoing") == [False, True, True, False, False, None, False]
    assert talk.column("chat") == ["user1001"] * 5 + ["5001"] * 2
    assert talk.column("group") == [False] * 5 + [True] * 2
    assert set(talk.clocks) == {"2018-01-23 11:04:59"}
    assert {
        ("user42", "self", "Me"),
        ("user42", "phone", "+86 154 0000 0001"),
        ("user1001", "member", "5001"),
    } <= talk.facts
