"""The tables under ``hr/``: who works here, which account is whose, who may do what, who was away."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from headwater.exhibits.folder import CaseFolder
from headwater.exhibits.opening import members
from headwater.exhibits.sheets import Sheet, sheets
from headwater.ingestion.tables.layout import Collected, Column, Layout, TablesRead, folded, lay
from headwater.ingestion.tables.traits import of_staff
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead
from headwater.store.tokens import Tokeniser

TRAITS = "staff_traits"
_STARTS, _ENDS = Column("from", "starts", "day"), Column("to", "ends", "day")

LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        "roster": Layout(
            "people",
            (
                Column("employee_id", "employee", needed=True),
                Column("name", "name", "name"),
                Column("department", "department"),
                Column("role", "role"),
                Column("grade", "grade"),
                Column("manager_id", "manager"),
                Column("site", "site"),
                Column("hired", "hired", "day"),
                Column("left", "left", "day"),
                Column("resigned", "resigned", "day"),
                Column("workstation", "workstation"),
                Column("ip", "ip"),
            ),
        ),
        "accounts": Layout(
            "accounts",
            (
                Column("account", "account", needed=True),
                Column("system", "system"),
                Column("owner", "owner"),
                Column("kind", "kind"),
                Column("created", "created", "day"),
                Column("disabled", "disabled", "day"),
            ),
        ),
        "entitlements": Layout(
            "entitlements",
            (
                Column("principal", "principal", needed=True),
                Column("dataset", "dataset", needed=True),
                Column("action", "action", needed=True),
                Column("rows_per_day", "rows_per_day", "count"),
                _STARTS,
                _ENDS,
            ),
        ),
        "absences": Layout(
            "absences",
            (
                Column("employee_id", "employee", needed=True),
                Column("from", "starts", "day", needed=True),
                Column("to", "ends", "day", needed=True),
                Column("kind", "kind"),
            ),
        ),
        "tickets": Layout(
            "tickets",
            (
                Column("ticket", "ticket", needed=True),
                Column("principal", "principal", needed=True),
                Column("dataset", "dataset"),
                Column("purpose", "purpose", "free"),
                Column("approved_by", "approved_by"),
                Column("from", "starts", "day", needed=True),
                Column("to", "ends", "day", needed=True),
            ),
        ),
    }
)
"""The tables under ``hr/`` by the name of their file."""


def read_organisation(case: CaseFolder, tokeniser: Tokeniser | None = None) -> TablesRead:
    """Read everything under ``hr/``; which table a file is, its name tells, and if it does not, its columns.

    With a tokeniser also what the people of the roster can have in common with others, as tokens.
    """
    found = Collected()
    for exhibit in case.part("hr"):
        for member in members(exhibit):
            if isinstance(member, NotRead):
                found.not_read.append(member)
                continue
            for sheet in sheets(member):
                _read(found, sheet, member.path, tokeniser)
    return found.result(*(layout.table for layout in LAYOUTS.values()), *([TRAITS] if tokeniser else []))


def _read(found: Collected, sheet: Sheet | NotRead, path: str, tokeniser: Tokeniser | None) -> None:
    if isinstance(sheet, NotRead):
        found.not_read.append(sheet)
        return
    layout = _layout(path, sheet)
    place = f"{path}#{sheet.name}" if sheet.name else path
    if layout is None:
        reason = f"is none of the tables {', '.join(LAYOUTS)}; it has the columns {', '.join(sheet.columns)}"
        found.not_read.append(NotRead(place, reason))
        return
    try:
        rows, rejected = lay(sheet, layout, path)
    except UnreadableError as error:
        found.not_read.append(NotRead(place, str(error)))
        return
    found.add(path, layout.table, layout.table, rows, rejected)
    if tokeniser and layout.table == "people":
        found.parts.setdefault(TRAITS, []).append(of_staff(sheet, path, tokeniser))


def _layout(path: str, sheet: Sheet) -> Layout | None:
    stem = path.replace("!", "/").rsplit("/", 1)[-1].split(".")[0]
    named = LAYOUTS.get(folded(stem)) or LAYOUTS.get(folded(sheet.name))
    return named or max(LAYOUTS.values(), key=lambda layout: _likeness(layout, sheet)) if _fits(sheet) else named


def _fits(sheet: Sheet) -> bool:
    return any(_likeness(layout, sheet) > 0 for layout in LAYOUTS.values())


def _likeness(layout: Layout, sheet: Sheet) -> float:
    """How many of the table's columns are there; nothing if a needed one is missing or there is only that."""
    there = {folded(name) for name in sheet.columns}
    if not there.issuperset(layout.needed):
        return 0.0
    known = [column.header for column in layout.columns if column.header in there]
    return len(known) + len(layout.needed) / 10 if len(known) > 1 else 0.0
