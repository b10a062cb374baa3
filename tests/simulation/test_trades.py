"""The trades: each is consistent in itself, none is another's copy, and together they hold every way of taking."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from headwater.simulation.events import dice
from headwater.simulation.trades.all import TRADES
from headwater.simulation.trades.draws import amount, numbered, one_of, time_of_day
from headwater.simulation.trades.trade import CrimeKind, Role, Shift, SourceKind, Strength, Trade, WayOut

ALL = pytest.mark.parametrize("trade", TRADES.values(), ids=TRADES.keys())
PAGES = Path(__file__).parents[2] / "docs" / "worlds"
ACTIONS = {"lookup", "search", "export", "sql", "*"}


def staff(trade: Trade) -> list[Role]:
    return [role for role in trade.roles if not role.outside]


def explained(role: Role) -> float:
    """The share of a role's readings for which a business table holds the reason."""
    return sum(source.share * source.recorded for source in role.sources if source.relation)


def distinct(values: Iterable[object]) -> bool:
    kept = list(values)
    return len(kept) == len(set(kept))


@ALL
def test_shares_add_up(trade: Trade) -> None:
    assert sum(role.share for role in staff(trade)) == pytest.approx(1, abs=1e-6)
    for role in trade.roles:
        assert sum(source.share for source in role.sources) == pytest.approx(1, abs=1e-6), role.name
        assert role.share > 0


@ALL
def test_a_small_house_has_room_for_every_role(trade: Trade) -> None:
    assert 5 <= len(staff(trade)) <= 9
    assert distinct(role.name for role in trade.roles)


@ALL
def test_words_are_known(trade: Trade) -> None:
    for role in trade.roles:
        assert role.shift in get_args(Shift)
        assert all(source.kind in get_args(SourceKind) for source in role.sources)
        assert all(0 <= source.recorded <= 1 for source in role.sources)
        assert {right.action for right in role.rights} <= ACTIONS
    for crime in trade.crimes:
        assert crime.kind in get_args(CrimeKind)
        assert crime.strength in get_args(Strength)
        assert crime.way_out is None or crime.way_out in get_args(WayOut)


@ALL
def test_ordinary_days_are_plausible(trade: Trade) -> None:
    assert all(2 <= role.lookups <= 120 for role in trade.roles)
    assert all(role.exports <= 6 and role.queries <= 25 and 0 <= role.edits <= 0.5 for role in trade.roles)


@ALL
def test_work_is_mostly_explained(trade: Trade) -> None:
    least, most = (0.94, 0.98) if trade.name == "hospital" else (0.85, 0.98)
    assert {role.name: explained(role) for role in trade.roles if not least <= explained(role) <= most} == {}


@ALL
def test_who_has_a_book_reads_from_it_and_nobody_else_does(trade: Trade) -> None:
    for role in trade.roles:
        assert role.book == any(source.kind == "own" for source in role.sources), role.name
    assert any(role.book for role in trade.roles)


@ALL
def test_nobody_does_what_he_has_no_right_to(trade: Trade) -> None:
    for role in trade.roles:
        may = {right.action for right in role.rights}
        assert may & {"lookup", "*"}, role.name
        assert not role.exports or may & {"export", "*"}, role.name
        assert not role.queries or may & {"sql", "*"}, role.name


@ALL
def test_rights_leave_room_for_busy_days(trade: Trade) -> None:
    for role in trade.roles:
        limits = [right.rows_per_day for right in role.rights if right.action == "lookup" and right.rows_per_day]
        assert all(limit >= 5 * role.lookups for limit in limits), role.name


@ALL
def test_every_house_has_people_at_the_database_outside_partners_and_sellers(trade: Trade) -> None:
    assert any(role.queries >= 5 for role in trade.roles)
    assert any(role.exports >= 1 for role in trade.roles)
    assert any(role.outside for role in trade.roles)
    assert {service.purpose for service in trade.services} == {"backup", "batch", "campaign", "partner", "report"}


@ALL
def test_services_are_told_apart(trade: Trade) -> None:
    assert distinct(service.name for service in trade.services)
    for service in trade.services:
        assert 0 <= service.at < 24
        assert service.every >= 1
        assert 0 < service.share <= 1
        assert service.title


@ALL
def test_hosts_are_nobodys(trade: Trade) -> None:
    assert all(re.fullmatch(r"[a-z.]+\.example", host) for host in trade.sites)
    assert {trade.chat, trade.mail, trade.disk} <= set(trade.sites)
    assert distinct(trade.sites)
    assert distinct((trade.chat, trade.mail, trade.disk))


@ALL
def test_a_record_is_told_from_its_path_and_from_no_other(trade: Trade) -> None:
    assert trade.record_path.count("{subject}") == 1
    assert "?" not in trade.search_path + trade.export_path
    before, after = trade.record_path.split("{subject}")
    pattern = re.compile(f"^{re.escape(before)}(?P<subject>{re.escape(trade.key_prefix)}\\d+){re.escape(after)}")
    found = pattern.match(trade.record_path.format(subject=f"{trade.key_prefix}300123"))
    assert found
    assert found["subject"] == f"{trade.key_prefix}300123"
    paths = (before, trade.search_path, trade.export_path)
    assert not any(a.startswith(b) for a in paths for b in paths if a is not b)


@ALL
def test_columns_have_names_of_their_own(trade: Trade) -> None:
    assert distinct((trade.key, *trade.headers, *(extra.header for extra in trade.extras)))
    assert trade.extras


@ALL
def test_extras_are_drawn_alike_from_equal_dice(trade: Trade) -> None:
    for extra in trade.extras:
        first, again = (extra.draw(dice(5, extra.header), 400) for _ in range(2))
        assert len(first) == 400
        assert first.tolist() == again.tolist()
        assert all(isinstance(value, str) and value for value in first)
        assert extra.draw(dice(6, extra.header), 400).tolist() != first.tolist()
        assert len(extra.draw(dice(5, extra.header), 0)) == 0


@ALL
def test_stories_and_sources_are_told(trade: Trade) -> None:
    assert len(trade.story) > 300
    assert trade.sources
    assert "?" not in trade.story


@ALL
def test_thefts_are_of_several_strengths_within_the_span(trade: Trade) -> None:
    assert 4 <= len(trade.crimes) <= 6
    assert len({crime.strength for crime in trade.crimes}) >= 3
    assert all(0 <= crime.begins < crime.ends <= 1 and 1 <= crime.people <= 4 for crime in trade.crimes)


def test_no_two_trades_share_a_name() -> None:
    trades = list(TRADES.values())
    for part in ("name", "title", "organisation", "dataset", "table", "key", "key_prefix", "record_path", "story"):
        assert distinct(getattr(trade, part) for trade in trades), part
    for part in ("account_prefix", "employee_prefix", "device_prefix", "chat", "mail", "disk", "headers"):
        assert distinct(getattr(trade, part) for trade in trades), part
    assert distinct(service.name for trade in trades for service in trade.services)
    assert all(name == trade.name for name, trade in TRADES.items())


def test_no_key_prefix_begins_another() -> None:
    prefixes = [trade.key_prefix for trade in TRADES.values()]
    assert not any(a != b and a.startswith(b) for a in prefixes for b in prefixes)


def test_draws_keep_to_their_form() -> None:
    rng = dice(1, "draws")
    assert set(one_of(甲=1, 乙=0)(rng, 50)) == {"甲"}
    assert all(re.fullmatch(r"BD\d{4}", value) for value in numbered("BD", 4)(rng, 50))
    assert all("08:00" <= value < "10:00" for value in time_of_day(8, 10)(rng, 50))
    assert np.median(amount(3_600, 0.9)(rng, 4_001).astype(float)) == pytest.approx(3_600, rel=0.1)


def test_every_way_of_taking_and_every_way_out_is_somewhere() -> None:
    crimes = [crime for trade in TRADES.values() for crime in trade.crimes]
    assert {crime.kind for crime in crimes} == set(get_args(CrimeKind))
    assert {crime.way_out for crime in crimes} == set(get_args(WayOut))
    assert {crime.strength for crime in crimes} == set(get_args(Strength))


def test_people_act_together_in_every_trade_but_with_others_too() -> None:
    for trade in TRADES.values():
        assert any(crime.people > 1 for crime in trade.crimes), trade.name
        assert any(crime.people == 1 for crime in trade.crimes), trade.name


@ALL
def test_the_page_of_a_world_agrees_with_its_trade(trade: Trade) -> None:
    page = (PAGES / f"{trade.name}.md").read_text("utf-8")
    rows = {line.split("|")[1].split()[0]: line for line in page.splitlines() if line.startswith("| ")}
    assert trade.organisation in page
    for role in trade.roles:
        told = rows[role.name]
        assert f"| {role.share * 100:g} %" in told
        assert f"| {role.lookups:g} |" in told
        assert f"| {explained(role) * 100:.1f} % |" in told
        assert all(f"({source.relation})" in told for source in role.sources if source.relation)
    for service in trade.services:
        assert f"{service.share * 100:g} %" in rows[f"`{service.name}`"]
    for column in (trade.key, *trade.headers, *(extra.header for extra in trade.extras)):
        assert f"`{column}`" in page
    for crime in trade.crimes:
        assert f"| `{crime.kind}` | {crime.strength} | {crime.people} | {crime.way_out} |" in page


@ALL
def test_the_page_of_a_world_cites_every_source(trade: Trade) -> None:
    page = (PAGES / f"{trade.name}.md").read_text("utf-8")
    for source in trade.sources:
        addresses = re.findall(r"[a-z-]+\.[a-z.-]+\.?[a-z]+/[\w/.-]*\w", source)
        named = re.match(r"[\w'& -]+", source)
        assert named
        assert named[0].split()[0] in page, source
        assert all(address in page for address in addresses), source


def test_the_overview_names_every_world_and_every_way_of_taking() -> None:
    page = (PAGES / "README.md").read_text("utf-8")
    for name in TRADES:
        assert f"[{name}]({name}.md)" in page
    for word in (*get_args(CrimeKind), *get_args(WayOut)):
        assert f"`{word}`" in page
    assert all(f"**{strength}**" in page for strength in get_args(Strength))


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in sorted(PAGES.glob("*.md")):
        text = page.read_text("utf-8")
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
