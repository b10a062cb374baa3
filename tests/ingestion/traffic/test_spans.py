"""Whoever a message names is found however the number is written, and nothing of the number is left to be read."""

import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.identifiers.made_ids import made_card, made_id, made_mobile

from headwater.identifiers import normal
from headwater.ingestion.traffic.marked import marked
from headwater.ingestion.traffic.spans import rewritten, spans
from headwater.ingestion.traffic.straight import straightened
from headwater.store.tokens import Tokeniser

NUMBER = made_mobile(67047865)
ID = made_id(7)
WITH_X = next(made_id(n) for n in range(99) if made_id(n).endswith("X"))
TOKENS = Tokeniser(b"k" * 32)
WORDS = str.maketrans("0123456789", "零一二三四五六七八九")
BOXES = "".join(f"{figure}\ufe0f\u20e3" for figure in NUMBER)


def told(text):
    return [(each.kind, each.compact) for each in spans(pa.array([text])).get(0, [])]


def masked(text):
    return marked(pa.array([text]), TOKENS).text[0].as_py()


WRITTEN = {
    "plain": "15467047865",
    "full width": "１５４６７０４７８６５",
    "dashes": "154-6704-7865",
    "blanks": "154 6704 7865",
    "points": "154.6704.7865",
    "middle dots": "154·6704·7865",
    "two groups": "154-67047865",
    "odd groups": "1546-704-7865",
    "figure by figure": "1 5 4 6 7 0 4 7 8 6 5",
    "in words": NUMBER.translate(WORDS),
    "in words, apart": "幺五四 六七零四 七八六五",
    "in words and figures": "一五四6704七八六五",
    "in boxes": BOXES,
    "with the country": "+86 154-6704-7865",
}


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize(
    "around", ["{}", "查{}定位", "卢超轩 {}", "@老王 查一下 {} 谢谢\n急", "🙏{}🔥", "姓名卢超轩电话{}"]
)
def test_a_mobile_is_one_number_however_it_is_written(form, around):
    text = around.format(WRITTEN[form])
    assert ("mobile", NUMBER) in told(text)
    shown = masked(text)
    assert "154****7865" in shown and "6704" not in shown and WRITTEN[form] not in shown
    assert shown.endswith(around.partition("{}")[2])


@pytest.mark.parametrize("number", ["154-6704-7865", "15467047865", "154.6704.7865"])
def test_a_name_before_a_number_is_a_name_and_no_address(number):
    assert told(f"卢超轩 {number}") == [("name", "卢超轩"), ("mobile", NUMBER)]
    assert masked(f"卢超轩 {number}") == "卢** 154****7865"


def test_a_number_over_the_end_of_a_line_names_nobody_alone_but_is_covered():
    assert told("查1546704\n7865 急") == [("mobile~", NUMBER)]
    assert masked("查1546704\r\n7865 急") == "查154****7865 急"
    parts = [marked(pa.array([text]), TOKENS).parts[0].as_py() for text in (NUMBER, "查1546704\n7865")]
    assert set(parts[0]) == set(parts[1])


@pytest.mark.parametrize(
    "text", ["1500\n13800138", "1546704\n7865元", "转 1500 2000 30000", "150 300 5000", "3.5 1200 800"]
)
def test_sums_are_no_numbers(text):
    assert told(text) == [] and masked(text) == text


def test_identity_numbers_are_read_with_blanks_line_ends_and_a_small_letter():
    for text in (ID, f"{ID[:6]} {ID[6:14]} {ID[14:]}", f"{ID[:8]}\n{ID[8:]}", f"{ID[:6]}-{ID[6:14]}-{ID[14:]}"):
        assert told(f"身份证{text}") == [("resident_id", ID)]
        assert ID[6:14] not in masked(f"身份证{text}").replace("\n", "").replace(" ", "")
    assert told(f"查{WITH_X.lower()}户籍") == [("resident_id", WITH_X)]


@pytest.mark.parametrize("text", ["粤B12345", "粤b12345", "粤 B 12345", "粤B·12345", "粤b·12345", "粤B-12345"])
def test_plates(text):
    assert told(f"查{text}车主") == [("plate", "粤B12345")]
    assert masked(f"查{text}车主") == "查粤B***45车主"


def test_a_plate_of_letters_alone_is_one_beside_a_word():
    assert told("查车牌粤BHADAF实时位置") == [("plate", "粤BHADAF")]
    assert masked("车牌：粤BHADAF") == "车牌：粤B***AF" and told("新京JDPLUS会员") == []


@pytest.mark.parametrize(
    ("text", "kind", "compact"),
    [
        ("+86154****7865", "mobile~", "154****7865"),
        ("+86 154****7865的机主", "mobile~", "154****7865"),
        ("0086-154xxxx7865", "mobile~", "154XXXX7865"),
        ("154….7865", "mobile~", "154….7865"),
        ("154...7865", "mobile~", "154...7865"),
        ("6222****0005", "bank_card~", "6222****0005"),
        ("6222********0005", "bank_card~", "6222********0005"),
        ("6222 **** **** 0005", "bank_card~", "6222********0005"),
        ("1101**********0019", "resident_id~", "1101**********0019"),
    ],
)
def test_what_is_masked_already_is_kept_as_part_of_a_key(text, kind, compact):
    assert told(text) == [(kind, compact)]
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "kind", "account"),
    [
        ("加我wxid_abc", "wechat", "wxid_abc"),
        ("新号wxid_qq11aa22bb33cc，旧号不用了", "wechat", "wxid_qq11aa22bb33cc"),
        ("我换号了，新微信 laowang_2019", "wechat", "laowang_2019"),
        ("加V laowang2019 备注老王", "wechat", "laowang2019"),
        ("wx换成Laowang2019了", "wechat", "laowang2019"),
        ("加q123456789", "qq", "123456789"),
        ("我q是123456789", "qq", "123456789"),
        ("扣扣123456789", "qq", "123456789"),
    ],
)
def test_accounts_named_in_passing_are_tokens_of_accounts(text, kind, account):
    assert told(text) == [(kind, account)]
    row = marked(pa.array([text]), TOKENS)
    assert row.tokens[0].as_py() == [f"{kind}:{TOKENS.token(kind, account)}"]
    assert account not in row.text[0].as_py().lower() and f"⟨{kind}⟩" in row.shape[0].as_py()


@pytest.mark.parametrize("text", ["扣12345元", "微信转账", "加我微信", "qq登录", "wxid", "微信 excel"])
def test_talk_of_accounts_is_none(text):
    assert told(text) == []


def test_each_line_of_a_message_keeps_its_own_subject():
    text = "\n".join(
        f"{name} {made_mobile(n)} 查定位" for n, name in enumerate(["张伟", "李娜", "王芳"], start=1_000_001)
    )
    assert told(text) == [
        pair
        for n, name in enumerate(["张伟", "李娜", "王芳"], start=1_000_001)
        for pair in (("name", name), ("mobile", made_mobile(n)))
    ]
    assert masked(text).count("\n") == 2


FILLERS = st.sampled_from(
    ["查", " ", "，", "\n", "定位 ", "急🙏", "卢超轩", "¥300 ", "/", "的", "@老王 ", "wx", "\u200b"]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(FILLERS, st.sampled_from([*WRITTEN.values(), ID, made_card(5), "粤b12345"])), max_size=9))
def test_spans_lie_apart_and_what_is_shown_keeps_no_number(parts):
    text = "，".join(parts)
    found = spans(pa.array([text]))
    for one, other in zip(found.get(0, []), found.get(0, [])[1:], strict=False):
        assert one.end <= other.start
    assert all(0 <= each.start < each.end <= len(text) for each in found.get(0, []))
    shown = next((told for _, told, _ in rewritten([text], found)), text)
    packed = re.sub(r"[^0-9零一二三四五六七八九幺]", "", normal.narrow(shown)).translate(
        str.maketrans("零一二三四五六七八九幺", "01234567891")
    )
    assert NUMBER not in packed and ID not in packed


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from("0123456789 一五X粤bB.-\n*零京a\ufe0f\u20e3"), max_size=40))
def test_no_text_changes_its_length(text):
    made = straightened(pa.array([text, None, text]))
    assert len(made.texts[0].as_py()) == len(text)
    assert made.texts[1].as_py() is None and made.texts[2] == made.texts[0]
    marked(pa.array([text]), TOKENS)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"程文 {ID} 详版征信 有吗", ["程文"]),
        (f"帮出征信 {ID}沈嘉琪", ["沈嘉琪"]),
        (f"再来一个 彭远超{NUMBER} 定位", ["彭远超"]),
        (f"王宁磊，{NUMBER}，三个月话单", ["王宁磊"]),
        (f"方强军+{NUMBER}", ["方强军"]),
        ("石子：没有记录", ["石子"]),
        ("2、史静：空的\n3、江艳：无", ["史静", "江艳"]),
        ("户主邵宁 妻韦思晨 子邵雨", ["邵宁", "韦思晨", "邵雨"]),
        ("余额：300\n单位：某厂\n方式：快递\n时间：明天\n金额：20", []),
        ("[聊天记录] 史静：在吗", []),
        (f"{NUMBER} 定位", []),
        (f"急 {NUMBER} 谢谢", []),
        (f"老板 {NUMBER} 查档", []),
        (f"订单 {NUMBER} 户籍信息", []),
    ],
)
def test_a_name_beside_a_number_needs_no_word_that_tells_it(text, names):
    found = spans(pa.array([text])).get(0, [])
    assert [each.compact for each in found if each.kind == "name"] == names
    assert all(name not in masked(text) for name in names)
