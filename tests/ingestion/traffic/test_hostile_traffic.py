"""A case of torn, odd and hostile files is read to its end: each file is read, set aside or said not to be read, and nothing leaks."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from bill_reading import book
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.exhibits.folder import open_case
from headwater.ingestion.traffic.stage import ingest_traffic
from headwater.store.workspace import open_workspace

MOBILE = "15400001234"
HEAD = "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender\n"
BILL = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n"
PAID = "2018-01-01 00:00:00,转账,老王,/,支出,{},零钱,对方已收钱,{},/,/\n"
UFDR = '<?xml version="1.0"?><project xmlns="http://pa.cellebrite.com/report/2.0"><decodedData><modelType type="Chat"><model type="Chat">'
SAID = '<model type="InstantMessage"><field name="Body"><value>{}</value></field><field name="TimeStamp"><value>{}</value></field></model>'


def row(number: int, time: object, text: str, shown: str = "") -> str:
    return f"{number},2,1,0,{number % 2},{time},,{text},{shown},,老王,wxid_peer765432\n"


def line(**more: object) -> str:
    return json.dumps(
        {"time": 1515369626, "from": "wxid_a1234567", "to": "wxid_b1234567", "text": f"查{MOBILE}"} | more
    )


def packed(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def counted(folder: Path, path: str, content: bytes) -> tuple[int, int, int]:
    """How many rows a file gave, how many lines were set aside, and how often it is said to be unread."""
    file = folder / "case" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    case = open_case(folder / "case")
    with open_workspace(folder / "space") as space:
        ingest_traffic(case, space)
        tables = [space.lake.read(name) for name in ("messages", "payments", "contacts", "bill_doubts")]
        told = [*space.manifest.rejected(), *space.manifest.not_read()]
        assert MOBILE not in f"{[table.to_pylist() for table in tables]} {told}"
        rows = sum(table.num_rows for table in tables[:2])
        return rows, len(space.manifest.rejected()), len(space.manifest.not_read())


EPOCHS = [
    1515486624,
    1515486624_000,
    1515486624_000000,
    1515486624_000000000,
    0,
    -1,
    10**20,
    10**400,
    "nan",
    "1e999",
    "",
]
YEARS = [
    "0000-00-00 00:00:00",
    "0001-01-01 00:00:00",
    "9999-12-31 23:59:59",
    "10000-01-01 00:00:00",
    "2018-02-30 01:00:00",
]
CHATS = {
    "epochs(wxid_peer765432).csv": HEAD + "".join(row(n, time, f"查{MOBILE}") for n, time in enumerate(EPOCHS)),
    "years(wxid_peer765432).csv": HEAD + "".join(row(n, "", "在", time) for n, time in enumerate(YEARS)),
    "old_mac(wxid_peer765432).csv": (HEAD + row(1, 1515486624, MOBILE) * 3).replace("\n", "\r"),
    "wide(wxid_peer765432).csv": HEAD + row(1, 1515486624, "字" * 2_000_000) + row(2, 1515486625, "在"),
    "halves.jsonl": "".join(line(text=f"好\ud83d{MOBILE}\udc00", chat=n) + "\n" for n in range(9)),
    "nothing.jsonl": "".join(line(text=None, extra=[{}, [], None]) + "\n" for _ in range(9)),
    "torn.json": f"[{line()}," * 3,
    "deep.json": f"[{line()}, " + "[" * 200_000,
    "half.xml": UFDR
    + SAID.format(f"&#55296;查{MOBILE}", "2018-01-01T00:00:00+08:00")
    + SAID.format("&#xDFFF;", "0000-00-00"),
    "note.txt": f"买牛奶 {MOBILE}\n" * 9,
    "nul.txt": "\0" * 9000,
}


@pytest.mark.parametrize("name", CHATS)
def test_a_hostile_chat_is_read_set_aside_or_said(tmp_path: Path, name: str) -> None:
    assert sum(counted(tmp_path, f"chats/h/{name}", CHATS[name].encode("utf-8", "surrogatepass"))) > 0


def test_times_of_any_unit_are_read_and_impossible_ones_set_aside(tmp_path: Path) -> None:
    read = counted(tmp_path, "chats/h/a(wxid_peer765432).csv", CHATS["epochs(wxid_peer765432).csv"].encode())
    assert read[0] + read[1] == len(EPOCHS) and read[0] >= 4


def test_lines_that_end_with_a_carriage_return_alone_are_lines(tmp_path: Path) -> None:
    content = CHATS["old_mac(wxid_peer765432).csv"].encode("gb18030")
    assert counted(tmp_path, "chats/h/a(wxid_peer765432).csv", content) == (3, 0, 0)


def test_half_a_character_costs_no_message(tmp_path: Path) -> None:
    assert counted(tmp_path, "chats/h/a.jsonl", CHATS["halves.jsonl"].encode()) == (9, 0, 0)


def test_archives_in_each_other_are_read_or_said(tmp_path: Path) -> None:
    content = (HEAD + row(1, 1515486624, MOBILE)).encode()
    for depth in range(3):
        content = packed("a(wxid_peer765432).csv" if depth == 0 else f"{depth}.zip", content)
    assert counted(tmp_path / "good", "chats/h/a.zip", content) == (1, 0, 0)
    for depth in range(9):
        content = packed(f"{depth}.zip", content)
    assert counted(tmp_path / "deep", "chats/h/a.zip", content) == (0, 0, 1)
    assert counted(tmp_path / "torn", "chats/h/a.zip", packed("a.csv", b"x" * 99)[:-20]) == (0, 0, 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-be", "utf-32"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    bill = (BILL + PAID.format("1.00", 7)).encode(encoding)
    assert counted(tmp_path, "payments/h/a.csv", bill) == (1, 0, 0)


SUMS = ["¥1,000.50", "NaN", "inf", "-1", "1" * 400, "", "=1+1", "9e99"]


def test_sums_that_are_none_are_set_aside(tmp_path: Path) -> None:
    text = BILL + "".join(PAID.format(f'"{sum_}"', n) for n, sum_ in enumerate(SUMS))
    rows, aside, unread = counted(tmp_path, "payments/h/a.csv", text.encode())
    assert rows + aside == len(SUMS) and rows >= 2 and unread == 0


def test_formulas_of_a_workbook_are_no_sums(tmp_path: Path) -> None:
    cells = PAID.format("=SUM(1,2)", '="100"').strip().split(",", 5)
    made = book([BILL.strip().split(","), [*cells[:5], "=SUM(1,2)", "零钱", "对方已收钱", '="100"', "/", "/"]])
    assert counted(tmp_path, "payments/h/a.xlsx", made) == (0, 1, 0)


@pytest.mark.parametrize("part", ["chats", "payments", "contacts"])
def test_the_first_line_of_an_unknown_text_is_shown_masked(tmp_path: Path, part: str) -> None:
    file = tmp_path / "case" / part / "h" / "a.txt"
    file.parent.mkdir(parents=True)
    file.write_text(f"\n记一下 张伟 {MOBILE[:3]}-{MOBILE[3:7]}-{MOBILE[7:]} 的事\n别的", "gb18030")
    with open_workspace(tmp_path / "space") as space:
        ingest_traffic(open_case(tmp_path / "case"), space)
        told = [(each.path, each.first_line) for each in space.manifest.not_read()]
    assert told == [(f"{part}/h/a.txt", "记一下 张* 154****1234 的事")]


PIECES = st.one_of(
    st.sampled_from(
        [
            HEAD,
            BILL,
            row(1, 1515486624, MOBILE),
            PAID.format("1", "2"),
            line() + "\n",
            "[",
            '"',
            "\r",
            "\n",
            "\ufeff",
            UFDR,
            "]]>",
        ]
    ),
    st.text(max_size=30),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(PIECES, max_size=8),
    st.sampled_from(["chats", "payments", "contacts"]),
    st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_whatever_is_put_together_nothing_breaks(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str], part: str, encoding: str
) -> None:
    content = "".join(pieces).encode(encoding, "replace")
    counted(tmp_path_factory.mktemp("case"), f"{part}/h/a.txt", content)
