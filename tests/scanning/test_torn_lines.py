"""Lines of a table that are no rows of it are set aside by name and number, and searched all the same."""

from __future__ import annotations

from pathlib import Path

from made_rows import made_row

from headwater.exhibits.contents import Given, Passage
from headwater.exhibits.member import plain
from headwater.exhibits.opened import NO_ROWS, opened
from headwater.exhibits.sheets import Sheet
from headwater.investigation.surveying import survey
from headwater.model.exhibit import Exhibit


def write(folder: Path) -> Path:
    """A table of sixty people, the rows of three of whom are ragged: two that follow each other, and one."""
    rows = [",".join(made_row(n)[:3]) for n in range(60)]
    for n in (10, 11, 40):
        rows[n] += ",补充,备注"
    file = folder / "a.csv"
    file.write_text("\n".join(["姓名,身份证号,手机", *rows]), "utf-8")
    return file


def test_ragged_lines_come_as_text_behind_the_table(tmp_path: Path) -> None:
    file = write(tmp_path)
    pieces = [piece.content for piece in opened(plain(Exhibit("a.csv", file, "", None, file.stat().st_size)), Given())]
    tables = [piece for piece in pieces if isinstance(piece, Sheet)]
    texts = [piece for piece in pieces if isinstance(piece, Passage)]
    assert [number for table in tables for number, _ in table.rejected] == [12, 13, 42]
    assert [(text.name, text.first_line, len(text.lines)) for text in texts] == [(NO_ROWS, 12, 2), (NO_ROWS, 42, 1)]


def test_who_stands_in_a_ragged_line_is_counted(tmp_path: Path) -> None:
    write(tmp_path)
    answer = survey([tmp_path])
    assert (answer["totals"]["persons"], answer["totals"]["named"]) == (60, 60)
    assert answer["files"][0]["status"] == "partly read"
