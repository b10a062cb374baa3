"""One scan of four servers that run: MariaDB, S3, Samba and Dovecot; read by workers, and no secret of theirs is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from made_survey import csv, mail, people, written, zipped
from tests.dovecot_server import USER, DovecotServer
from tests.mariadb_server import MariadbServer
from tests.s3_server import REGION, S3Server
from tests.smb_server import SmbServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (MariadbServer.available() and SmbServer.available() and DovecotServer.available()),
        reason="needs MariaDB, Samba and Dovecot 2.3",
    ),
]

PASSWORD = "hunter2-all"


@dataclass(frozen=True, slots=True)
class Scanned:
    """The answer of one scan, all that it wrote and said, and the key of the store."""

    answer: dict[str, Any]
    kept: bytes
    secrets: tuple[str, ...]
    base: MariadbServer


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    folder = tmp_path_factory.mktemp("scan")
    with ExitStack() as stack:
        base = stack.enter_context(MariadbServer())
        share = stack.enter_context(SmbServer(PASSWORD))
        mails = stack.enter_context(DovecotServer(PASSWORD))
        store = stack.enter_context(S3Server(tmp_path_factory.mktemp("s3")))
        base.run(
            f"CREATE USER mallory IDENTIFIED BY '{PASSWORD}'",
            "CREATE TABLE crm.clients (姓名 VARCHAR(20), 身份证号 VARCHAR(20), 手机 VARCHAR(20) CHARACTER SET gbk)",
            "GRANT SELECT ON crm.* TO mallory",
        )
        base.insert("INSERT INTO crm.clients VALUES (%s, %s, %s)", list(people(range(40))))
        store.client().create_bucket(Bucket="leaks")
        store.client().put_object(Bucket="leaks", Key="a.csv", Body=csv(people(range(20, 60))))
        key, secret = store.account(
            "mallory", [("Allow", "s3:ListBucket", "leaks"), ("Allow", "s3:GetObject", "leaks/*")]
        )
        (share.share / "b.zip").write_bytes(zipped({"c.csv": csv(people(range(50, 80)))}))
        mails.deliver("INBOX", [mail("list", {"d.csv": csv(people(range(70, 100)))})])
        given = ["scan", f"mysql://mallory@127.0.0.1:{base.port}/crm", "s3://leaks", share.address]
        given += [
            f"imaps://{quote(USER)}@127.0.0.1:{mails.secure}/INBOX",
            "--out",
            str(folder / "out"),
            "--json",
            "-vv",
        ]
        done = subprocess.run(
            [sys.executable, "-m", "headwater.cli.main", *given, "--finds", str(folder / "finds.jsonl"), "--jobs", "2"],
            env={
                **os.environ,
                "HEADWATER_SOURCE_PASSWORD": PASSWORD,
                "SSL_CERT_FILE": str(mails.trusted),
                "AWS_ENDPOINT_URL": store.url,
                "AWS_DEFAULT_REGION": REGION,
                "AWS_ACCESS_KEY_ID": key,
                "AWS_SECRET_ACCESS_KEY": secret,
            },
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        files = [each.read_bytes() for each in folder.rglob("*") if each.is_file()]
        kept = b"\n".join([done.stdout, done.stderr, *files])
        yield Scanned(json.loads(done.stdout), kept, (PASSWORD, key, secret), base)


def test_persons_of_all_of_them_are_counted_once(scanned: Scanned) -> None:
    told = {Path(f["path"]).name: (f["rows"], f["named"], f["status"]) for f in scanned.answer["files"]}
    assert told["crm.clients"] == (40, 40, "read")
    assert told["a.csv"] == (40, 40, "read")
    assert told["b.zip!c.csv"] == (30, 30, "read")
    assert told["1.eml!d.csv"] == (30, 30, "read")
    assert scanned.answer["totals"]["named"] == 100
    assert scanned.answer["not_read"] == []


def test_no_secret_and_no_raw_value_is_kept_or_said(scanned: Scanned) -> None:
    assert len(scanned.kept) > 10_000
    assert [secret for secret in scanned.secrets if secret.encode() in scanned.kept] == []
    assert [value for value in written(people(range(100))) if value in scanned.kept] == []


def test_the_database_was_asked_only(scanned: Scanned) -> None:
    verbs = {statement.split()[0].upper() for statement in scanned.base.statements("mallory")}
    assert verbs == {"SELECT", "SET", "SHOW", "START", "ROLLBACK"}
