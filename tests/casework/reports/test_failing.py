"""When a scan counts as failed."""

from __future__ import annotations

from typing import Any

import pytest
from made_scan import made_file, made_scan

from headwater.casework.failing import (
    INVENTORY,
    ConditionError,
    conditions,
    held,
    inventory_figures,
    needs_earlier,
    new_persons,
    scan_figures,
)


def holds(text: str, answer: dict[str, Any], earlier: dict[str, Any] | None = None) -> list[str]:
    return [str(h) for h in held(conditions(text), scan_figures(answer, earlier))]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("persons>0", ["persons>0 (it is 9,231)"]),
        ("persons>9231", []),
        ("persons>=9231", ["persons>=9231 (it is 9,231)"]),
        ("persons<10", []),
        ("persons=9231", ["persons=9231 (it is 9,231)"]),
        ("persons!=9231", []),
        ("group:n3>=50", ["group:n3>=50 (it is 700)"]),
        ("group:n3>700", []),
        ("group:n4>0", []),
        ("kind:resident_id>30", ["kind:resident_id>30 (it is 31)"]),
        ("kind:passport>0", []),
        ("category:contact>9_999", ["category:contact>9999 (it is 10,000)"]),
        ("holder:P00044>30", ["holder:P00044>30 (it is 31)"]),
        ("dataset:policyholders>0", ["dataset:policyholders>0 (it is 8,800)"]),
        ("unread>0", ["unread>0 (it is 1)"]),
        ("unread>1", []),
        ("partly-read>0", ["partly-read>0 (it is 1)"]),
        ("expired>0", ["expired>0 (it is 1)"]),
        ("duplicates>0", ["duplicates>0 (it is 1)"]),
        (" unread > 0 , persons>0", ["unread>0 (it is 1)", "persons>0 (it is 9,231)"]),
        ("group:n4>0,unread>0,unread>0", ["unread>0 (it is 1)"]),
    ],
)
def test_each_side_of_each_condition(text: str, told: list[str]) -> None:
    assert holds(text, made_scan()) == told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no condition: write for example persons>0"),
        ("persons", "'persons' is no condition"),
        ("persons>-1", "'persons>-1' is no condition"),
        ("persons>0,", "'' is no condition"),
        ("persons>many", "is no condition"),
        ("person>0", "nothing is called 'person'; did you mean persons?"),
        ("xyzzy>0", "nothing is called 'xyzzy'; there are files, rows, persons"),
        ("persons:n3>0", "persons stands alone, without 'n3'"),
        ("group>0", "group of what? Write for example group:n3>0"),
        ("group:n9>0", "there is no group 'n9': n3, n4, n5"),
        ("kind:residentid>0", "there is no kind 'residentid'; did you mean resident_id?"),
        ("opened>0", "nothing is called 'opened'"),
    ],
)
def test_a_wrong_condition_is_told_clearly(text: str, message: str) -> None:
    with pytest.raises(ConditionError) as error:
        conditions(text, kinds={"resident_id", "mobile"})
    assert str(error.value).startswith("--fail-on: ")
    assert message in str(error.value)


def test_a_house_may_have_kinds_of_its_own() -> None:
    assert conditions("kind:badge>0")
    assert conditions("kind:own:client_no>0", kinds={"mobile"})[0].of == "own:client_no"


def test_what_compares_needs_an_earlier_answer() -> None:
    assert needs_earlier(conditions("persons>0,new-persons>0"))
    assert not needs_earlier(conditions("persons>0"))
    assert needs_earlier(conditions("opened>0", INVENTORY))


def test_new_persons() -> None:
    earlier = made_scan()
    for n, file in enumerate(earlier["files"]):
        file["sha256"] = f"{n}" * 64
    now = made_scan()
    for n, file in enumerate(now["files"]):
        file["sha256"] = f"{n}" * 64
    assert holds("new-persons>0", now, earlier) == []
    now["files"][1] |= {"path": "elsewhere.csv"}
    assert new_persons(now, earlier) == 0, "a file that only moved brings nobody"
    now["files"][2] |= {"persons": 40, "sha256": "a" * 64}
    assert new_persons(now, earlier) == 9
    now["files"].append(made_file("new.csv", 7, sha256="b" * 64))
    assert holds("new-persons>=16", now, earlier) == ["new-persons>=16 (it is 16)"]
    now["files"].append(made_file("huge.csv", 50_000, sha256="c" * 64))
    assert new_persons(now, earlier) == now["totals"]["persons"], "never more than there are"
    now["totals"]["persons"] = 60_000
    assert new_persons(now, earlier) == 60_000 - 9231


def test_figures_of_an_inventory() -> None:
    inventory = {
        "totals": {
            **{"files": 3, "holdings": 2, "persons": 9, "named": 4, "open": 1, "unknown": 1},
            "persons_open": {"low": 3, "high": 5},
        },
        "holdings": [
            {"kinds": [{"kind": "mobile", "category": "contact", "group": "n5", "found": 4}]},
            {"kinds": [{"kind": "mobile", "category": "contact", "group": "n5", "found": 5}]},
        ],
        "changes": [{"what": "opened"}, {"what": "new kinds"}, {"what": "unread"}, {"what": "opened"}],
    }
    found = inventory_figures(inventory)
    asked = conditions("opened>1,new-kinds>0,unread-now>0,persons-open>=5,kind:mobile>=9,gone>0,group:n3>0", INVENTORY)
    assert [h.condition.name for h in held(asked, found)] == [
        *("opened", "new-kinds", "unread-now", "persons-open", "kind"),
    ]
