"""Traditional and simplified writing of one name or address are one normal form."""

from __future__ import annotations

import pyarrow as pa

from headwater.identifiers import address, name
from headwater.identifiers.columns import compact_array, recognise
from headwater.identifiers.simplified import simplified, simplified_array


def test_one_by_one_and_as_a_column_give_the_same() -> None:
    texts = ["張三豐", "张三丰", "歐陽 鋒", None, "", "Wang Wei", "王乾", "臺北市大安區龍湖路１２號3室"]
    array = simplified_array(pa.array(texts, pa.string()))
    assert array.to_pylist() == [None if t is None else simplified(t) for t in texts]


def test_a_name_is_one_name_however_it_is_written() -> None:
    assert name.compact_array(pa.array(["張三豐", "张三丰", "劉 偉"])).to_pylist() == ["张三丰", "张三丰", "刘伟"]
    assert name.validate("鄭國棟") == name.validate("郑国栋")
    assert name.mask("歐陽小明") == "欧阳**"


def test_an_address_is_one_address_however_it_is_written() -> None:
    old, new = "廣州市天河區龍湖路12號3室", "广州市天河区龙湖路12号3室"
    assert address.validate(old) == address.validate(new)
    assert compact_array("address", pa.array([old, new])).unique().to_pylist() == [new]


def test_characters_that_simplified_writing_has_too_stay() -> None:
    assert simplified("王乾著徵") == "王乾著徵"


def test_a_column_of_traditional_names_is_known_by_its_header() -> None:
    told = recognise("姓名", pa.array(["張三豐", "劉偉", "趙麗", "陳國棟", "吳剛"]))
    assert told is not None
    assert (told.kind, told.share) == ("name", 1.0)
