"""Who works on a case, and whether two must confirm: for its members to look at, and to change for those who may."""

from __future__ import annotations

from pydantic import Field

from headwater.console.errors import ConflictError
from headwater.console.here import CaseHere, InCase
from headwater.console.models import Body, Cell, Column, Done, Shown, Table
from headwater.console.twin import Act, Page, View
from headwater.store.casebook import users as accounts
from headwater.store.casebook.cases import members as working
from headwater.store.casebook.cases import set_member, set_two_person
from headwater.store.casebook.permissions import Permission


class Members(Shown):
    """Who works on a case."""

    members: Table
    two_person: bool
    """Whether something is confirmed only when two people said so."""
    may_change: bool
    names: list[str]
    others: list[str]
    """Accounts that do not work on it yet."""


class Who(Body):
    """Of whom: the name of an account."""

    name: str = Field(min_length=1, max_length=64)


class TwoPerson(Body):
    """Whether two must confirm; ``seen`` is what stood on the page."""

    two_person: bool
    seen: bool


def members(here: CaseHere) -> Members:
    """Who works on the case."""
    say = here.say
    with here.reading() as tx:
        known = working(tx, here.case)
        every = accounts.users(tx)
    ids = {user.id for user in known}
    rows: list[dict[str, Cell]] = [
        {
            "name": u.name,
            "display": u.display,
            "roles": say("console.comma").join(say.name("users", f"role_{r}") for r in sorted(u.roles)),
        }
        for u in known
    ]
    columns = [Column(key=key, title=say.name("users", f"column_{key}")) for key in ("name", "display", "roles")]
    may = here.user.may(Permission.cases)
    return Members(
        members=Table(name="members", title=say("members.title"), columns=columns, rows=rows, total=len(rows)),
        two_person=here.case.two_person,
        may_change=may,
        names=[u.name for u in known],
        others=[u.name for u in every if u.id not in ids and not u.disabled] if may else [],
    )


def add_member(here: CaseHere, body: Who) -> Done:
    """Let somebody work on the case."""
    with here.writing() as tx:
        set_member(tx, here.user, here.case, accounts.find(tx, body.name))
    return _done(here, "members_added")


def end_member(here: CaseHere, body: Who) -> Done:
    """Let somebody work on the case no more."""
    with here.writing() as tx:
        set_member(tx, here.user, here.case, accounts.find(tx, body.name), active=False)
    return _done(here, "members_ended")


def set_two(here: CaseHere, body: TwoPerson) -> Done:
    """Say whether something is confirmed in this case only when two people said so."""
    with here.writing() as tx:
        stands = here.house.entry(tx, here.served)
        if stands is not None and stands.two_person != body.seen:
            now = "members.two_on" if stands.two_person else "members.two_off"
            raise ConflictError(here.say("users.changed"), here.say(now), str(stands.two_person).lower())
        set_two_person(tx, here.user, here.case, body.two_person)
    return _done(here, "members_two")


def _done(here: InCase, said: str) -> Done:
    return Done(to=f"{here.root}/members?said={said}", said=said)


_CASE = "/cases/{case}/members"

PAGE = Page(
    "members",
    views=(View(_CASE, members, "members.html.j2", "Who works on the case"),),
    acts=(
        Act(f"{_CASE}/add", add_member, "Let somebody work on the case", permission=Permission.cases, scope="admin"),
        Act(
            f"{_CASE}/end",
            end_member,
            "Let somebody work on the case no more",
            permission=Permission.cases,
            scope="admin",
        ),
        Act(f"{_CASE}/two-person", set_two, "Say whether two must confirm", permission=Permission.cases, scope="admin"),
    ),
)
