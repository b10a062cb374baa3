"""Lines of the case folder as they may be shown: staff veiled, everybody else masked, what may hide something cut."""

from __future__ import annotations

import pytest

from headwater.casework.veil import Veil
from headwater.console.triage.covering import LONGEST, READ, covered
from headwater.model.evidence import Citation
from headwater.model.organisation import Organisation, Person
from headwater.store.tokens import Tokeniser

TOKENISER = Tokeniser(b"k" * 32)
NOBODY = Person("E1021", "闫**", "", "", "", "", None, None, None, "WS-7", "10.1.1.7", Citation("hr/roster.csv", 2))


@pytest.fixture(scope="module")
def veil() -> Veil:
    return Veil(Organisation({"E1021": NOBODY}), TOKENISER, frozenset({"u1021", "bx100051"}), frozenset({"PC-2010"}))


SECRETS = (
    "15400000001",
    "110105194912310021",
    "6200000000000005",
    "张晓明",
    "E1021",
    "u1021",
    "WS-7",
    "PC-2010",
    "bx100051",
)


@pytest.mark.parametrize("part", ["logs", "hr", "seized", "complaints.csv"])
@pytest.mark.parametrize(
    "line",
    [
        "2024-03-12 19:49:55 u1021 asked for 张晓明 15400000001",
        "GET /crm/find?name=%E5%BC%A0%E6%99%93%E6%98%8E&tel=15400000001 HTTP/1.1 u1021",
        '{"q": "\\u5f20\\u6653\\u660e", "host": "PC-2010", "card": "6200000000000005"}',
        "select * from t where name = '张晓明' and id = '110105194912310021' -- bx100051",
        "E1021,张晓明,110105194912310021,WS-7",
        "姓名：张晓明 电话：154 0000 0001",
        "路径 D:\\客户\\张晓明\\名单.xlsx by E1021",
    ],
)
def test_nobody_stands_in_a_covered_line(veil: Veil, line: str, part: str) -> None:
    shown = covered(line, part, veil)
    for secret in SECRETS:
        assert secret not in shown
    assert "154 0000 0001" not in shown
    assert "%E5" not in shown
    assert "\\u5f20" not in shown


def test_a_line_of_a_log_keeps_what_the_evidence_rests_on(veil: Veil) -> None:
    line = "2024-03-12 19:49:55.333 CST,u1021,SELECT cust_no FROM core.t WHERE cust_no = 'K100001',24"
    assert covered(line, "logs", veil) == (
        f"2024-03-12 19:49:55.333 CST,{veil.account('u1021')},SELECT cust_no FROM core.t WHERE cust_no = '…',24"
    )


def test_a_row_about_people_keeps_days_numbers_and_pseudonyms_only(veil: Veil) -> None:
    shown = covered("E1021,Zhang Wei,sales,2024-01-29,12,1234567", "hr", veil)
    assert shown == f"{veil.person('E1021')},… …,…,2024-01-29,12,…"


def test_record_numbers_and_long_codes_are_cut(veil: Veil) -> None:
    shown = covered('"GET /api/clients/C107777 HTTP/1.1" key=AKIAIOSFODNN7EXAMPLEAKIAIOSFODNN7EXAMPLE', "logs", veil)
    assert "C107777" not in shown
    assert "AKIAIOSFODNN7" not in shown
    assert "C1***77" in shown


def test_a_long_line_is_cut_where_no_number_is_halved(veil: Veil) -> None:
    line = f"{'x ' * (READ // 2 - 3)} 15400000001 tail"
    shown = covered(line, "logs", veil)
    assert len(shown) <= LONGEST + 2
    assert "1540000" not in covered(line[-(READ + 8) :], "logs", veil)


def test_a_pseudonym_of_digits_alone_stays_itself(veil: Veil) -> None:
    """What stands for a name was just made: it is no number of anybody."""
    shown = covered("U-1234567890 and 1234567890", "logs", veil)
    assert shown == "U-1234567890 and 12******90"
