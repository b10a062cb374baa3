"""An evening on which much was released at once, for whoever judges alerts in a browser: joined, weighed and released by the
program itself, of made findings over accounts of the ready case.
"""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

from tests.console.ready_cases import Ready
from tests.processes import KEY

from headwater.casework import ledgers
from headwater.casework.alerting import evening
from headwater.casework.budget import PER_10000, Budget
from headwater.casework.incidents import stories
from headwater.model.attribution import Attribution
from headwater.model.evidence import Citation, Finding, PersonOdds, Statement
from headwater.model.organisation import Organisation
from headwater.model.words import Text
from headwater.store.tokens import Tokeniser

DAY = date(2024, 3, 26)
WHEN = datetime(2024, 3, 25, 2, tzinfo=UTC)


def busy_evening(ready: Ready, several: int) -> None:
    """Let so many more alerts through: each over an account that no alert is about yet, used beyond its right."""
    workspace, tokeniser = ready.workspace(), Tokeniser(bytes.fromhex(KEY))
    ledger, _last = ledgers.load(workspace, Budget(PER_10000, 1), tokeniser)
    about = {name for alert in ledger.alerts for name in alert.about}
    with (ready.case() / "hr" / "accounts.csv").open(encoding="utf-8-sig", newline="") as opened:
        owned = [(row["account"], row["owner"]) for row in csv.DictReader(opened) if row["kind"] == "person"]
    free = [(a, owner) for a, owner in owned if not about & {f"account:{a}", f"person:{owner}"}]
    by_owner = {owner: account for account, owner in free}
    found = [_beyond(account, owner, n) for n, (owner, account) in enumerate(list(by_owner.items())[:several], 1)]
    told = evening(DAY, stories(found, Attribution(), Organisation({})), ledger)
    assert len(told.released) == several
    ledgers.save(workspace, ledger, DAY)


def _beyond(account: str, owner: str, line: int) -> Finding:
    title = Text(
        f"Account {account} read beyond its rights on {line} day(s)", f"账号 {account} 在 {line} 天超越权限读取"
    )
    said = Statement(title, 5.0, (Citation("logs/web01/access.log", line),))
    clears = (Text("a right that the table does not hold", "权限表中没有的权限"),)
    return Finding(
        *("beyond-entitlement", account, title, "medium", (account,), (PersonOdds(owner, 0.9, 0.0),), ()),
        *(WHEN, WHEN, 40, (said,), None, True, clears),
    )
