"""Plans of decoys in the registries of ready cases: the console shows them, and the command line made them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.console.ready_cases import INSURER, Ready
from tests.planting.made_people_table import by_hand, rows, table_in
from tests.planting.test_canary_registry import CONTROLS

from headwater.planting.canaries.registry import PlanEntry, Registry, Showing
from headwater.store.workspace import open_workspace

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def planned(
    ready: Ready, folder: Path, labels: tuple[str, ...], case: str = INSURER, by: str = "Zhao", area: float = 0.5, seed: int = 9
) -> PlanEntry:  # fmt: skip
    """A plan of as many decoys as there are labels, proposed by somebody; the first decoy was shown to an account."""
    account = sorted({a for i in ready.result(INSURER)["incidents"] for a in i["accounts"]})[0]
    folder.mkdir(parents=True, exist_ok=True)
    table, people = table_in(folder, rows(300)), rows(len(labels), seed=seed, first=700_000 + 1000 * seed)
    with open_workspace(ready.workspace(case)) as space:
        plan = by_hand(table, people.replace("", None), space.tokeniser, area, CONTROLS)
        registry = Registry(space)
        entry = registry.propose(table, plan, labels, (account,), None, by, NOW)
        registry.show([Showing(entry.decoys[0].id, account, NOW.isoformat(), f"logs/{account}.log", 7)], NOW)
    return entry
