"""Running sources are scanned beside files: a real PostgreSQL, a mailbox and a store; read only, and no secret of them is kept."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from made_survey import Row, csv, database, mail, people, write, written, zipped
from tests.imap_server import PASSWORD as MAIL_PASSWORD
from tests.imap_server import Server, certificate, serving
from tests.postgres_server import PostgresServer

from headwater.casework.reports import scan_schema
from headwater.cli.main import main
from headwater.exhibits.live.doors import door_of
from headwater.investigation.survey_options import Options
from headwater.investigation.surveying import survey
from headwater.model.errors import UnreadableError

pytestmark = [pytest.mark.slow, pytest.mark.postgres]

PASSWORD = "hunter2-base"
TABLE, VIEW, HIDDEN = "crm/sales.clients", "crm/sales.named", "crm/hr.staff"
GONE = "mysql://nobody:hunter2-gone@127.0.0.1:1/none"


def values(rows: Sequence[Row]) -> str:
    return ", ".join("('{}', '{}', '{}')".format(*row) for row in rows)


@pytest.fixture(scope="module")
def base() -> Iterator[PostgresServer]:
    if not PostgresServer.available():
        pytest.skip("needs PostgreSQL with pgaudit")
    with PostgresServer({"pgaudit.log": "write,ddl"}) as made:
        made.run(
            f"create role eve login password '{PASSWORD}'; create role analyst; create schema sales; create schema hr"
        )
        for table, rows in (("sales.clients", people(range(80))), ("hr.staff", people(range(500, 520)))):
            made.run(
                f"create table {table} (姓名 text, 身份证号 text, 手机 text); insert into {table} values {values(rows)}"
            )
        made.run("create view sales.named as select 姓名, 手机 from sales.clients where 手机 like '154100000%'")
        made.run("grant usage on schema sales, hr to eve; grant select on sales.clients, sales.named to eve")
        made.run("grant select on sales.clients to analyst; analyze sales.clients")
        yield made
    made.remove()


@dataclass(slots=True)
class Scanned:
    """One scan of everything by the command line: its answer, what it printed, and where it wrote."""

    folder: Path
    base: PostgresServer
    mails: Server
    answer: dict[str, Any]
    said: bytes
    before: dict[Path, int] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, dict[str, Any]]:
        """Files by what follows their server or folder."""
        cut = (f":{self.base.port}/", f":{self.mails.server_address[1]}/", f"{self.folder}/")
        return {next(f["path"].split(c)[-1] for c in cut if c in f["path"]): f for f in self.answer["files"]}


def times(folder: Path) -> dict[Path, int]:
    return {p: p.stat().st_mtime_ns for p in folder.rglob("*")}


def headwater(*given: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "headwater.cli.main", *given],
        env={**os.environ, **environment},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.fixture(scope="module")
def scanned(base: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    folder = tmp_path_factory.mktemp("live")
    store = write(
        folder / "store",
        {"a.csv": csv(people(range(60, 100))), "deep/b.zip": zipped({"c.csv": csv(people(range(90, 110)))})},
    )
    write(folder, {"export.csv": csv(people(range(30)))})
    trusted = certificate(folder)
    letters = {7: mail("list", {"d.csv": csv(people(range(100, 125)))}), 9: mail(f"身份证号 {people([0])[0][1]}", {})}
    before = times(store)
    with serving(trusted, letters) as mails:
        done = headwater(
            "scan",
            str(folder / "export.csv"),
            f"postgresql://eve@127.0.0.1:{base.port}/crm?schema=sales,hr,sails",
            f"file://{store}",
            f"imaps://mallory:{MAIL_PASSWORD}@127.0.0.1:{mails.server_address[1]}/INBOX",
            GONE,
            *("--out", str(folder / "out"), "--finds", str(folder / "finds.jsonl"), "--json", "-vv", "--jobs", "2"),
            HEADWATER_SOURCE_PASSWORD=PASSWORD,
            SSL_CERT_FILE=str(trusted),
        )
        assert done.returncode == 0, done.stderr.decode()
        yield Scanned(folder, base, mails, json.loads(done.stdout), done.stdout + done.stderr, before)


def test_the_answer_keeps_its_contract_and_cites_no_account(scanned: Scanned) -> None:
    assert scan_schema.check(scanned.answer) == ()
    assert scanned.answer["paths"][1:] == [
        f"postgresql://127.0.0.1:{scanned.base.port}/crm",
        f"file://{scanned.folder}/store",
        f"imaps://127.0.0.1:{scanned.mails.server_address[1]}/INBOX",
        "mysql://127.0.0.1:1/none",
    ]


def test_every_table_file_and_message_is_a_row_and_persons_are_counted_once(scanned: Scanned) -> None:
    told = {path: (f["format"], f["rows"], f["named"], f["status"]) for path, f in scanned.files.items()}
    assert told[TABLE] == ("sql table", 80, 80, "read")
    assert told["export.csv"] == ("delimited", 30, 30, "read")
    assert told["store/a.csv"][1:] == (40, 40, "read")
    assert told["store/deep/b.zip!c.csv"][1:] == (20, 20, "read")
    assert told["INBOX/7.eml!d.csv"][1:] == (25, 25, "read")
    assert told[VIEW][0] == "sql view"
    assert scanned.answer["totals"]["named"] == len(people(range(125)))


def test_what_a_source_may_not_show_is_said_and_the_others_go_on(scanned: Scanned) -> None:
    staff = scanned.files[HIDDEN]
    assert (staff["status"], staff["rows"]) == ("unread", 0)
    assert "the account may not" in staff["reasons"][0]
    gone, slip = scanned.answer["not_read"]
    assert gone["path"] == "mysql://127.0.0.1:1/none"
    assert "cannot be reached" in gone["reason"]
    assert slip["path"].endswith("/crm/sails")
    assert "no such schema" in slip["reason"]


def test_who_may_read_a_table_and_when_it_was_analysed_is_told(scanned: Scanned) -> None:
    table, staff = scanned.files[TABLE], scanned.files[HIDDEN]
    assert table["access"] == {"grantees": ["analyst", "eve", "postgres"]}
    assert staff["access"] == {"grantees": ["postgres"]}
    assert table["modified"].endswith("Z")
    assert scanned.files["store/a.csv"]["access"]["mode"].startswith("06")


def test_a_table_and_a_file_of_its_people_are_kin(scanned: Scanned) -> None:
    table, export = scanned.files[TABLE]["path"], str(scanned.folder / "export.csv")
    assert {"a": export, "b": table, "persons": 30} in scanned.answer["overlaps"]
    (kin,) = [k for k in scanned.answer["lineage"] if (k["file"], k["of"]) == (export, table)]
    assert (kin["how"], kin["shared"], kin["share"]) == ("reformatted", 30, 1.0)


def test_finds_cite_table_and_row(scanned: Scanned) -> None:
    lines = [json.loads(line) for line in (scanned.folder / "finds.jsonl").read_text("utf-8").splitlines()]
    told = [x for x in lines if x["path"] == scanned.files[TABLE]["path"] and x["kind"] == "resident_id"]
    assert [x["line"] for x in told] == list(range(1, 81))
    assert {x["part"] for x in told} == {"sales.clients"}


def test_no_secret_and_no_raw_value_is_kept_or_said(scanned: Scanned) -> None:
    kept = [f for f in scanned.folder.rglob("*") if f.is_file() and "store" not in f.parts and f.suffix != ".pem"]
    kept.remove(scanned.folder / "export.csv")
    assert len(kept) > 6
    everything = b"\n".join([scanned.said, *(f.read_bytes() for f in kept)])
    assert b"hunter2" not in everything
    assert b"mallory" not in everything
    assert [value for value in written(people(range(125))) if value in everything] == []


def test_nothing_was_written(scanned: Scanned) -> None:
    log = scanned.base.stderr_path.read_text("utf-8")
    assert not [line for line in log.splitlines() if "AUDIT" in line and "eve@crm" in line]
    assert "eve@crm" in log
    asked = [c for c in scanned.mails.commands if not c.startswith("LOGIN")]
    known = ("EXAMINE", "UID SEARCH", "UID FETCH", "LIST", "CAPABILITY", "LOGOUT")
    assert [c for c in asked if not c.startswith(known)] == []
    assert times(scanned.folder / "store") == scanned.before


def test_a_table_is_read_anew_and_a_file_whose_version_is_known_is_not(scanned: Scanned, tmp_path: Path) -> None:
    store = write(tmp_path / "store", {"a.csv": csv(people(range(5))), "b.csv": csv(people(range(5, 10)))})
    database(tmp_path / "c.db", people(range(20)))
    given = [door_of(f"file://{store}"), door_of(f"sqlite:///{tmp_path / 'c.db'}")]
    options = Options(state=tmp_path / "state", jobs=2)
    first = survey(given, options)
    assert (first["totals"]["named"], first["totals"]["unchanged"]) == (20, 0)
    write(store, {"b.csv": csv(people(range(30, 37)))})
    database_grows(tmp_path / "c.db")
    again = survey(given, options)
    assert (again["totals"]["named"], again["totals"]["unchanged"]) == (20 + 7 + 1, 1)


def database_grows(file: Path) -> None:
    base = sqlite3.connect(file)
    base.execute("INSERT INTO clients VALUES (?, ?, ?)", people([40])[0])
    base.commit()
    base.close()


def test_a_scan_of_sources_of_which_none_can_be_reached_fails(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UnreadableError, match="cannot be reached"):
        survey([door_of(GONE)])
    monkeypatch.setattr(sys, "argv", ["headwater", "scan", GONE])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capfd.readouterr()
    assert ended.value.code == 1
    assert "mysql://127.0.0.1:1/none: " in err
    assert "hunter2" not in out + err


def test_an_inventory_maps_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    database(tmp_path / "c.db", people(range(20)))
    monkeypatch.setattr(sys, "argv", ["headwater", "inventory", f"sqlite:///{tmp_path / 'c.db'}", "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    (held,) = json.loads(capfd.readouterr().out)["holdings"]
    assert held["path"] == f"sqlite:///{tmp_path / 'c.db'}/main.clients"
