"""The market of a case as layers: who paid whom, tier by tier, in the months that one chooses."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from headwater.casework.reports.figures import number
from headwater.casework.reports.market.bands import column, foremost
from headwater.casework.reports.words import Words
from headwater.casework.reports.words import words as report_words
from headwater.console.here import CaseHere, InCase
from headwater.console.markets.chosen import From, Named, RoleChosen, Tier, To, focus
from headwater.console.markets.drawing import chart, name_of, tier_name
from headwater.console.markets.layers import BESIDE, Focus, Layers, layers
from headwater.console.markets.lists import people_table, sought
from headwater.console.markets.market import Market
from headwater.console.markets.opening import market_of
from headwater.console.markets.pending import Waiting, heard, known, waiting
from headwater.console.markets.sums import bands_table, by_month, key_players
from headwater.console.markets.ways import Ways
from headwater.console.models import After, Chart, Limit, Link, Shown, Sought, Table
from headwater.console.twin import Page, View


class Choice(Shown):
    """Something that can be chosen: its value in the address, and its words."""

    value: str
    text: str
    chosen: bool = False


class Network(Shown):
    """The market: who dealt with whom, drawn tier by tier with money as width, and the people as a table."""

    known: bool
    """Whether the case has a market at all."""
    summary: str
    caution: str
    about: str
    """What is shown: everybody, a tier, a role, or a person with those he dealt with."""
    person: Link | None
    """The card of the person around whom the picture is drawn."""
    focused: bool
    months: list[Choice]
    first: str
    last: str
    earlier: str | None
    """The address of the same period one step earlier, where there is one."""
    later: str | None
    tiers: list[Choice]
    roles: list[Choice]
    picture: Chart
    money: Chart
    """Money by month, from or to the people of the table."""
    people: Table
    bands: Table
    """People who are drawn together."""
    key_players: Table
    key_players_words: str
    notes: list[str]
    """What limits this part."""
    waiting: Waiting
    """What people said of who is who and this answer does not show yet."""


def network(
    here: CaseHere,
    tier: Tier = "",
    role: RoleChosen = "",
    person: Named = "",
    first: From = "",
    last: To = "",
    q: Sought = "",
    sort: Annotated[str, Query(max_length=20)] = "",
    after: After = None,
    limit: Limit = 50,
) -> Network:
    """The picture of a market, or of a tier, a role, or the people around one, in a period; and these people as a table."""
    market = market_of(here.desk, here.served.workspace)
    told, say = report_words(here.lang), here.say
    players = here.desk.part("network.key_players")
    at = market.span(first, last)
    ways = Ways(here.root, *_kept(market, at))
    wanted = focus(market, tier, role, person)
    drawn = layers(market, wanted, tuple(foremost({"key_players": players})), at)
    several = sought(drawn.people, q) if q.strip() else drawn.people
    one = market.people[wanted.person] if wanted.person is not None else None
    return Network(
        known=bool(market.people),
        summary=_summary(market, told),
        caution=told("network.caution"),
        about=_about(market, wanted, drawn, told, say),
        person=Link(text=name_of(one, told), href=ways.person(one.id)) if one else None,
        focused=wanted != Focus(),
        months=[Choice(value=m, text=m) for m in market.months],
        first=market.months[at[0]] if market.months else "",
        last=market.months[at[1]] if market.months else "",
        earlier=_step(market, wanted, at, here, -1),
        later=_step(market, wanted, at, here, 1),
        tiers=_tiers(market, tier, told, say),
        roles=_roles(market, role, told),
        picture=chart(drawn, ways, say, told, _words(market, drawn, at, told, say)),
        money=by_month(
            market,
            [one] if one else drawn.people if wanted != Focus() else None,
            lambda m: _at(here, market, wanted, m, m),
            told,
            say,
        ),
        people=people_table(market, several, ways, told, say, sort, after, limit),
        bands=bands_table(drawn, ways, told, say),
        key_players=key_players(players, market, ways, told, say),
        key_players_words=told("network.key_how"),
        notes=[str(note) for note in here.desk.part("network.notes")],
        waiting=waiting(here, market, known(here, market, heard(here))),
    )


def _kept(market: Market, at: tuple[int, int]) -> tuple[str, str]:
    """The months that go along in addresses: none where all were chosen."""
    whole = not market.months or at == (0, len(market.months) - 1)
    return ("", "") if whole else (market.months[at[0]], market.months[at[1]])


def _summary(market: Market, told: Words) -> str:
    seen = sum(p.own for p in market.people)
    return told("network.summary", people=number(len(market.people)), orders=number(market.orders), seen=number(seen))


def _about(market: Market, wanted: Focus, drawn: Layers, told: Words, say: Words) -> str:
    if wanted.person is not None:
        who = name_of(market.people[wanted.person], told)
        return say("network.about_person", who=who, n=number(len(drawn.people) - 1))
    parts = []
    if wanted.tier is not None:
        parts.append(told("network.no_tier") if wanted.tier == BESIDE else tier_name(wanted.tier, told))
    if wanted.role is not None:
        parts.append(told.name("network.role", wanted.role))
    if parts:
        return say("network.about_part", part=" · ".join(parts), n=number(len(drawn.people)))
    key = "network.about_banded" if drawn.cast.bands else "network.about_all"
    return say(key, n=number(len(drawn.people)), alone=number(len(drawn.cast.alone)))


def _words(market: Market, drawn: Layers, at: tuple[int, int], told: Words, say: Words) -> str:
    """The sentences below the picture: what it shows, and what of the money it does not show."""
    whole = sum(t.amount for t in drawn.ties)
    rest = drawn.ties[drawn.shown :]
    widest = drawn.ties[0].amount if drawn.ties else 0
    months = (market.months[at[0]], market.months[at[1]]) if market.months else ("–", "–")
    parts = [
        say("network.how", first=months[0], last=months[1]),
        told("network.drawn", sum=number(round(whole)), most=number(round(widest))),
        *_signs(drawn, say),
    ]
    if rest:
        parts.append(told("network.ties_left_out", n=number(len(rest)), sum=number(round(sum(t.amount for t in rest)))))
    if drawn.inside:
        parts.append(told("network.within", sum=number(round(drawn.inside))))
    return " ".join(parts)


def _signs(drawn: Layers, say: Words) -> list[str]:
    """What hollow and dashed signs mean, where any are drawn."""
    found = {"hollow": any(not p.own for p in drawn.cast.alone), "dashed": any(not p.told for p in drawn.cast.alone)}
    return [say(f"network.sign_{sign}") for sign, there in found.items() if there]


def _step(market: Market, wanted: Focus, at: tuple[int, int], here: InCase, step: int) -> str | None:
    """The same focus, the period moved by its own length; of all months to the first or the last one."""
    if len(market.months) < 2:
        return None
    if at == (0, len(market.months) - 1):
        start = end = 0 if step > 0 else len(market.months) - 1
    else:
        length = at[1] - at[0] + 1
        start, end = at[0] + step * length, at[1] + step * length
    if start < 0 or end >= len(market.months):
        return None
    return _at(here, market, wanted, market.months[start], market.months[end])


def _at(here: InCase, market: Market, wanted: Focus, first: str, last: str) -> str:
    """The address of this focus in other months."""
    who = market.people[wanted.person].id if wanted.person is not None else None
    return Ways(here.root, first, last).picture(tier=wanted.tier, role=wanted.role, person=who)


def _tiers(market: Market, chosen: str, told: Words, say: Words) -> list[Choice]:
    known = sorted({BESIDE if (t := column(p)) is None else t for p in market.people})
    names = {t: say("network.beside") if t == BESIDE else tier_name(t, told) for t in known}
    return [Choice(value=str(t), text=names[t], chosen=str(t) == chosen) for t in known]


def _roles(market: Market, chosen: str, told: Words) -> list[Choice]:
    known = sorted({p.role for p in market.people})
    return [Choice(value=r, text=told.name("network.role", r), chosen=r == chosen) for r in known]


PAGE = Page("network", views=(View("/cases/{case}/network", network, "network.html.j2", "The market in layers"),))
