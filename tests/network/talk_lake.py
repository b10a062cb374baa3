"""A lake that holds a few messages, bills and facts of made people, written by the program's own writer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from headwater.model.tables import SCHEMAS
from headwater.store.engine import Engine, open_engine
from headwater.store.manifest import Input
from headwater.store.workspace import open_workspace

START = datetime(2024, 5, 1, 2, tzinfo=UTC)


def said(owner: str, chat: str, sender: str, seconds: float, text: str, **more: Any) -> dict[str, Any]:
    """A message as the device of ``owner``, whose account is ``owner_id``, shows it; its file is the chat's."""
    own = more.pop("own", f"{owner}_id")
    group = chat.endswith("@chatroom")
    out = sender == own
    row = {
        "time": START + timedelta(seconds=seconds),
        "source": f"chats/{owner}/{chat}.csv",
        "owner": owner,
        "chat": chat,
        "group": group,
        "sender": sender,
        "receiver": None if group else chat if out else own,
        "outgoing": out,
        "kind": "text",
        "text": text,
        "shape": text,
    }
    return {**row, **more}


def told(owner: str, alias: str, kind: str, name: str, **more: Any) -> dict[str, Any]:
    """A fact of an address book."""
    return {"owner": owner, "alias": alias, "kind": kind, "name": name, "source": f"contacts/{owner}.csv", **more}


@contextmanager
def lake(folder: Path, engine: str = "duckdb", **tables: list[dict[str, Any]]) -> Iterator[Engine]:
    """An engine over a lake with these rows; lines are counted file by file where they are not given."""
    with open_workspace(folder) as space:
        writer = space.lake.writer("traffic", "(made)", "0")
        for name, rows in tables.items():
            writer.add(name, pa.Table.from_pylist(list(_cited(rows)), schema=SCHEMAS[name]))
        space.manifest.commit(Input("traffic", "(made)", 0, "0", "", 0, 0), writer.close())
        with open_engine(engine, space) as opened:
            yield opened


def _cited(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    lines: dict[str, int] = {}
    for row in rows:
        source = str(row["source"])
        lines[source] = lines.get(source, 0) + 1
        day = row["time"].date() if isinstance(row.get("time"), datetime) else date(2024, 5, 1)
        yield {"line": lines[source], **({"day": day, "hour": 0} if "time" in row else {}), **row}
