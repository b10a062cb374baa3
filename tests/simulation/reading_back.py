"""Readers of a made case that use the standard library alone, so that nothing of ours vouches for itself."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import zstandard

Row = dict[str, str]
COMBINED = re.compile(
    r'(?P<ip>\S+) - (?P<account>\S+) \[(?P<time>[^]]+)\] "GET (?P<path>\S+) HTTP/1.1" (?P<status>\d{3}) (?P<bytes>\d+) '
    r'"-" "[^"]*" rows=(?P<rows>\d+)'
)


def text_of(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    elif path.suffix == ".zst":
        content = zstandard.ZstdDecompressor().decompress(content)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (name,) = archive.namelist()
            content = archive.read(name)
    return content.decode()


def log(case: Path, name: str) -> str:
    (path,) = (case / "logs").glob(f"{name}*")
    return text_of(path)


def table(path: Path, encoding: str = "utf-8") -> list[Row]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(encoding))))


def jsonl(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def combined(case: Path) -> Iterator[Row]:
    for line in log(case, "web01").splitlines():
        if found := COMBINED.fullmatch(line):
            yield found.groupdict()


def audits(case: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Day, account and the fields of pgaudit, from csvlog."""
    for row in csv.reader(io.StringIO(log(case, "postgresql"))):
        assert len(row) == 26
        (fields,) = csv.reader(io.StringIO(row[13].removeprefix("AUDIT: ")))
        yield row[0][:10], row[1], fields


def key_in(path: str) -> str | None:
    found = re.fullmatch(r"/crm/customer/(K\d+)", path)
    return found[1] if found else None
