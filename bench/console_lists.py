"""``python -m bench.console_lists``: lists of a million findings, each request as a ratio to the bare query.

Writes an answer with so many made findings, opens its desk (timed, with its memory), serves it by ``headwater serve`` and
asks for pages of the list as a browser does: first pages, filtered, ordered, sought, and pages far inside by their cursor.
Beside each stands the bare query: the fifty ids of that page, from the same file by SQLite alone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from bench.console_users import _server
from bench.machine import machine
from headwater.console.desk.grams import sought
from headwater.console.house import FOLDER
from headwater.store.casebook import cases, users
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.permissions import Role
from headwater.store.casebook.place import place
from headwater.store.workspace import open_workspace

RESULTS = Path(__file__).with_name("console_lists.json")
DETECTORS = ("bulk-read", "outflow", "slow-reading", "after-departure", "unexplained-access", "borrowed-account")
SEVERITIES = ("low", "medium", "high", "critical")
STAFF = 5_000
PASSWORD = "a million findings"
ROUNDS = 15
PAGE = 50
FAR = 200
"""Pages are followed by their cursor so far into the list."""
RARE = "三号仓库"
"""A word that one finding in ten thousand has."""

ASKED: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "first page": ("", "select id from findings order by n limit 51", ()),
    "by weight": ("sort=-bits", "select id from findings order by bits desc, n desc limit 51", ()),
    "one detector by weight": (
        "detector=outflow&sort=-bits",
        "select id from findings where detector = 'outflow' order by bits desc, n desc limit 51",
        (),
    ),
    "one account": (
        "account={account}",
        "select id from findings where n in (select n from marks where tbl = 'findings' and key = 'account' and value = ?)"
        " order by n limit 51",
        ("{account}",),
    ),
    "days, detector, severity": (
        "since=2026-03-10&until=2026-03-11&detector=outflow&severity=high&sort=-bits",
        "select id from findings where \"to\" >= '2026-03-10' and \"from\" <= '2026-03-11~' and detector = 'outflow'"
        " and severity = 'high' order by bits desc, n desc limit 51",
        (),
    ),
    "a rare word": (
        f"q={RARE}&sort=-bits",
        "select id from findings where n in (select d.row from search s join docs d on d.n = s.rowid where search match ?)"
        " order by bits desc, n desc limit 51",
        ("{rare}",),
    ),
    "a word of all": (
        "q=records&sort=-bits",
        "select id from findings f where exists (select 1 from docs d join search s on s.rowid = d.n where d.tbl = 'findings'"
        " and d.row = f.n and search match '\"records\"') order by bits desc, n desc limit 51",
        (),
    ),
}


def main(arguments: list[str] | None = None) -> None:
    """Make, open, serve, ask, keep the figures."""
    asked = argparse.ArgumentParser(prog="python -m bench.console_lists", description=__doc__)
    asked.add_argument("--findings", type=float, default=1e6)
    asked.add_argument("--space", type=Path, default=None, help="where to make it (a gigabyte and a half per million)")
    asked.add_argument("--out", type=Path, default=RESULTS)
    told = asked.parse_args(arguments)
    os.environ["HEADWATER_CASEBOOK_KEY"] = "1" * 64  # the server has it too: its casebook lies beside the house
    with tempfile.TemporaryDirectory(prefix="headwater-bench-", dir=told.space) as folder:
        out = Path(folder) / "out"
        size = _write(out, int(told.findings))
        opened = _opened(out)
        figures = {"findings": int(told.findings), "answer_mb": round(size / 2**20), "opening": opened, **_asked(out)}
    told.out.write_text(json.dumps({"machine": machine(), **figures}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(figures, indent=1, ensure_ascii=False))


def _write(out: Path, count: int) -> int:
    """An answer with so many findings, and an empty workspace beside it."""
    out.mkdir()
    with open_workspace(out / "workspace"):
        pass
    case = {"name": "bench", "organisation": "", "jurisdiction": "cn", "timezone": "Asia/Shanghai", "manifest": ""}
    rest = {"attribution": [], "holdings": [], "incidents": [], "limits": [], "tally": [], "complaints": {}}
    network = {name: [] for name in ("people", "orders", "sales", "flows", "tally")}
    file = out / "result.json"
    with file.open("w", encoding="utf-8") as told:
        told.write('{"schema": "headwater/result/1", "answer": [], "case": ' + json.dumps(case) + ',\n"findings": [\n')
        for number, finding in enumerate(_findings(count)):
            told.write((",\n" if number else "") + json.dumps(finding, ensure_ascii=False))
        parts = {**rest, "network": network, "read": {"files": [], "not_read": [], "rejected": [], "totals": {}}}
        told.write("\n],\n" + json.dumps(parts)[1:])
    return file.stat().st_size


def _findings(count: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(9)
    for number in range(count):
        who, day = dice.randrange(STAFF), dice.randrange(1, 29)
        read = dice.randrange(1, 3000)
        said = f"Account u{who:05} read {read} records on 2026-03-{day:02}, 12 times as many as usual."
        yield {
            "id": f"{dice.choice(DETECTORS)}:u{who:05}:{number}",
            "detector": dice.choice(DETECTORS),
            "title": f"Account u{who:05} read {read} records of others" + (f", {RARE}" if number % 10_000 == 7 else ""),
            "severity": dice.choice(SEVERITIES),
            "fact": False,
            "accounts": [f"u{who:05}"],
            "employees": [f"E{who:05}"],
            "devices": [f"PC-{who:05}"],
            "from": f"2026-03-{day:02}T09:00:00+08:00",
            "to": f"2026-03-{day:02}T17:00:00+08:00",
            "subjects": read,
            "bits": round(dice.gauss(3, 4), 3),
            "p_value": None,
            "statements": [
                {"text": said, "bits": 3.0, "evidence": [{"source": f"logs/access-{day:02}.log", "line": number}]}
            ],
            "evidence": [{"source": f"logs/access-{day:02}.log", "line": number}],
            "clears": ["a list that was asked for"],
            "techniques": ["T1567"],
        }


_OPEN = """
import resource, sys, time
from pathlib import Path
from headwater.console.desk.opening import open_desk
from headwater.console.errors import BusyError
out, began = Path(sys.argv[1]), time.perf_counter()
desk = None
while desk is None:
    try:
        desk = open_desk(out, out / "workspace")
    except BusyError:  # it goes on being made, as for whoever comes again
        pass
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, desk.count("findings"))
"""


def _opened(out: Path) -> dict[str, Any]:
    """Opening it for the first time, in a process of its own, and again."""
    told = [
        subprocess.run(
            [sys.executable, "-c", _OPEN, str(out)], check=True, capture_output=True, text=True
        ).stdout.split()
        for _ in range(2)
    ]
    size = sum(f.stat().st_size for f in (out / "workspace" / "desk").glob("*.sqlite"))
    return {
        "first_seconds": round(float(told[0][0]), 1),
        "first_peak_mb": round(float(told[0][1])),
        "again_seconds": round(float(told[1][0]), 2),
        "file_mb": round(size / 2**20),
    }


def _casebook(root: Path) -> None:
    """A casebook with one investigator, where ``headwater serve --house`` looks for it."""
    (root / FOLDER).mkdir(mode=0o700)
    book = open_casebook(place(root / FOLDER, str(root / "casebook.sqlite")), make=True)
    with book.transaction(datetime.now(UTC)) as tx:
        ann = users.add_first(tx, "ann", "", PASSWORD, roles=[Role.investigator])
        tx.actor, tx.signed[ann.id] = ann.id, ann
        cases.add_case(tx, ann, "bench")
    book.close()


def _asked(out: Path) -> dict[str, Any]:
    (desk,) = (out / "workspace" / "desk").glob("*.sqlite")
    _casebook(out.parent)
    with closing(sqlite3.connect(f"{desk.as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        db.execute("pragma mmap_size = 268435456")
        account = db.execute("select value from marks where tbl = 'findings' and key = 'account' limit 1").fetchone()[0]
        with (
            _server(out.parent, out.parent, out) as server,
            httpx2.Client(base_url=server.base, timeout=120) as client,
        ):
            client.post("/sign-in", data={"name": "ann", "password": PASSWORD})
            before = server.memory_mb()
            pages = {
                kind: _one(
                    client,
                    db,
                    query.format(account=account),
                    sql,
                    tuple(v.format(account=account, rare=sought(RARE)[0]) for v in values),
                )
                for kind, (query, sql, values) in ASKED.items()
            }
            pages["far inside, by cursor"] = _far(client, db)
            memory = {"before_mb": round(before, 1), "after_mb": round(server.memory_mb(), 1)}
    bare = {"bench_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)}
    return {"pages": pages, "server_memory": memory, **bare}


def _one(
    client: httpx2.Client, db: sqlite3.Connection, query: str, sql: str, values: tuple[str, ...]
) -> dict[str, Any]:
    bare = _median(lambda: db.execute(sql, values).fetchall())
    place = f"/cases/bench/findings?limit={PAGE}&{query}"
    page, twin = client.get(place), client.get(f"/api/v1{place}")
    page.raise_for_status(), twin.raise_for_status()
    whole, rest = _median(lambda: client.get(place)), _median(lambda: client.get(f"/api/v1{place}"))
    rows = twin.json()["findings"]
    return {
        "bare_ms": bare,
        "page_ms": whole,
        "rest_ms": rest,
        "page_to_bare": round(whole / bare, 1) if bare else None,
        "rest_to_bare": round(rest / bare, 1) if bare else None,
        "page_kb": round(len(page.content) / 1024, 1),
        "rest_kb": round(len(twin.content) / 1024, 1),
        "rows": len(rows["rows"]),
        "total": rows["total"],
    }


def _far(client: httpx2.Client, db: sqlite3.Connection) -> dict[str, Any]:
    """A page so far inside, by its cursor; the bare query leaves out as many rows."""
    place, after = "/api/v1/cases/bench/findings?limit=500&sort=-bits", ""
    pages = min(FAR, client.get(place).json()["findings"]["total"] // 500 - 1)
    for _ in range(pages):
        after = client.get(f"{place}{after and f'&after={after}'}").json()["findings"]["next"]
    far = f"sort=-bits&after={after}"
    sql = f"select id from findings order by bits desc, n desc limit 51 offset {500 * pages}"
    return _one(client, db, far, sql, ())


def _median(ask: Any) -> float:
    """Milliseconds, the median of some rounds after one that is not counted."""
    ask()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    return round(1000 * statistics.median(times), 3)


if __name__ == "__main__":
    main()
