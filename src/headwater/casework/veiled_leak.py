"""A leak as it is shown before anybody opened a name: takers, witnesses and files under their pseudonyms."""

from __future__ import annotations

from dataclasses import replace

from headwater.casework.veil import Veil
from headwater.model.attribution import Leak, Taker
from headwater.model.evidence import Citation, PersonOdds, Statement


def veiled(leak: Leak, veil: Veil) -> Leak:
    """The same leak; nobody of the house is named in it."""
    return replace(
        leak,
        leak=veil.path(leak.leak),
        takers=tuple(_taker(t, veil) for t in leak.takers),
        notes=tuple(veil.texts(note) for note in leak.notes),
    )


def _taker(taker: Taker, veil: Veil) -> Taker:
    return replace(
        taker,
        account=veil.account(taker.account),
        people=tuple(_person(p, veil) for p in taker.people),
        devices=tuple(map(veil.device, taker.devices)),
        statements=tuple(_statement(s, veil) for s in taker.statements),
        alike=tuple(map(veil.account, taker.alike)),
    )


def _person(odds: PersonOdds, veil: Veil) -> PersonOdds:
    told = tuple(_statement(s, veil) for s in odds.statements)
    return replace(odds, employee=veil.person(odds.employee), statements=told)


def _statement(statement: Statement, veil: Veil) -> Statement:
    lines = tuple(Citation(veil.path(c.source), c.line) for c in statement.evidence)
    return replace(statement, text=veil.texts(statement.text), evidence=lines)
