"""Whom a decoy in a leak names, and whom it must not: late readers, readers of what everybody can read, dumps below the views."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from headwater.model.evidence import Citation
from headwater.planting.canaries.dealing import MOST_ACCOUNTS, dealing
from headwater.planting.canaries.naming import ASIDE, OPEN, Weight, viewers, weigh
from headwater.planting.canaries.registry import Book, Decoy, PlanEntry, Showing, Step
from headwater.store.tokens import Tokeniser

PLANTED = datetime(2026, 3, 2, 12, tzinfo=UTC)
ACCOUNTS = [f"u{n}" for n in range(900)]
LINE = (Citation("leak.csv", 7),)


def book(labels: Sequence[str], *showings: Showing) -> Book:
    decoys = tuple(Decoy(f"D-{n}", label) for n, label in enumerate(labels))
    steps = tuple(Step(state, PLANTED, "Li") for state in ("proposed", "approved", "planted"))
    plan = PlanEntry("P-1", "clients", "no", {}, decoys, frozenset(), (), False, 300, True, {}, steps)
    return Book((plan,), showings)


def told(known: Book, decoys: Collection[int] = (0,), **more: object) -> dict[str, Weight]:
    found = {f"D-{n}": LINE for n in decoys}
    weights = weigh(known, found, ACCOUNTS, Tokeniser(bytes(32)), **more)  # type: ignore[arg-type]
    return {w.account: w for w in weights if w.decoys}


def test_the_account_that_alone_is_shown_a_decoy_is_named() -> None:
    weight = told(book(["u0"]))["u0"]
    assert weight.named and weight.of_copy == pytest.approx(19.9, abs=0.1)
    assert weight.bits == pytest.approx(
        np.log2(899 * 49), abs=0.1
    )  # with equal odds before, 98 %: another hand may have had it
    assert told(book(["u0"]), hand=0.2)["u0"].bits == pytest.approx(np.log2(899 * 4), abs=0.1)


def test_the_only_known_reader_of_what_everybody_can_read_is_not_named() -> None:
    for label in ("", "2026-06"):
        known = book([label], Showing("D-0", "u7", "2026-03-09", "web.log", 3))
        weight = told(known)["u7"]
        assert not weight.named
        assert weight.bits == pytest.approx(3.3, abs=0.1), OPEN
    assert not told(known)["2026-06"].named  # a period is no account


def test_whoever_looks_a_decoy_up_after_the_leak_is_not_its_source() -> None:
    known = book(["u0"], Showing("D-0", "auditor", "2026-04-02T09:00:00", "web.log", 3))
    assert not told(known)["u0"].named and "auditor" in told(known)
    after = told(known, received=date(2026, 4, 1))
    assert set(after) == {"u0"} and after["u0"].named
    assert "auditor" in told(known, received=date(2026, 4, 2))  # the same day may have been before


def test_a_showing_before_planting_accuses_nobody_but_is_known() -> None:
    known = book(["u0"], Showing("D-0", "planner", "2026-03-01"))
    weights = told(known)
    assert set(weights) == {"u0"} and not weights["u0"].named
    assert viewers(known, known.plans[0].decoys[0]) == ("u0",)
    for day in ("one day in spring", ""):  # nor does one of which nobody knows the day
        weights = told(book(["u0"], Showing("D-0", "planner", day)))
        assert set(weights) == {"u0"} and not weights["u0"].named


def test_days_of_showings_are_those_of_the_house() -> None:
    """Half past six on 3 April in Shanghai is 2 April by UTC."""
    at = datetime(2026, 4, 2, 22, 30, tzinfo=UTC)
    (plan,) = book(["u0"]).plans
    for zone, viewers_then in (("Asia/Shanghai", {"u0"}), ("UTC", {"u0", "auditor"})):
        known = Book((replace(plan, zone=zone),), (Showing("D-0", "auditor", at.isoformat(), "web.log", 3),))
        assert set(told(known, received=date(2026, 4, 2))) == viewers_then
    assert replace(plan, zone="Pacific/Kiritimati").day("planted") == date(2026, 3, 3)


def test_a_label_that_is_no_account_is_not_named() -> None:
    weight = told(book(["Shanghai"]))["Shanghai"]
    assert weight.bits > 15 and not weight.named


def test_decoys_of_many_accounts_in_one_leak_are_a_dump_below_the_views() -> None:
    labels = [f"u{n}" for n in range(8)]
    one, two, all_ = (told(book(labels), range(n)) for n in (1, 2, 8))
    assert one["u0"].named
    assert one["u0"].bits > two["u0"].bits > all_["u0"].bits
    assert not [w for w in all_.values() if w.named or w.bits > 1]
    assert ASIDE < 1e-5


def test_a_house_in_which_unique_decoys_name_nobody_is_told_so() -> None:
    for accounts, named in ((MOST_ACCOUNTS, True), (MOST_ACCOUNTS + 1, False)):
        known = weigh(
            book(["u0"] * 3),
            {f"D-{n}": LINE for n in range(3)},
            [f"u{n}" for n in range(accounts)],
            Tokeniser(bytes(32)),
        )
        assert known[0].named == named
        dealt = dealing(["u0"], None, None, False, 3, 300, accounts)
        assert dealt.too_many != named
        assert any("nobody is named" in text.en for text in dealt.sentences()) != named
    assert not dealing(["u0", "u1"], None, None, True, 30, 300, MOST_ACCOUNTS + 1).too_many


def test_absence_clears_nobody_for_good() -> None:
    """Whoever sorts decoys out is not a million times less likely for it, however many he was shown."""
    weights = weigh(book(["u0"] * 3 + ["u1"] * 200), {}, ACCOUNTS, Tokeniser(bytes(32)), ours=150)
    told = {w.account: w.bits for w in weights}
    assert told["u0"] == pytest.approx(np.log2(0.1 + 0.9 / 8))
    assert told["u1"] == pytest.approx(np.log2(0.1))


def test_shared_decoys_that_are_all_lacking_clear_nobody_for_good() -> None:
    decoys = tuple(Decoy(f"D-{n}", "", 0.3) for n in range(300))
    steps = (Step("planted", PLANTED, "Li"),)
    plan = PlanEntry("P-2", "clients", "no", {}, decoys, frozenset(), ("u0", "u1"), True, 300, True, {}, steps)
    for weight in weigh(Book((plan,)), {}, ACCOUNTS, Tokeniser(bytes(32)), ours=299):
        assert -3.4 < weight.bits < 0.2
