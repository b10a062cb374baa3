"""Runs every baseline on a workspace that Headwater has filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from headwater.baselines import ecod, guilt, isolation_forest, month_sum, overlap, own_z, peer_mad, row_rule
from headwater.baselines.answers import Answer, House, of_blame, of_scores, write
from headwater.baselines.blame import Blamed
from headwater.baselines.counters import Counters, counters
from headwater.baselines.leaks import Leak, leaks
from headwater.baselines.scores import Scores
from headwater.store.engine import open_engine
from headwater.store.workspace import Workspace, open_workspace

Detect = Callable[[Counters], Scores]
Blame = Callable[[Leak], list[Blamed]]

DETECTING: Final[Mapping[str, Detect]] = MappingProxyType(
    {
        "own-z": own_z.score,
        "peer-mad": peer_mad.score,
        "sum-28": month_sum.score,
        "isolation-forest": isolation_forest.score,
        "ecod": ecod.score,
        "row-rule": row_rule.score,
    }
)
BLAMING: Final[Mapping[str, Blame]] = MappingProxyType(
    {"overlap": overlap.top, "overlap-share": overlap.above_share, "guilt": guilt.guilty}
)
METHODS: Final = (*DETECTING, *BLAMING)


def run(workspace: Path, out: Path, timezone: str = "UTC", methods: tuple[str, ...] = METHODS) -> list[Path]:
    """Write ``out/METHOD.json`` for each baseline, and give the files. ``timezone``: that of the case."""
    out.mkdir(parents=True, exist_ok=True)
    with open_workspace(workspace) as opened:
        answers = list(_answers(opened, timezone, methods))
    return [write(answer, out / f"{answer['method']}.json") for answer in answers]


def _answers(workspace: Workspace, timezone: str, methods: tuple[str, ...]) -> Iterator[Answer]:
    house = House(_owners(workspace), timezone)
    with open_engine("duckdb", workspace) as engine:
        counted, leaked = counters(engine), leaks(engine)
    for name in (n for n in DETECTING if n in methods):
        yield of_scores(DETECTING[name](counted), counted, house)
    for name in (n for n in BLAMING if n in methods):
        yield of_blame(name, [(leak, BLAMING[name](leak)) for leak in leaked], house)


def _owners(workspace: Workspace) -> dict[str, str]:
    """The first owner that the account list names for each account."""
    rows = workspace.lake.read("accounts").select(["account", "owner"]).to_pylist()
    return {row["account"]: row["owner"] for row in reversed(rows) if row["owner"]}
