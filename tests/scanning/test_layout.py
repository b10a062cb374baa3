"""What is kept of how a table is laid out: columns known again, pictures of cells, order; and no cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_rows import POLICY, TOKENISER, csv, made_row

from headwater.exhibits.opening import members
from headwater.model.exhibit import Exhibit
from headwater.model.tables import SCHEMAS
from headwater.scanning.scan import Scanned, scan

ROWS = [made_row(n) for n in range(30)]


def laid_out(folder: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Scanned:
    file = folder / "list.csv"
    file.write_text(csv(header, rows), encoding="utf-8")
    exhibit = Exhibit("leaks/list.csv", file, "leaks", None, file.stat().st_size)
    (found,) = scan(
        members(exhibit), role="leak", holder=None, tokeniser=TOKENISER, own=[POLICY], known=["Mobile", "premium"]
    )
    assert found.columns.schema == SCHEMAS["document_columns"]
    return found


def test_columns_kinds_forms_and_order(tmp_path: Path) -> None:
    rows = [
        (
            name,
            f"{m[:3]}-{m[3:7]}-{m[7:]}",
            f"PL{900 - i:09}",
            f"2026/{1 + i // 3}/5",
            f"{m[:3]}****{m[7:]}",
            "30" if i % 2 else "7",
        )
        for i, (name, _id, m, _a) in enumerate(ROWS)
    ]
    found = laid_out(tmp_path, ("name", " MOBILE ", "policy_no", "day", "masked", "Premium"), rows)
    told = {r["place"]: r for r in found.columns.to_pylist()}
    assert [told[i]["column"] for i in range(1, 7)] == [None, "mobile", None, None, None, "premium"]
    assert [told[i]["kind"] for i in range(1, 7)] == ["name", "mobile", "own:policy_no", None, None, None]
    assert [told[i]["form"] for i in range(1, 6)] == [None, "000-0000-0000", "AA000000000", "0000/0/0", "000*0000"]
    assert (told[2]["rises"], told[2]["falls"], told[3]["falls"]) == (29, 0, 29)
    assert (told[4]["rises"], told[4]["falls"], told[4]["ties"]) == (9, 0, 20)  # day 10 stands after day 9
    assert (told[6]["rises"], told[6]["falls"]) == (15, 14)


@pytest.mark.parametrize("header", ["张三", "13800138000", "姓名 of somebody"])
def test_a_header_that_is_no_column_of_ours_is_not_kept(tmp_path: Path, header: str) -> None:
    found = laid_out(tmp_path, (header, "x_no"), [(r[0], str(i)) for i, r in enumerate(ROWS)])
    assert header not in str(found.columns.to_pylist())
    assert not {cell for r in ROWS for cell in r} & {v for r in found.columns.to_pylist() for v in r.values()}
