"""Names of an alert are shown to the one who asked while the time runs; what earlier versions wrote down stays readable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.store.casebook_house import House, copied

from headwater.casework import ledgers
from headwater.casework.alerting import Ledger
from headwater.casework.budget import Bucket, Budget
from headwater.casework.reveals import chain, earlier_reveals, shown
from headwater.model.alert import Alert
from headwater.model.errors import CaseError, StoreError
from headwater.model.words import Text
from headwater.store.casebook import revealing
from headwater.store.casebook.signing_in import who
from headwater.store.keys import ENVIRONMENT
from headwater.store.workspace import Workspace, open_workspace

DAY = date(2026, 3, 2)
ALERT = Alert(
    "A-1", DAY, DAY, DAY, "day", Text("read", "读取"), ("u1",), (), ("bulk-read",), 5.0, DAY, DAY, 40, (), (), ("account:u1",)
)  # fmt: skip


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv(ENVIRONMENT, "5a" * 32)
    with open_workspace(tmp_path / "w") as opened:
        ledger = Ledger(Bucket(Budget(5.0, 100)), opened.tokeniser, [ALERT])
        ledgers.save(opened.root, ledger, DAY)
        yield opened


@pytest.fixture
def house(space: Workspace) -> Iterator[House]:
    made = copied(space.root)
    yield made
    made.book.close()


def asked(house: House, thing: str) -> str:
    with house.book.transaction(house.now()) as tx:
        return revealing.ask(tx, who(tx, house.tickets["Zhao"]), house.case, "alert", thing, "complaint 17")


def test_names_come_out_only_after_two_people_agreed(space: Workspace, house: House) -> None:
    request = asked(house, "A-1")
    with pytest.raises(CaseError, match="nobody has agreed yet"):
        shown(space, house.book, house.tickets["Zhao"], house.case, request, house.now())
    with house.book.transaction(house.now()) as tx:
        revealing.answer(tx, who(tx, house.tickets["Wang"]), house.case, request, minutes=5)
    with pytest.raises(CaseError, match="nobody else"):
        shown(space, house.book, house.tickets["Li"], house.case, request, house.now())
    alert, leave = shown(space, house.book, house.tickets["Zhao"], house.case, request, house.now())
    assert alert == ALERT
    with pytest.raises(CaseError, match="used up"):
        shown(space, house.book, house.tickets["Zhao"], house.case, request, leave.closes)


def test_an_alert_that_is_gone_is_said(space: Workspace, house: House) -> None:
    request = asked(house, "A-2")
    with house.book.transaction(house.now()) as tx:
        revealing.answer(tx, who(tx, house.tickets["Wang"]), house.case, request)
    with pytest.raises(CaseError, match="no such alert"):
        shown(space, house.book, house.tickets["Zhao"], house.case, request, house.now())


def test_what_earlier_versions_wrote_down_is_read_and_tampering_seen(space: Workspace) -> None:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC).isoformat()
    for by in ("Li", "Wang"):
        chain(space).add({"alert": "A-1", "at": at, "because": "two\u2028lines", "by": by, "second": "Wu"})
    assert [e["by"] for e in earlier_reveals(space)] == ["Li", "Wang"]
    file = space.root / "watch" / "reveals.jsonl"
    file.write_text(file.read_text("utf-8").split("\n")[0] + "\n", "utf-8")
    with pytest.raises(StoreError, match="taken out"):
        earlier_reveals(space)
