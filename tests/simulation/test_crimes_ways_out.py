"""Each way out leaves the traces it should, and no others."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tests.simulation.small_trade import OFFICE

from headwater.simulation.crimes.acting import ACTS, crimes
from headwater.simulation.crimes.casting import prepare
from headwater.simulation.house.building import build
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.trades.trade import STRENGTHS, Crime, CrimeKind, Strength, WayOut

OUT = {"shop-chat": OFFICE.chat, "web-mail": OFFICE.mail, "cloud-disk": OFFICE.disk}
CARRYING = ("bulk", "slow-drip", "lookup-for-hire", "leaver", "borrowed-account", "database-administrator")
USUAL: dict[CrimeKind, set[str]] = {
    "bulk": {"shop-chat"},
    "slow-drip": {"shop-chat"},
    "lookup-for-hire": {"phone"},
    "leaver": {"usb", "web-mail"},
    "borrowed-account": {"shop-chat"},
    "rented-account": {"none"},
    "scraping": {"none"},
    "hijacked-account": {"none"},
    "database-administrator": {"cloud-disk"},
    "screen-photos": {"phone"},
    "snooping": {"none"},
}


@cache
def bare(seed: int) -> House:
    return build(OFFICE, seed=seed, staff=50, clients=3_000, days=60)


@cache
def acted(kind: CrimeKind, strength: Strength, way: WayOut | None, seed: int = 0) -> tuple[House, Doing]:
    wanted = [Crime(kind, strength, way_out=way)]
    house = prepare(bare(seed), wanted)
    (doing,) = crimes(house, wanted)
    return house, doing


def carried(doing: Doing) -> set[str]:
    return {name for name in ("web", "files", "mail") if name in doing.traces}


@pytest.mark.parametrize("kind", list(ACTS))
@pytest.mark.parametrize("strength", STRENGTHS)
def test_each_kind_has_its_usual_way(kind: CrimeKind, strength: Strength) -> None:
    ways = {acted(kind, strength, None, seed)[1].way_out for seed in range(2)}
    assert ways <= USUAL[kind]


@pytest.mark.parametrize("kind", CARRYING)
@pytest.mark.parametrize("way", ["shop-chat", "web-mail", "cloud-disk"])
def test_what_goes_over_the_web_is_posted_to_the_destination(kind: CrimeKind, way: WayOut) -> None:
    _, doing = acted(kind, "medium", way)
    assert carried(doing) == {"web", "files"}
    log = doing.traces["web"]
    assert doing.destination == OUT[way] and set(log["host"].tolist()) == {OUT[way]}
    assert set(log["method"].tolist()) == {"POST"}
    assert 30 * len(doing.taken) < int(log["bytes_out"].sum()) < 80 * len(doing.taken) + 8_000 * len(log)


@pytest.mark.parametrize("kind", CARRYING)
def test_a_stick_sees_a_copy(kind: CrimeKind) -> None:
    _, doing = acted(kind, "strong", "usb")
    assert carried(doing) == {"files"} and doing.destination == ""
    log = doing.traces["files"]
    copies = log.take(np.array([path.startswith("E:\\") for path in log["path"]]))
    assert len(copies) and set(copies["action"].tolist()) == {"create"}


def test_the_printer_spools_and_a_letter_has_an_attachment() -> None:
    _, doing = acted("bulk", "weak", "print")
    assert carried(doing) == {"files"}
    assert any(path.endswith(".SPL") for path in doing.traces["files"]["path"])
    _, doing = acted("bulk", "weak", "mail")
    assert carried(doing) == {"files", "mail"}
    assert (doing.traces["mail"]["attachments"] == 1).all()
    assert set(doing.traces["mail"]["recipient"].tolist()) == {doing.destination}
    assert "@" in doing.destination


@pytest.mark.parametrize("kind", CARRYING)
@pytest.mark.parametrize("way", ["phone", "none"])
@pytest.mark.parametrize("strength", STRENGTHS)
def test_a_telephone_and_nothing_leave_no_trace(kind: CrimeKind, way: WayOut, strength: Strength) -> None:
    _, doing = acted(kind, strength, way)
    assert carried(doing) == set() and doing.destination == ""
    assert doing.way_out == way


@pytest.mark.parametrize("kind", CARRYING)
@pytest.mark.parametrize("strength", STRENGTHS)
def test_carrying_follows_taking_soon_and_at_the_takers_machine(kind: CrimeKind, strength: Strength) -> None:
    house, doing = acted(kind, strength, "web-mail", 1)
    log = doing.traces["web"]
    assert log["time"].min() > doing.taken_at.min()
    assert log["time"].max() > doing.taken_at.max()
    assert log["time"].max() < doing.taken_at.max() + 8 * 86_400_000
    assert (house.places.device[log["place"]] != "").all()
    assert house.calendar.day_of(log["time"]).max() < house.calendar.days


def test_the_faint_tidy_up() -> None:
    _, doing = acted("bulk", "faint", "usb")
    log = doing.traces["files"]
    left = {p for p, a in zip(log["path"], log["action"], strict=True) if a == "create" and p.startswith("C:")}
    assert left == {p for p, a in zip(log["path"], log["action"], strict=True) if a == "delete"}
