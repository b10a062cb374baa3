"""What is put down of accounts beside the messages and payments that name them: tokens, masks, whom a device was found with."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from tests.identifiers.made_ids import made_id

from headwater.identifiers.account_name import wechat
from headwater.ingestion.traffic.accounts import account_id, masked_number
from headwater.ingestion.traffic.marked import marked
from headwater.ingestion.traffic.raw import RAW_MESSAGES, RAW_PAYMENTS, raw_table
from headwater.ingestion.traffic.rows import RowMaker, placed
from headwater.ingestion.traffic.spans import is_person
from headwater.store.tokens import Tokeniser

TOKENS = Tokeniser(b"k" * 32)
MAKER = RowMaker(ZoneInfo("Asia/Shanghai"), TOKENS)


def made(table: str, raw: pa.Table) -> dict[str, pa.Table]:
    return MAKER.of(table, placed(raw, "payments/赵小明/bill.csv", "赵小明"), {})


def facts(table: str, raw: pa.Table) -> list[dict[str, object]]:
    return made(table, raw)["contacts"].to_pylist()


def test_an_account_is_known_by_the_token_that_a_text_gives_it() -> None:
    account = "wxid_a1b2c3d4e5f6g7"
    raw = raw_table(RAW_MESSAGES, {"line": [2], "chat": [account], "group": [False], "text": ["ok"]}, 1)
    told = [f for f in facts("messages", raw) if f["kind"] == "wechat"]
    assert [(f["alias"], f["token"]) for f in told] == [(account, TOKENS.token("wechat", wechat.compact(account)))]
    named = marked(pa.array([f"新微信 {account}"]), TOKENS)
    assert named.tokens.to_pylist() == [[f"wechat:{told[0]['token']}"]]


@pytest.mark.parametrize(
    ("number", "kind", "mask"),
    [
        ("6200000000000005", "card", "6200********0005"),
        ("15400000001", "phone", "154****0001"),
        ("li.si@example.com", "wallet", "l***@example.com"),
    ],
)
def test_a_number_that_a_bill_pays_to_is_shown_by_its_mask_alone(number: str, kind: str, mask: str) -> None:
    columns = {"line": [7], "channel": ["bank"], "direction": ["out"], "other": [number], "amount": [5.0]}
    rows = made("payments", raw_table(RAW_PAYMENTS, columns, 1))
    told = [f for f in rows["contacts"].to_pylist() if f["kind"] == kind]
    assert [(f["alias"], f["name"], f["line"]) for f in told] == [(rows["payments"]["payee"][0].as_py(), mask, 7)]
    assert number not in str(rows["payments"].to_pylist()) + str(told)


@pytest.mark.parametrize(
    ("text", "account"),
    [("卡号 6200000000000005", "6200000000000005"), ("支付宝 15400000001", "15400000001")],
)
def test_a_number_to_be_paid_on_has_the_token_of_the_account(text: str, account: str) -> None:
    columns = {"line": [7], "channel": ["bank"], "direction": ["out"], "other": [account], "amount": [5.0]}
    payee = made("payments", raw_table(RAW_PAYMENTS, columns, 1))["payments"]["payee"][0].as_py()
    tokens = marked(pa.array([text]), TOKENS).tokens.to_pylist()[0]
    assert [t.partition(":")[2] for t in tokens] == [payee.partition(":")[2]]


def test_a_device_is_of_whom_it_was_found_with() -> None:
    raw = raw_table(RAW_MESSAGES, {"line": [2], "chat": ["wxid_a1b2c3d4e5f6g7"], "group": [False], "text": ["ok"]}, 1)
    told = [f for f in facts("messages", raw) if f["kind"] == "name"]
    assert [(f["alias"], f["name"]) for f in told] == [(MAKER.teller.device("赵小明"), "赵**")]


@pytest.mark.parametrize(
    ("label", "person"), [("张伟", True), ("于燕波", True), ("蓝天", False), ("云淡风轻", False), ("阿强", False)]
)
def test_a_nickname_that_is_a_word_is_no_persons_name(label: str, person: bool) -> None:
    assert is_person(label) is person


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("wxid_a1b2c3d4e5f6g7", "wxid_a1b2c3d4e5f6g7"),
        ("wxid_a15400000001b7", "wxid_a15400000001b7"),
        ("12345678@chatroom", "12345678@chatroom"),
        ("120363000000000000@g.us", "120363000000000000@g.us"),
        ("154****0001", "masked:154****0001"),
        ("贝*宝(154****0001)", "masked:154****0001"),
        ("wxid_a1b2c3d4(老王)", "wxid_a1b2c3d4"),
    ],
)
def test_what_names_nobody_in_the_world_stays_as_it_is(written: str, named: str) -> None:
    assert account_id(written, TOKENS) == named


@pytest.mark.parametrize(
    "written",
    [
        "15400000001",
        "+86 154-0000-0001",
        "(+86)15400000001",
        "8615400000001@s.whatsapp.net",
        "李四(15400000001)",
        "154.0000.0001",
    ],
)
def test_a_telephone_is_one_account_however_it_is_written(written: str) -> None:
    assert account_id(written, TOKENS) == f"phone:{TOKENS.token('mobile', '15400000001')}"
    assert masked_number(f"phone:{'0' * 32}", written) == "154****0001"


@pytest.mark.parametrize(
    "written",
    [
        "李四",
        "15400000001 李四",
        "zhang15400000001",
        made_id(7),
        made_id(7).lower(),
        "贝*宝 154****0001",
        "卡6200000000000005",
    ],
)
def test_what_is_no_account_never_reaches_the_lake_as_one(written: str) -> None:
    account = account_id(written, TOKENS)
    assert account is not None and account.partition(":")[0] in ("account", "id")
    assert written not in account and account == account_id(f" {written} ", TOKENS)


def test_names_and_numbers_in_names_of_files_are_masked() -> None:
    names = ["李四_15400000001_征信.xlsx", "张伟征信报告.pdf", "业主名单616.xlsx", None]
    columns = {"line": [1, 2, 3, 4], "sender": ["wxid_a1b2c3d4e5f6g7"] * 4, "group": [False] * 4, "file": names}
    rows = made("messages", raw_table(RAW_MESSAGES, columns, 4))["messages"]
    assert rows["file"].to_pylist() == ["李*_154****0001_征信.xlsx", "张*征信报告.pdf", "业主名单616.xlsx", None]
