"""Whose copy a leak was made of: parts, shuffled, reformatted, padded, merged, noisy; and leaks of no marked copy."""

from __future__ import annotations

import csv
import io
import random
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from headwater.model.errors import StoreError, UnreadableError
from headwater.model.exhibit import NotRead
from headwater.planting.marks.channels import CHANNELS
from headwater.planting.marks.detecting import Answer, Leaked, detect, leaked
from headwater.planting.marks.marking import Wanted, mark
from headwater.planting.marks.registry import Registry
from headwater.planting.marks.sentences import said, statements, unknown
from headwater.simulation.simulate import simulate
from headwater.simulation.workbook import workbook
from headwater.store.workspace import open_workspace

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
RECIPIENTS = tuple(f"branch-{n}" for n in range(8))
Rows = list[list[str]]


@dataclass(frozen=True)
class Marked:
    """A registry with copies of one export for eight recipients, and what each copy says."""

    registry: Registry
    copies: dict[str, Rows]
    original: Rows


def read(file: Path) -> Rows:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    root = tmp_path_factory.mktemp("marks")
    simulate("insurer", root / "case", seed=3, events=60, staff=20, clients=250, days=5, crimes=[], leaks=[])
    file = root / "case" / "clients" / "policyholders.csv"
    with open_workspace(root / "space") as space:
        registry = Registry(space)
        made = mark(file, RECIPIENTS, root / "out", registry, Wanted(), NOW)
        yield Marked(registry, {name: read(path) for name, path in made.files.items()}, read(file))


def found(marked: Marked, rows: Rows, folder: Path, name: str = "leak.csv") -> Answer:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    (folder / name).write_text(text.getvalue(), "utf-8")
    (table,) = leaked(folder / name)
    assert isinstance(table, Leaked)
    (answer,) = detect(table, marked.registry)
    return answer


def named(answer: Answer) -> set[str]:
    return {each.recipient for each in answer.suspects}


def part(rows: Rows, count: int, seed: int = 0) -> Rows:
    """Some rows without their header, shuffled."""
    return random.Random(seed).sample(rows[1:], count)


def test_a_shuffled_part_without_key_and_most_columns_names_its_recipient(marked: Marked, tmp_path: Path) -> None:
    rows = [[row[8], row[4], row[1]] for row in part(marked.copies["branch-3"], 25)]
    answer = found(marked, rows, tmp_path)
    assert named(answer) == {"branch-3"}
    assert (answer.rows, answer.known, answer.erased) == (25, 25, 0.0)
    (suspect,) = answer.suspects
    assert suspect.bits > 20 and suspect.chance < 1e-3 and suspect.share > 0.9


def test_addresses_alone_are_enough(marked: Marked, tmp_path: Path) -> None:
    rows = [["home_address"], *([row[4]] for row in part(marked.copies["branch-1"], 30))]
    assert named(found(marked, rows, tmp_path)) == {"branch-1"}


def test_what_a_broker_normalises_is_an_erasure_and_the_rest_names(marked: Marked, tmp_path: Path) -> None:
    rows = [
        [row[3], unicodedata.normalize("NFKC", row[4]), row[8].lstrip("0"), row[10].replace("/", "-")]
        for row in part(marked.copies["branch-5"], 50)
    ]
    answer = found(marked, rows, tmp_path)
    assert named(answer) == {"branch-5"}
    assert 0.3 < answer.erased < 0.7


def test_everything_normalised_names_nobody_and_says_so(marked: Marked, tmp_path: Path) -> None:
    rows = [
        [row[3], unicodedata.normalize("NFKC", row[4]).replace(" ", "")] for row in part(marked.copies["branch-5"], 80)
    ]
    answer = found(marked, rows, tmp_path)
    assert (named(answer), answer.erased) == (set(), 1.0)
    assert "wiped" in said(answer).en and "不指认" in said(answer).zh


def test_foreign_rows_do_not_disturb(marked: Marked, tmp_path: Path) -> None:
    own = [[row[1], row[4]] for row in part(marked.copies["branch-2"], 30)]
    foreign = [[f"赵甲{n % 40}", f"云南省某县文化街{n}弄{n % 7}号{n}室"] for n in range(900)]
    answer = found(marked, random.Random(1).sample(own + foreign, 930), tmp_path)
    assert named(answer) == {"branch-2"}
    assert (answer.rows, answer.known) == (930, 30)


def test_noise_of_a_scanner_costs_rows_and_misleads_nobody(marked: Marked, tmp_path: Path) -> None:
    dice = random.Random(2)
    rows = [
        [
            "".join(c if dice.random() > 0.08 else dice.choice("口囗0O1l") for c in cell)
            for cell in (row[1], row[3], row[4], row[8])
        ]
        for row in part(marked.copies["branch-6"], 120)
    ]
    answer = found(marked, rows, tmp_path)
    assert named(answer) == {"branch-6"}
    assert 40 < answer.known <= 120


@pytest.mark.parametrize("together", [("branch-0", "branch-7"), ("branch-1", "branch-2", "branch-4")])
def test_colluders_are_all_named_with_their_shares(marked: Marked, together: tuple[str, ...], tmp_path: Path) -> None:
    rows = [row for place, name in enumerate(together) for row in part(marked.copies[name], 80, seed=place)]
    answer = found(marked, rows, tmp_path)
    assert named(answer) == set(together)
    assert sum(each.share for each in answer.suspects) == pytest.approx(1, abs=0.1)


def test_whole_copies_laid_on_top_of_each_other_name_both(marked: Marked, tmp_path: Path) -> None:
    rows = marked.copies["branch-0"][1:] + marked.copies["branch-3"][1:]
    answer = found(marked, rows, tmp_path)
    assert named(answer) == {"branch-0", "branch-3"}
    assert answer.known == len(marked.original) - 1


def test_a_leak_that_never_was_marked_names_nobody(marked: Marked, tmp_path: Path) -> None:
    answer = found(marked, marked.original, tmp_path)
    assert named(answer) == set()
    assert answer.erased > 0.9


def test_a_copy_marked_with_another_key_names_nobody(marked: Marked, tmp_path: Path) -> None:
    source = tmp_path / "clients.csv"
    text = io.StringIO()
    csv.writer(text).writerows(marked.original)
    source.write_text(text.getvalue(), "utf-8")
    with open_workspace(tmp_path / "other") as space:
        made = mark(source, ["branch-3"], tmp_path / "out", Registry(space), Wanted(), NOW)
    assert named(found(marked, read(made.files["branch-3"]), tmp_path)) == set()


def test_one_row_repeated_a_thousand_times_is_one_row(marked: Marked, tmp_path: Path) -> None:
    answer = found(marked, [marked.copies["branch-3"][5]] * 1000, tmp_path)
    assert (answer.rows, answer.known, named(answer)) == (1000, 1, set())


def test_tables_that_are_not_ours_and_empty_ones_give_no_answer(marked: Marked, tmp_path: Path) -> None:
    file = tmp_path / "foreign.csv"
    file.write_text(
        "姓名,电话\n" + "".join(f"赵{chr(0x4E00 + n)}{chr(0x5E00 + n)},154{n:08}\n" for n in range(300)), "utf-8"
    )
    (table,) = leaked(file)
    assert isinstance(table, Leaked)
    assert detect(table, marked.registry) == []
    assert "300" in unknown("foreign.csv", 300).zh
    assert detect(Leaked("x", (), 0), marked.registry) == []
    assert detect(Leaked("x", (pa.array([], pa.string()),), 0), marked.registry) == []


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(bytes(range(256)) * 9)
    (part,) = leaked(tmp_path / "x.bin")
    assert isinstance(part, NotRead)
    with pytest.raises(UnreadableError):
        list(leaked(tmp_path / "none.csv"))


@pytest.mark.parametrize("form", ["xlsx", "sql", "zip"])
def test_leaks_of_other_forms_are_read(marked: Marked, form: str, tmp_path: Path) -> None:
    rows = part(marked.copies["branch-4"], 25)
    file = tmp_path / f"leak.{form}"
    if form == "xlsx":
        file.write_bytes(workbook([["姓名", "住址", "月"], *([r[1], r[4], r[8]] for r in rows)]))
    elif form == "sql":
        told = "\n".join(f"INSERT INTO `c` VALUES ('{r[1]}','{r[4]}',{r[6]});" for r in rows)
        file.write_text(told, "utf-8")
    else:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a/leak.txt", "".join(f"{r[1]}\t{r[3]}\t{r[4]}\n" for r in rows))
    (table,) = leaked(file)
    assert isinstance(table, Leaked)
    (answer,) = detect(table, marked.registry)
    assert named(answer) == {"branch-4"}


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO t (a,b) VALUES ('x');\nINSERT INTO t (a,b) VALUES ('y');\n",
        "INSERT INTO this list whom you like\nname,phone\nA,1\nB,2\n",
        "INSERT INTO t VALUES ('a','b');\nINSERT INTO t VALUES ('c','d\n",
    ],
)
def test_a_text_that_only_looks_like_a_dump_keeps_no_other_file_from_being_judged(
    marked: Marked, text: str, tmp_path: Path
) -> None:
    rows = part(marked.copies["branch-4"], 25)
    with zipfile.ZipFile(tmp_path / "leak.zip", "w") as archive:
        archive.writestr("a.sql", text)
        archive.writestr("b.csv", "".join(f"{r[1]}\t{r[3]}\t{r[4]}\n" for r in rows))
    told = [t for t in leaked(tmp_path / "leak.zip") if isinstance(t, Leaked) and t.path.endswith("b.csv")]
    assert [t.rows for t in told] == [25]


@pytest.mark.parametrize("torn", ["text", "row", "quotes", "one statement"])
def test_what_a_torn_dump_holds_before_the_tear_names_its_recipient(marked: Marked, torn: str, tmp_path: Path) -> None:
    rows = [f"('{r[1]}','{r[4]}',{r[6]})" for r in part(marked.copies["branch-4"], 26)]
    lines = [f"INSERT INTO `c` VALUES {row};" for row in rows[:25]]
    ends = {"text": f"INSERT INTO `c` VALUES {rows[25][:4]}", "row": "INSERT INTO `c` VALUES ('a',"}
    text = "\n".join([*lines, ends.get(torn, 'INSERT INTO notes VALUES (1, "it\'s");\n')])
    if torn == "one statement":
        text = f"INSERT INTO `c` VALUES {','.join(rows[:25])},{rows[25][:-9]}"
    (tmp_path / "leak.sql").write_text(text, "utf-8")
    table, rest = leaked(tmp_path / "leak.sql")
    assert isinstance(table, Leaked) and table.rows == 25
    assert (
        isinstance(rest, NotRead) and "ends within quotation marks or within a row; the rows before it" in rest.reason
    )
    (answer,) = detect(table, marked.registry)
    assert named(answer) == {"branch-4"}


def test_no_text_with_statements_ends_the_reading_of_leaks(tmp_path: Path) -> None:
    """Edits of a small dump, and one whose brackets are as many but not in order."""
    odd = (
        "INSERT INTO t (INSERT INTO t VALUES (1,2); b) VALUES ('x','its'),(NU'L, 5);\n-- it's\n"
        "INSERT INTO `t` VALUES ('a','b','c');\n"
    )
    base = "/* c ' */\nINSERT INTO t (a, b) VALUES ('x','it''s'),(NULL, 5);\n-- it's\nINSERT INTO `t` VALUES ('a\\'b','c');\n"
    dice = random.Random(3)
    bits = ["'", "(", ")", ";", ",", "--", "/*", "\\", "\n", "", "INSERT INTO t VALUES (1,2);"]
    texts = [odd]
    for _ in range(60):
        edited = list(base)
        for _ in range(dice.randint(1, 8)):
            at = dice.randrange(len(edited))
            edited[at : at + dice.randint(0, 2)] = dice.choice(bits)
        texts.append("".join(edited))
    for number, text in enumerate(texts):
        file = tmp_path / f"{number}.sql"
        file.write_text(text, "utf-8")
        assert all(isinstance(t, Leaked | NotRead) for t in leaked(file))


def test_statements_for_the_waterfall_carry_bits_and_both_languages(marked: Marked, tmp_path: Path) -> None:
    answer = found(marked, part(marked.copies["branch-3"], 30), tmp_path)
    (line,) = statements([answer])
    assert (line.recipient, line.bits) == ("branch-3", answer.suspects[0].bits)
    assert "branch-3" in line.sentence.en and "branch-3" in line.sentence.zh
    raw = [cell for row in marked.original[1:] for cell in (row[1], row[2], row[3])]
    assert not [cell for cell in raw if cell in f"{answer!r}{line!r}"]


def test_rows_left_out_and_order_speak_too(marked: Marked, tmp_path: Path) -> None:
    source = tmp_path / "clients.csv"
    text = io.StringIO()
    csv.writer(text).writerows(marked.original)
    source.write_text(text.getvalue(), "utf-8")
    with open_workspace(tmp_path / "space") as space:
        registry = Registry(space)
        made = mark(source, RECIPIENTS[:4], tmp_path / "out", registry, Wanted(("valid_to",), 3, 0.3, "*"), NOW)
        whole = read(made.files["branch-2"])[1:]
        (tmp_path / "leak.csv").write_text("\n".join(",".join((r[0], r[3])) for r in whole), "utf-8")
        (table,) = leaked(tmp_path / "leak.csv")
        assert isinstance(table, Leaked)
        (answer,) = detect(table, registry)
    (suspect,) = answer.suspects
    assert suspect.recipient == "branch-2"
    assert answer.marks == 0  # no form of writing is left: which rows are there was enough
    assert suspect.order_bits > 50
    assert "order" in said(answer).en


def test_a_registry_whose_layout_was_changed_is_refused(marked: Marked, tmp_path: Path) -> None:
    source = tmp_path / "clients.csv"
    text = io.StringIO()
    csv.writer(text).writerows(marked.original[:60])
    source.write_text(text.getvalue(), "utf-8")
    with open_workspace(tmp_path / "space") as space:
        registry = Registry(space)
        made = mark(source, ["a"], tmp_path / "out", registry, Wanted(), NOW)
        kept = tmp_path / "space" / "marks" / f"{made.layout.base}.json"
        kept.write_text(kept.read_text("utf-8").replace('"colluders": 3', '"colluders": 2'), "utf-8")
        with pytest.raises(StoreError):
            list(registry.exports())


def test_marks_follow_the_forms_that_a_column_has_already(tmp_path: Path) -> None:
    """The correlation attack of Ji et al.: forms that are too frequent for their branch give marks away, and are set back."""
    dice = np.random.default_rng(0)
    usual = {"北": 0.9, "南": 0.15}
    branch = np.where(dice.random(1500) < 0.5, "北", "南")
    gap = dice.random(1500) < np.vectorize(usual.get)(branch)
    rows = [["no", "branch", "home_address"]]
    rows += [
        [f"N{n:05}", b, f"某某省甲县文化街{' ' * int(g)}{n}弄{n % 9}号"]
        for n, (b, g) in enumerate(zip(branch, gap, strict=True))
    ]
    source = tmp_path / "mixed.csv"
    source.write_text("\n".join(map(",".join, rows)), "utf-8")
    with open_workspace(tmp_path / "space") as space:
        registry = Registry(space)
        made = mark(source, ["a", "b"], tmp_path / "out", registry, Wanted(("home_address:number-gap",)), NOW)
        copy = read(made.files["a"])[1:]
        shown = CHANNELS["number-gap"].read(pa.array([row[2] for row in copy])) == 1
        assert made.layout.columns[made.layout.stratum or 0] == "branch"
        assert 0.15 < (shown != gap).mean() < 0.4  # marks there are
        for name, share in usual.items():
            count = int((branch == name).sum())
            excess = abs(shown[branch == name].mean() - gap[branch == name].mean())
            assert excess < 4 * np.sqrt(share * (1 - share) / count)  # and nothing that tells them from what was there
        (tmp_path / "leak.csv").write_text("\n".join(",".join(row[::2]) for row in copy[:700]), "utf-8")
        (table,) = leaked(tmp_path / "leak.csv")
        assert isinstance(table, Leaked)
        assert named(detect(table, registry)[0]) == {"a"}
