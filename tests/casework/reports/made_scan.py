"""A made answer of a scan with everything in it, and one full of hostile names. Nobody in it exists."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

HOSTILE = (
    "<img src=http://192.0.2.1/x onerror=alert(1)>.csv",
    "</script></style></title><script>document.title='hacked'</script>.csv",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07.csv",
    "a\u202egpj.exe",
    "two\nlines\r.csv",
    '=HYPERLINK("http://192.0.2.1";"x").csv',
    "'\"&{{ 7*7 }}{% raw %}.csv",
    "[bold red]markup[/].csv",
    "lone\udc80byte.csv",
    "../../../etc/passwd",
)


def item(kind: str, category: str, found: int, distinct: int, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "category": category, "found": found, "distinct": distinct, **more}


def made_file(path: str, persons: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "path": path,
        "holder": None,
        "format": "csv",
        "bytes": 2048,
        "sha256": SHA,
        "status": "read",
        "reasons": [],
        "rows": persons,
        "persons": persons,
        "named": persons,
        "modified": "2026-01-05T08:30:00+00:00",
        "parts": [],
        "items": [item("mobile", "contact", persons, persons, confidence=0.97)] if persons else [],
        "samples": [],
        "suppressed": [],
        "origins": [],
        "access": {"owner": "liu", "group": "claims", "mode": "0640", "others": False},
        **more,
    }


def made_scan() -> dict[str, Any]:
    """Four readable files of two holders, one partly read, one not; everything a scan can say is said."""
    clients = made_file(
        "seized/P00012/客户.xlsx",
        9200,
        holder="P00012",
        format="xlsx",
        bytes=1_830_000,
        parts=[
            {
                "name": "Sheet1",
                "hidden": False,
                "rows": 9000,
                "persons": 9000,
                "columns": [
                    {"place": 1, "header": "姓名", "kind": "name", "share": 0.998, "confidence": 0.97},
                    {"place": 2, "header": "手机", "kind": "mobile", "share": 1.0, "confidence": 0.999},
                    {"place": 3, "header": "余额", "kind": "balance", "share": 0.97, "confidence": 0.9},
                    {"place": 4, "header": None, "kind": None, "share": 0.0, "confidence": None},
                ],
            },
            {"name": "备份", "hidden": True, "rows": 200, "persons": 200, "columns": []},
        ],
        items=[
            item("name", "name", 9200, 8900, confidence=0.97),
            item("mobile", "contact", 9200, 9100, confidence=0.999),
            item("balance", "property", 700, 640, confidence=0.9),
        ],
        samples=[
            {
                "part": "Sheet1",
                "line": 2,
                "column": "手机",
                "kind": "mobile",
                "mask": "154****0001",
                "confidence": 0.99,
            },
            {"part": "Sheet1", "line": 2, "column": "姓名", "kind": "name", "mask": "刘*", "confidence": 0.97},
        ],
        suppressed=[{"filter": "is_serial", "count": 1200}],
        origins=[{"dataset": "policyholders", "persons": 8800, "share": 0.957}],
    )
    part = made_file("seized/P00012/part.csv", 400, holder="P00012", samples=[
        {"part": "", "line": 7, "column": None, "kind": "mobile", "mask": "154****0007", "confidence": 0.9},
    ])  # fmt: skip
    heap = made_file(
        "seized/P00044/聊天.zip!导出/chat.txt",
        31,
        holder="P00044",
        format="txt",
        status="partly read",
        reasons=["3 lines could not be decoded"],
        items=[item("resident_id", "id", 31, 30, confidence=0.99)],
        access={"owner": "gao", "group": None, "mode": "0644", "others": True},
    )
    copy = made_file("share/copy of part.csv", 400, sha256=SHA)
    clean = made_file("share/minutes.docx", format="docx")
    locked = made_file("share/locked.xlsx", format="xlsx", status="unread", reasons=["needs a password"], bytes=900)
    return {
        "schema": "headwater/scan/1",
        "version": "0.1.0",
        "paths": ["seized", "share"],
        "totals": {
            **{"files": 6, "read": 4, "partly_read": 1, "unread": 1, "unchanged": 2, "bytes": 1_840_000},
            **{"rows": 10031, "persons": 9231, "named": 9200},
        },
        "items": [
            item("balance", "property", 700, 640, law="balance", group="n3"),
            item("mobile", "contact", 10000, 9100, law="phone", group="n5"),
            item("name", "name", 9200, 8900, law="name", group="n5"),
            item("resident_id", "id", 31, 30, law="resident_id", group="n5"),
        ],
        "tally": [
            {"laws": ["balance", "name", "phone"], "group": "n3", "low": 640, "high": 700},
            {"laws": ["name", "phone"], "group": "n5", "low": 8200, "high": 8500},
        ],
        "groups": [{"group": "n3", "low": 640, "high": 700}, {"group": "n5", "low": 8200, "high": 8900}],
        "holders": [
            {**_people(9600, 9200, 9200), "holder": "P00012", "files": 2, "items": clients["items"]},
            {**_people(31, 31, 31), "holder": "P00044", "files": 1, "items": heap["items"]},
            {**_people(400, 400, 0), "holder": None, "files": 3, "items": copy["items"]},
        ],
        "files": [clients, part, heap, copy, locked, clean],
        "overlaps": [
            {"a": "P00012", "b": "P00044", "persons": 12},
            {"a": clients["path"], "b": heap["path"], "persons": 12},
            {"a": clients["path"], "b": part["path"], "persons": 400},
        ],
        "duplicates": [{"how": "same bytes", "files": [part["path"], copy["path"]]}],
        "lineage": [
            {
                **{"file": part["path"], "of": clients["path"], "how": "part", "shared": 400, "share": 1.0},
                "sentence": "every row of part.csv stands in 客户.xlsx, in the same order",
            },
        ],
        "datasets": [{"dataset": "policyholders", "persons": 10000, "found": 8800}],
        "allowed": [
            {"reason": "numbers of the switchboard", "count": 2, "expires": "2027-01-01", "expired": False},
            {"reason": "test accounts of 2024", "count": 5, "expires": "2025-01-01", "expired": True},
        ],
        "not_read": [{"path": locked["path"], "reason": "needs a password"}],
        "limits": ["no data set was given for claims: whose those rows are is not known"],
    }


def _people(rows: int, persons: int, named: int) -> dict[str, int]:
    return {"rows": rows, "persons": persons, "named": named}


def hostile_scan() -> dict[str, Any]:
    """Every name, reason and header is an attack."""
    answer = made_scan()
    for name, file in zip(HOSTILE, answer["files"], strict=False):
        file["path"] = name
    answer["files"] += [made_file(name, 3) for name in HOSTILE[len(answer["files"]) :]]
    for file, name in zip(answer["files"], HOSTILE, strict=True):
        file |= {"holder": name, "format": name, "reasons": [name], "status": "partly read"}
        file["parts"] = [
            {
                **{"name": name, "hidden": True, "rows": 1, "persons": 1},
                "columns": [{"place": 1, "header": name, "kind": name, "share": 1.0, "confidence": 1.0}],
            }
        ]
        file["samples"] = [
            {"part": name, "line": 1, "column": name, "kind": name, "mask": name, "confidence": 1.0},
        ]
        file["suppressed"] = [{"filter": name, "count": 1}]
        file["origins"] = [{"dataset": name, "persons": 1, "share": 1.0}]
        file["access"] = {"owner": name, "group": name, "mode": "0666", "others": True, "grantees": [name]}
    answer["paths"] = list(HOSTILE)
    answer["items"] = [item(name, name, 1, 1, law=name, group=name) for name in HOSTILE]
    answer["tally"] = [{"laws": [name], "group": name, "low": 1, "high": 1} for name in HOSTILE]
    answer["groups"] = [{"group": name, "low": 1, "high": 1} for name in HOSTILE]
    answer["holders"] = [
        {**_people(1, 1, 1), "holder": name, "files": 1, "items": [item(name, name, 1, 1)]} for name in HOSTILE
    ]
    pairs = list(pairwise(HOSTILE))
    answer["overlaps"] = [{"a": a, "b": b, "persons": 1} for a, b in pairs]
    answer["duplicates"] = [{"how": a, "files": [a, b]} for a, b in pairs]
    answer["lineage"] = [{"file": a, "of": b, "how": a, "shared": 1, "share": 1.0, "sentence": a} for a, b in pairs]
    answer["datasets"] = [{"dataset": name, "persons": 1, "found": 1} for name in HOSTILE]
    answer["allowed"] = [{"reason": name, "count": 1, "expires": None, "expired": False} for name in HOSTILE]
    answer["not_read"] = [{"path": name, "reason": name} for name in HOSTILE]
    answer["limits"] = list(HOSTILE)
    return answer


def many(files: int) -> dict[str, Any]:
    """The answer of a scan of many files, each with samples, parts and neighbours."""
    answer = made_scan()
    answer["files"] = [
        made_file(
            f"share/{n % 97:02d}/list {n:05d}.csv",
            n % 500 + 1,
            holder=f"P{n % 40:05d}",
            samples=[{"part": "", "line": 1, "column": "c", "kind": "mobile", "mask": "154****0001", "confidence": 1.0}] * 5,
            parts=[
                {
                    **{"name": "", "hidden": False, "rows": 5, "persons": 5},
                    "columns": [{"place": c, "header": "h", "kind": "mobile", "share": 1.0, "confidence": 1.0} for c in range(9)],
                }
            ],
        )
        for n in range(files)
    ]  # fmt: skip
    paths = [f["path"] for f in answer["files"]]
    answer["overlaps"] = [{"a": a, "b": b, "persons": 3} for a, b in pairwise(paths)]
    answer["duplicates"] = [{"how": "same rows", "files": paths[n : n + 30]} for n in range(0, files, 30)]
    answer["lineage"] = [
        {"file": a, "of": b, "how": "part", "shared": 3, "share": 0.5, "sentence": "s"} for a, b in pairwise(paths)
    ]
    answer["not_read"] = [{"path": p, "reason": f"reason {n % 7}"} for n, p in enumerate(paths)]
    answer["holders"] = [
        {**_people(1, 1, 1), "holder": f"P{n:05d}", "files": 1, "items": []} for n in range(min(files, 3000))
    ]
    answer["totals"] |= {"files": files, "read": files}
    return answer
