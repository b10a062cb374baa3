"""Builds the desk of an answer: read row by row, every name veiled, written aside and renamed."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from headwater.casework.veil import Veil
from headwater.console.desk import gathering
from headwater.console.desk.layout import ACCOUNTS, DEVICES, READ, STAFF, Row
from headwater.console.desk.names import sealer
from headwater.console.desk.streaming import pieces
from headwater.console.desk.veiled import Veiled
from headwater.console.desk.writing import Writer
from headwater.model.errors import StoreError
from headwater.model.words import Lang

BY_PREFIX = {table.prefix: table for table in READ}


@dataclass(frozen=True, slots=True)
class About:
    """What must be known of an answer before its rows are read."""

    manifest: str
    lang: Lang


def build(answer: Path, workspace: Path, file: Path, version: str, same: Callable[[], bool]) -> None:
    """Build the desk of an answer at ``file``.

    :param version: the answer's SHA-256
    :param same: whether it is still that answer. It is read twice, for its names and for its rows: of two answers, rows of
        the second would stand unveiled
    :raises StoreError: when it cannot be read or was replaced meanwhile, or no whole lake can be seen now
    """
    known = about(answer)
    veil = gathering.veil_of(workspace, known.manifest, answer)
    aside = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    os.close(os.open(aside, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(aside, isolation_level=None)) as db:
            db.execute("pragma journal_mode = off")
            db.execute("pragma synchronous = off")
            db.execute("pragma cache_size = -65536")
            _fill(Writer(db), answer, Veiled(veil, known.lang), version)
        if not same():
            raise StoreError("was replaced while it was read", str(answer))
        aside.replace(file)
    except UnicodeEncodeError as error:  # half a character, written as an escape
        raise StoreError("holds text that is none", str(answer)) from error
    finally:
        aside.unlink(missing_ok=True)


def about(answer: Path) -> About:
    """The digest of what an answer was made of, and the language of its sentences.

    :raises StoreError: when it is no answer
    """
    manifest, said = "", ""
    for prefix, value in pieces(answer, frozenset()):
        if prefix == "answer":
            said = "".join(str(s) for s in value)
        elif prefix == "case" and isinstance(value, Mapping):
            manifest = str(value.get("manifest") or "")
            break
    else:
        raise StoreError("is no answer: it names no case", str(answer))
    return About(manifest, "zh" if any("\u4e00" <= c <= "\u9fff" for c in said) and "。" in said else "en")


def _fill(writer: Writer, answer: Path, veiled: Veiled, version: str) -> None:
    for prefix, value in pieces(answer, frozenset(BY_PREFIX)):
        made = veiled.row(prefix, value)
        if prefix in BY_PREFIX:
            writer.rows(BY_PREFIX[prefix], [made])
        else:
            writer.part(prefix, made)
    veil = veiled.veil
    writer.rows(STAFF, _counted(writer, "employee", gathering.staff(veil)))
    writer.rows(ACCOUNTS, _counted(writer, "account", gathering.accounts(veil)))
    writer.rows(DEVICES, _counted(writer, "device", gathering.devices(veil)))
    _seal(writer, veil, {**veiled.met, **gathering.behind(veil)})
    writer.end(version=version, lang=veiled.lang)


def _counted(writer: Writer, mark: str, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows with how many findings and incidents name them."""
    counts = {table: writer.counted(table, mark) for table in ("findings", "incidents")}
    for row in rows:
        yield {**row, **{table: told.get(str(row["id"]), 0) for table, told in counts.items()}}


def _seal(writer: Writer, veil: Veil, behind: Mapping[str, str]) -> None:
    box = sealer(veil.tokeniser)
    for pseudonym, name in sorted(behind.items()):
        writer.name(pseudonym, box.seal(name, "desk", "sealed", pseudonym))
