"""``python -m bench.talk_reading``: what reading and masking chats costs, beside a bare pass over the same files.

Makes a case of WeChat's CSV exports (a phone for every fifty talks; one row in eight names a made person) and takes it in as
``headwater investigate`` does. The bare pass reads every file with the standard library's ``csv`` and looks for numbers with one regular
expression. Each in a process of its own.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bench.child import Child, run
from bench.machine import machine
from bench.made_talk_words import ANSWERS, ASKING, ENDINGS, ITEMS, OPENINGS, REMARKS
from bench.scan_people import person
from headwater.investigation.case import open_investigation
from headwater.store.keys import ENVIRONMENT

RESULTS = Path(__file__).with_name("network_speed.json")
HEAD = ("localId", "TalkerId", "Type", "SubType", "IsSender", "CreateTime", "Status", "StrContent", "StrTime")
SHOWN = ("Remark", "NickName", "Sender")
IN_FILE, IN_PHONE, NAMED = 500, 50, 8
CHINA = timedelta(hours=8)
NUMBERS = re.compile(r"(?<!\d)(?:1\d{10}|\d{17}[\dXx]|\d{16,19})(?!\d)")


def main(arguments: list[str] | None = None) -> None:
    """Make the case, take it in, keep the figures beside those of the network."""
    asked = argparse.ArgumentParser(prog="python -m bench.talk_reading", description=__doc__)
    asked.add_argument("--rows", type=float, default=1e5, help="rows of chats (default: 1e5)")
    asked.add_argument("--out", type=Path, default=RESULTS)
    asked.add_argument("--side", choices=("ours", "bare"), help=argparse.SUPPRESS)
    asked.add_argument("--space", type=Path, help=argparse.SUPPRESS)
    options = asked.parse_args(arguments)
    if options.side:
        print(json.dumps({"ours": ours, "bare": bare}[options.side](options.space)))
        return
    with tempfile.TemporaryDirectory(prefix="headwater-talk-") as space:
        told = measured(Path(space), int(options.rows))
    kept = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    kept[f"reading {int(options.rows):,}"] = told
    options.out.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


def measured(space: Path, rows: int) -> dict[str, Any]:
    """Both sides on one made case."""
    make(space / "case", rows)
    sides = {side: _child(side, space) for side in ("bare", "ours")}
    plain, lake = sides["bare"][1], sides["ours"][1]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "rows": rows,
        "read": lake["rows"],
        "seconds": {side: told["seconds"] for side, (_, told) in sides.items()},
        "cpu": {side: told["cpu"] for side, (_, told) in sides.items()},
        "peak_mb": {side: round(child.peak_mb) for side, (child, _) in sides.items()},
        "rows_per_second": round(rows / lake["seconds"]),
        "ratio": round(lake["seconds"] / plain["seconds"], 1),
        "ratio_cpu": round(lake["cpu"] / plain["cpu"], 1),
    }


def _child(side: str, space: Path) -> tuple[Child, dict[str, Any]]:
    child = run([sys.executable, "-m", "bench.talk_reading", "--side", side, "--space", str(space)])
    return child, json.loads(child.out)


def ours(space: Path) -> dict[str, Any]:
    """Take the case in: read, scan, mask, make tokens, write the lake."""
    os.environ.setdefault(ENVIRONMENT, "00" * 32)
    start, used = time.perf_counter(), _cpu()
    with open_investigation(space / "case", space / "workspace") as work:
        work.ingest()
        rows = work.workspace.lake.rows("messages")
    return {"seconds": round(time.perf_counter() - start, 2), "cpu": round(_cpu() - used, 2), "rows": rows}


def bare(space: Path) -> dict[str, Any]:
    """Read every row, and find what looks like a number of somebody."""
    start, used, rows, found = time.perf_counter(), _cpu(), 0, 0
    for file in sorted((space / "case" / "chats").rglob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                rows += 1
                found += len(NUMBERS.findall(row["StrContent"]))
    told = {"seconds": round(time.perf_counter() - start, 3), "cpu": round(_cpu() - used, 3)}
    return {**told, "rows": rows, "found": found}


def _cpu() -> float:
    """Seconds of the processor of this process and of those that it started and that ended."""
    return sum(os.times()[:4])


def make(case: Path, rows: int, seed: int = 1) -> None:
    """Write the case folder."""
    rng = Random(seed)
    for number, start in enumerate(range(0, rows, IN_FILE)):
        folder = case / "chats" / f"H{number // IN_PHONE:04}"
        folder.mkdir(parents=True, exist_ok=True)
        own, other = f"wxid_own{number // IN_PHONE:05}", f"wxid_made{number:06}"
        with (folder / f"阿{number}({other}).csv").open("w", encoding="utf-8-sig", newline="") as lines:
            out = csv.writer(lines)
            out.writerow([*HEAD, *SHOWN])
            time_of = datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(seconds=number % 3600)
            for local in range(start, min(start + IN_FILE, rows)):
                time_of += timedelta(seconds=rng.randrange(20, 20_000))
                mine = rng.random() < 0.5
                stamp, shown = int(time_of.timestamp()), f"{time_of + CHINA:%Y-%m-%d %H:%M:%S}"
                side = (f"我{number // IN_PHONE}", own) if mine else (f"阿{number}", other)
                out.writerow([local, number, 1, 0, int(mine), stamp, "", _said(rng), shown, "", *side])


def _said(rng: Random) -> str:
    if rng.randrange(NAMED):
        return rng.choice(OPENINGS) + rng.choice(REMARKS) + rng.choice(ENDINGS)
    who, item = person(rng.randrange(10**6)), rng.randrange(len(ITEMS))
    form = rng.choice((*ASKING, *ANSWERS[item])).format(ITEMS[item][0])
    return form.replace("⟨name⟩", who.name).replace("⟨mobile⟩", who.mobile).replace("⟨resident_id⟩", who.resident_id)


if __name__ == "__main__":
    main()
