"""Names and addresses in free text: where they begin and end, and what only looks like them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from headwater.identifiers.naming import Span, spans, spans_array


def found(text: str, kind: str) -> list[str]:
    return [text[s.start : s.end] for s in spans(text) if s.kind == kind]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我跟王小明说好了，明天一起去", ["王小明"]),
        ("麻烦通知李建国、陈雨婷和欧阳志强三位参加会议", ["李建国", "陈雨婷", "欧阳志强"]),
        ("刘伟经理和赵敏女士已确认", ["刘伟", "赵敏"]),
        ("記者張曉東報導", ["張曉東"]),
        ("请联系陈方安生", ["陈方安生"]),
        ("收件人：於菟丽 15400000000", ["於菟丽"]),
        ("投诉人古丽娜尔·艾力反映", ["古丽娜尔·艾力"]),
        ("Dear Mr John Smith, your policy", ["John Smith"]),
        ("Name: Wong Siu Ming, Tel", ["Wong Siu Ming"]),
    ],
)
def test_names_are_found_from_end_to_end(text: str, names: list[str]) -> None:
    assert found(text, "name") == names


@pytest.mark.parametrize(
    "text",
    [
        "今天大家都很高兴，马上就方便了",
        "任何问题请联系我，温度和金额都明白",
        "小王和老李去黄山出差了",
        "王总让我问问方案准备得怎么样了",
        "华为手机降价，周末全部半价",
        "石家庄到张家口的高铁票已经卖完",
        "何时可以办理？应该没有关系",
        "",
        "😀 abc 123",
    ],
)
def test_words_titles_and_places_are_no_names(text: str) -> None:
    assert found(text, "name") == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("我住在龙港镇泰和小区3栋2单元501室，快来", "龙港镇泰和小区3栋2单元501室"),
        ("地址：江苏省吴县龙湖路１２号3室，电话15400000000", "江苏省吴县龙湖路１２号3室"),
        ("收货地址 吴县白云路965号龙湖小区13栋102室 谢谢", "吴县白云路965号龙湖小区13栋102室"),
        ("寄到臺北市大安區和平東路二段300號12樓", "臺北市大安區和平東路二段300號12樓"),
        ("他家搬到了花园镇学府村4组79号。", "花园镇学府村4组79号"),
        ("家在九龍旺角學府道39號長江大廈14樓C室", "九龍旺角學府道39號長江大廈14樓C室"),
        ("现居住于龙湖镇建设小区6栋4单元102室", "龙湖镇建设小区6栋4单元102室"),
        (
            "Ship to Flat A, 12/F, Golden Court, 123 Nathan Road, Kowloon please",
            "Flat A, 12/F, Golden Court, 123 Nathan Road, Kowloon",
        ),
        ("lives at Hauptstraße 12, 80331 München", "Hauptstraße 12, 80331 München"),
    ],
)
def test_addresses_are_found_from_end_to_end(text: str, address: str) -> None:
    assert found(text, "address") == [address]


@pytest.mark.parametrize(
    "text",
    [
        "该区共有3个小区、2栋楼",
        "第12号文件已经下发",
        "坐2号线到5号口出来",
        "他家住得很远，路上要两个小时",
        "改造全县100多所学校",
        "地址：",
        "In 2019 Wall Street crashed",
    ],
)
def test_places_without_a_house_are_no_addresses(text: str) -> None:
    assert found(text, "address") == []


def test_a_span_shows_no_words() -> None:
    (span,) = spans("我叫王小明")
    assert span == Span("name", 2, 5, span.confidence)
    assert "王" not in repr(span)


def test_an_array_is_found_like_its_texts() -> None:
    texts = ["王小明经理住在龙港镇泰和小区3栋", None, "", "没有人", "轉給陳雨婷，谢谢"]
    rows = [(r["place"], r["kind"], r["compact"]) for r in spans_array(pa.array(texts, pa.string())).to_pylist()]
    assert rows == [(0, "name", "王小明"), (0, "address", "龙港镇泰和小区3栋"), (4, "name", "陈雨婷")]
    assert spans_array(pa.array([], pa.string())).num_rows == 0


@pytest.mark.parametrize(
    "text",
    ["张" * 200_000, "路" * 50_000, "1号" * 50_000, "·" * 100_000, "王·" * 50_000, "A " * 50_000, "\ud800王小明"],
)
def test_odd_texts_end_soon(text: str) -> None:
    assert all(0 <= s.start < s.end <= len(text) for s in spans(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("曾任某某公司董事长的莫里塞特昨天来访", ["莫里塞特"]),
        ("总统卡佩罗说", ["卡佩罗"]),
        ("秘书长丹增旺表示", ["丹增旺"]),
        ("本报记者岳泉摄", ["岳泉"]),
    ],
)
def test_what_stands_around_tells_names_that_characters_alone_do_not(text: str, names: list[str]) -> None:
    assert found(text, "name") == names


@pytest.mark.parametrize(
    "text",
    [
        "如有问题请联系 <service@example.com>。",
        "以干代学、重干轻学的习俗",
        "正以方兴未艾之势发育成长",
        "哈哈哈哈哈，嘻嘻嘻，哈哈",
        "张某把陕西某某公司告了",
        "感谢你们的高风亮节和今天的小事",
        "兼任陕西某某航空仪表有限公司、陕西某某有限责任公司监事",
    ],
)
def test_words_that_begin_like_names_are_none(text: str) -> None:
    assert found(text, "name") == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("我家在龙湖路 12 号 3 栋 2 单元 501 室，快来", "龙湖路 12 号 3 栋 2 单元 501 室"),
        ("出差：广州天河软件园 12 号楼", "广州天河软件园 12 号楼"),
        ("寄到上海市浦东新区张江路 665 弄 8 号楼 301", "上海市浦东新区张江路 665 弄 8 号楼 301"),
    ],
)
def test_numbers_of_houses_may_stand_in_spaces(text: str, address: str) -> None:
    assert found(text, "address") == [address]


@pytest.mark.parametrize(
    "text", ["大街 5 号线停运", "地铁中心大道 2 号线", "去中心医院 3 号窗口缴费", "中山路3号口出站"]
)
def test_lines_exits_and_counters_are_no_houses(text: str) -> None:
    assert found(text, "address") == []
