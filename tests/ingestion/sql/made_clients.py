"""A made data set with its history, and what tests ask of it."""

from datetime import date

import duckdb
import pyarrow as pa

from headwater.ingestion.sql.catalogue import Catalogue, Protected, name_parts
from headwater.ingestion.sql.replay import Replay, Replayer
from headwater.ingestion.sql.sandbox import Sandbox
from headwater.ingestion.sql.snapshots import Snapshot
from headwater.model.settings import Dataset

CLIENTS = Dataset("clients", key="client_id", tables=("crm.clients",))
TODAY = date(2021, 6, 1)
COLUMNS = ("client_id", "name", "city", "phone", "premium", "fee", "since", "note")
PRODUCTS = ("north", "south", "east", None)


def rows(count: int = 60) -> list[tuple[str | None, ...]]:
    """Made clients; every column has equal values and empty cells in it, but the key."""
    made = []
    for i in range(count):
        made.append(
            (
                f"C{1000 + i}",
                ("Ann", "bob", "Cyd")[i % 3] + str(i % 7),
                PRODUCTS[i % 4],
                f"154{i % 23:08d}" if i % 9 else None,
                str((i * 37) % 50) if i % 11 else None,
                f"{(i * 7) % 30}.{i % 10}0",
                f"20{10 + i % 9}-0{1 + i % 9}-1{i % 10}",
                (None, "it's", "50%", "a_b", "x\\y")[i % 5],
            )
        )
    return made


def table(of: list[tuple[str | None, ...]]) -> pa.Table:
    columns = zip(*of, strict=True) if of else ((),) * len(COLUMNS)
    return pa.table({n: pa.array(c, pa.string()) for n, c in zip(COLUMNS, columns, strict=True)})


def snapshot() -> Snapshot:
    return Snapshot(CLIENTS, table(rows()), "client_id")


def history() -> Snapshot:
    """Three clients: one who moved, one who left, one who came later."""
    return Snapshot(
        CLIENTS,
        pa.table(
            {
                "client_id": ["C1", "C2", "C1", "C3"],
                "name": ["Ann", "Bob", "Ann", "Cyd"],
                "city": ["north", "north", "south", "south"],
                "valid_from": ["2020-01-01", "2020-01-01", "2021-03-01", "2021-05-01"],
                "valid_to": ["2021-03-01", "2021-04-01", None, None],
            }
        ),
        "client_id",
        "valid_from",
        "valid_to",
    )


def catalogue_of(sandbox: Sandbox) -> Catalogue:
    return Catalogue(
        Protected(
            name,
            loaded.snapshot.key.lower(),
            tuple(name_parts(t) for t in loaded.snapshot.dataset.tables),
            loaded.identifying,
        )
        for name, loaded in sandbox.loaded.items()
    )


class Ask:
    """Replays statements on snapshots."""

    def __init__(self, *snapshots: Snapshot) -> None:
        self.sandbox = Sandbox(snapshots)
        self._replayer = Replayer(self.sandbox, catalogue_of(self.sandbox))

    def __call__(self, statement: str, day: date | None = TODAY, dataset: str = "clients") -> Replay:
        return self._replayer.replay(statement, day)[dataset]

    def keys(self, statement: str, day: date | None = TODAY) -> set[str]:
        """The keys that a statement gave, which must be an exact answer."""
        found = self(statement, day)
        assert found.exact, found.reason
        keys = self.sandbox.loaded["clients"].snapshot.keys()
        return set(keys.take(pa.array(found.ordinals)).to_pylist())


class Truth:
    """The same data set in a plain DuckDB with the types that a database would give it."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(
            "CREATE TABLE clients (client_id VARCHAR, name VARCHAR, city VARCHAR, phone VARCHAR, premium INTEGER, "
            "fee DECIMAL(10,2), since DATE, note VARCHAR)"
        )
        self.connection.executemany(f"INSERT INTO clients VALUES ({', '.join('?' * len(COLUMNS))})", rows())

    def keys(self, condition: str) -> set[str]:
        found = self.connection.execute(f"SELECT client_id FROM clients WHERE {condition}").fetchall()
        return {key for (key,) in found}
