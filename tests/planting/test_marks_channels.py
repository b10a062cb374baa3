"""Channels: two forms, one meaning, each read back whatever the others show."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.identifiers import address
from headwater.planting.marks import forms
from headwater.planting.marks.channels import CHANNELS, UNCLEAR
from headwater.planting.marks.layout import Slot, written
from headwater.planting.marks.refusing import holds_addresses, refusal

ADDRESS = "湖北省汉阳县人民路145弄27号2303室"
SAMPLES = {
    "place-gap": (ADDRESS, "湖北省 汉阳县人民路145弄27号2303室"),
    "number-gap": (ADDRESS, "湖北省汉阳县人民路 145弄27号2303室"),
    "room-gap": (ADDRESS, "湖北省汉阳县人民路145弄27号 2303室"),
    "digit-width": (ADDRESS, "湖北省汉阳县人民路１４５弄２７号２３０３室"),
    "province": (ADDRESS, "湖北汉阳县人民路145弄27号2303室"),
    "clock-seconds": ("2024-03-04 09:15", "2024-03-04 09:15:00"),
    "date-sign": ("2024-03-04", "2024/03/04"),
    "month-zero": ("2024-03-04", "2024-3-04"),
    "bracket-width": ("某某(本部)公司", "某某（本部）公司"),
    "thousands": ("12206", "12,206"),
    "note-order": ("丙；甲", "甲；丙"),
}
SAMPLES["note-order"] = tuple(sorted(SAMPLES["note-order"]))  # type: ignore[assignment]
ON_ADDRESSES = [name for name, channel in CHANNELS.items() if channel.meaning is forms.ADDRESS]


def one(name: str, text: str | None, form: bool) -> str | None:
    return CHANNELS[name].write(pa.array([text], pa.string()), np.array([form]))[0].as_py()  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", CHANNELS)
def test_each_channel_writes_and_reads_both_forms(name: str) -> None:
    zero, other = SAMPLES[name]
    assert (one(name, zero, True), one(name, other, False)) == (other, zero)
    assert (one(name, zero, False), one(name, other, True)) == (zero, other)
    assert CHANNELS[name].read(pa.array([zero, other, None, "", "某"])).tolist() == [0, 1, UNCLEAR, UNCLEAR, UNCLEAR]


@pytest.mark.parametrize("name", CHANNELS)
def test_both_forms_have_one_meaning_and_are_known_again_as_one(name: str) -> None:
    both = pa.array(SAMPLES[name])
    meant, stable = CHANNELS[name].meaning.of(both), forms.stable(both)
    assert meant[0] == meant[1]
    assert stable[0] == stable[1]


PIECES = st.lists(st.sampled_from("上海市川沙县湖北省解放路弄号室栋座ABab 　1２3４5-()（），"), max_size=24).map(
    "".join
)


@settings(max_examples=10, deadline=None)
@given(st.lists(PIECES, min_size=60, max_size=60), st.integers(0, 2**32 - 1))
def test_no_address_changes_its_normal_form(texts: list[str], seed: int) -> None:
    dice = np.random.default_rng(seed)
    slots = [(Slot(0, "address", name), dice.random(60) < 0.5) for name in ON_ADDRESSES]
    made = written(pa.array(texts), slots).to_pylist()
    assert [address.compact(each) for each in made] == [address.compact(each) for each in texts]


def test_channels_on_one_cell_are_read_apart() -> None:
    """All 32 ways to choose the forms of one address, the province's ending among them."""
    ways = np.arange(32)
    values = pa.array([ADDRESS] * 32)
    apart = ("number-gap", "room-gap", "digit-width", "province")
    for place, name in enumerate(("place-gap", *apart)):
        values = CHANNELS[name].write(values, (ways >> place & 1) == 1)
    for place, name in enumerate(apart, 1):
        if name != "province":  # behind a gap it is not written short
            assert CHANNELS[name].read(values).tolist() == (ways >> place & 1).tolist()
    assert len(set(values.to_pylist())) >= 24


def test_a_prefecture_of_a_provinces_name_is_no_province() -> None:
    assert CHANNELS["province"].read(pa.array(["吉林市昌邑区某路1号", "海南藏族自治州某县"])).tolist() == [UNCLEAR] * 2


def test_only_a_column_of_addresses_takes_forms_of_addresses() -> None:
    for header, values in (("住址", ["某某路2号"]), ("x", [ADDRESS])):
        assert holds_addresses(header, pa.array(values))
    for header, values in (("开户行", ["某某银行川沙支行2号"]), ("备注", ["第2次来访"])):
        assert not holds_addresses(header, pa.array(values))


def test_minutes_and_seconds_and_parts_of_a_building_are_no_time_and_no_month() -> None:
    for name, text in (
        ("clock-seconds", "2:12"),
        ("clock-seconds", "09:15:00"),
        ("month-zero", "3-5"),
        ("month-zero", "1/2"),
    ):
        assert CHANNELS[name].read(pa.array([text])).tolist() == [UNCLEAR], (name, text)
    assert one("month-zero", "9月", False) == "09月"


def test_a_clock_with_seconds_of_its_own_is_left_alone() -> None:
    assert one("clock-seconds", "09:15:37", True) == one("clock-seconds", "09:15:37", False) == "09:15:37"


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("premium", ["2313", "1621"]),
        ("保费", ["2313", "1621"]),
        ("账户余额", ["1,000", "2,000"]),
        ("birth_date", ["1980-01-02", "1991-03-04"]),
        ("出生日期", ["1980-01-02", "1991-03-04"]),
        ("mobile", ["16403343668", "16977013873"]),
        ("x", ["132101199001010010", "320222200806150017"]),
        ("cust_name", ["刘娜思", "林艳"]),
        ("email", ["a@example.com", "b@example.com"]),
        ("id_card", ["", ""]),
        ("born_on", ["1980-01-02", "1991-03-04"]),
        ("生辰", ["1980-01-02", "1991-03-04"]),
        ("x", ["1951-01-02", "1980-01-02", "1991-03-04"]),
        ("合同编号", ["沪保字2020第00002号"] * 2),
        ("x", ["沪保字2020第00002号", "(2020)沪01民初3号"]),
        ("保单号", ["沪A险000002"] * 2),
        ("开户行", ["某某银行川沙支行2号"] * 2),
        ("x", ["300001", "300002"]),
        ("policyNo", ["PA(2024)77"] * 2),
        ("contractNumber", ["沪(2020)3号"] * 2),
        ("HTTPInvoiceId", ["(2024)A-1"] * 2),
        ("premiumAmount", ["a", "b"]),
    ],
)
def test_identity_contact_and_money_are_never_marked(header: str, values: list[str]) -> None:
    assert refusal(header, pa.array([each or None for each in values])) is not None


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("home_address", [ADDRESS, ADDRESS]),
        ("due_month", ["06月", "10月"]),
        ("valid_from", ["2024-01-02", "2024-03-04"]),
        ("事故发生日期", ["2024-01-02", "2024-03-04"]),
        ("place", ["某某(本部)公司100", "某某(分部) 公司2"]),
        ("mileage", ["98000", "120500"]),
        ("payloadKind", ["(a)", "(b)"]),
    ],
)
def test_addresses_and_days_of_business_may_be(header: str, values: list[str]) -> None:
    assert refusal(header, pa.array(values)) is None
