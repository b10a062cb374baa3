"""Cited lines come from the file and line that is cited, and from nowhere else."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from headwater.console.triage.quoting import MOST, Quoted, quoted
from headwater.model.evidence import Citation


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    (folder / "logs").mkdir(parents=True)
    (folder / "chats" / "h").mkdir(parents=True)
    lines = [f"line {n}" for n in range(1, 101)]
    (folder / "logs" / "a.log").write_text("\n".join(lines) + "\n")
    (folder / "logs" / "b.log.gz").write_bytes(gzip.compress("\r\n".join(lines).encode("utf-16")))
    with zipfile.ZipFile(folder / "logs" / "c.zip", "w") as packed:
        packed.writestr("other.log", "wrong\n" * 100)
        packed.writestr("in.log", "\n".join(lines))
    (folder / "logs" / "book.bin").write_bytes(bytes(range(256)) * 40)
    (folder / "chats" / "h" / "m.csv").write_text("secret\nsecret\n")
    (tmp_path / "outside.log").write_text("outside\n" * 9)
    (folder / "logs" / "link.log").symlink_to(tmp_path / "outside.log")
    return folder


def ask(root: Path, *cited: tuple[str, int]) -> tuple[Quoted, ...]:
    return quoted(root, [Citation(*c) for c in cited], lambda path: path, lambda text, part: f"{part}:{text}")


@pytest.mark.parametrize("source", ["logs/a.log", "logs/b.log.gz", "logs/c.zip!in.log"])
@pytest.mark.parametrize("number", [1, 57, 100])
def test_the_very_line_is_quoted(root: Path, source: str, number: int) -> None:
    assert ask(root, (source, number)) == (Quoted(source, number, f"logs:line {number}"),)


def test_lines_stand_in_the_order_of_their_citation_each_once(root: Path) -> None:
    found = ask(root, ("logs/a.log", 9), ("logs/b.log.gz", 2), ("logs/a.log", 3), ("logs/a.log", 9))
    assert [(q.source, q.line) for q in found] == [("logs/a.log", 9), ("logs/b.log.gz", 2), ("logs/a.log", 3)]


def test_no_more_than_so_many_are_read(root: Path) -> None:
    assert len(ask(root, *(("logs/a.log", n) for n in range(1, 100)))) == MOST


@pytest.mark.parametrize(
    ("source", "line", "why"),
    [
        ("logs/a.log", 101, "short"),
        ("logs/gone.log", 1, "moved"),
        ("chats/h/m.csv", 1, "talk"),
        ("logs/book.bin", 1, "no-text"),
        ("logs/c.zip!none.log", 1, "unreadable"),
        ("../outside.log", 1, "moved"),
        ("/etc/passwd", 1, "moved"),
        ("logs/../../outside.log", 1, "moved"),
        ("logs/link.log", 1, "moved"),
        ("", 1, "moved"),
    ],
)
def test_what_cannot_be_shown_says_why_and_shows_nothing(root: Path, source: str, line: int, why: str) -> None:
    assert ask(root, (source, line)) == (Quoted(source, line, None, why),)


def test_a_path_that_is_cited_masked_finds_its_file(root: Path) -> None:
    found = quoted(
        root, [Citation("logs/*.log", 5)], lambda path: path.replace("a.log", "*.log"), lambda text, _part: text
    )
    assert [q.text for q in found] == ["line 5"]
