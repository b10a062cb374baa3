"""Accounts of the house: who there is, in which roles and cases, invitations, and what an administrator does about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated

from fastapi import Depends, Request
from fastapi import Path as InPath
from pydantic import Field

from headwater.console.errors import ConflictError, GoneError
from headwater.console.here import AnyHere, Here
from headwater.console.models import Badge, Body, Cell, Column, Done, Kind, Link, Shown, Table
from headwater.console.twin import Act, Page, View
from headwater.model.errors import CaseError
from headwater.store.casebook import factors, links
from headwater.store.casebook import users as accounts
from headwater.store.casebook.cases import CaseEntry, cases, is_member, set_member
from headwater.store.casebook.permissions import Permission, Role
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User

UserId = Annotated[str, InPath(max_length=24, description="The id of an account.")]


class Users(Shown):
    """The accounts of the house."""

    users: Table
    invitations: Table
    """Links that were given and not taken up yet."""
    open_invitations: list[tuple[str, str]]
    roles: list[str]
    """What somebody can be."""
    cases: list[tuple[str, str]]
    """Every case: id and name."""


class Account(Shown):
    """One account."""

    id: str
    name: str
    display: str
    roles: list[str]
    seen: str
    """How the roles stand; sent back with a change, so that the later of two is told."""
    disabled: bool
    own_password: bool
    factor: bool
    me: bool
    every_role: list[str]
    cases: list[tuple[str, str, bool]]
    """Every case: id, name, and whether this one works on it."""
    seen_cases: str
    """How the memberships stand; sent back with a change as its `seen`."""


class Invitation(Body):
    """Whom to invite."""

    display: str = Field(default="", max_length=200)
    roles: list[Role] = Field(min_length=1, max_length=4)
    cases: list[str] = Field(default=[], max_length=1000)


class Roles(Body):
    """The roles that somebody has from now on."""

    roles: list[Role] = Field(default=[], max_length=4)
    seen: str | None = Field(default=None, max_length=200)
    """How they stood when the page was made; with it the later of two is told."""


class Shut(Body):
    """Whether the account is shut."""

    disabled: bool


class Memberships(Body):
    """The cases that somebody works on from now on."""

    cases: list[str] = Field(default=[], max_length=1000)
    seen: str | None = Field(default=None, max_length=20_000)
    """How they stood when the page was made; with it the later of two is told."""


class Given(Done):
    """A link that opens once, shown this once: its address to be handed over."""

    link: str
    lapses: str


def base(request: Request) -> str:
    """How this server is called, as the browser has it."""
    return str(request.base_url).rstrip("/")


Base = Annotated[str, Depends(base)]


def users(here: AnyHere) -> Users:
    """Every account, and invitations that wait."""
    with here.reading() as tx:
        known = accounts.users(tx)
        second = {user.id: factors.has_factor(tx, user.id) for user in known}
        waiting = links.waiting(tx, here.user)
        entries = cases(tx)
    return Users(
        users=_users(here, known, second),
        invitations=_waiting(here, waiting),
        open_invitations=[(w.id, w.display or here.say("users.nameless")) for w in waiting],
        roles=[role.value for role in Role],
        cases=[(case.id, case.name) for case in entries],
    )


def user(here: AnyHere, user: UserId) -> Account:
    """One account."""
    with here.reading() as tx:
        found = _found(tx, user)
        factor = factors.has_factor(tx, found.id)
        works = [(case.id, case.name, is_member(tx, found, case)) for case in cases(tx)]
        stands = _memberships(tx, found)
    return Account(
        id=found.id,
        name=found.name,
        display=found.display,
        roles=sorted(found.roles),
        seen=_seen(found.roles),
        disabled=found.disabled,
        own_password=found.own_password,
        factor=factor,
        me=found.id == here.user.id,
        every_role=[role.value for role in Role],
        cases=works,
        seen_cases=stands,
    )


def invite(here: AnyHere, body: Invitation, base: Base) -> Given:
    """Invite somebody: the link is shown this once, and whoever takes it up chooses name and password himself."""
    with here.writing() as tx:
        members_of = [_case(tx, case_id) for case_id in body.cases]
        secret = links.invite(tx, here.user, body.display, body.roles, members_of)
    return _given(here, base, secret, "users_invited")


def set_roles(here: AnyHere, user: UserId, body: Roles) -> Done:
    """Give an account these roles and no others."""
    with here.writing() as tx:
        found = _found(tx, user)
        stands = _seen(found.roles)
        if body.seen is not None and body.seen != stands:
            raise ConflictError(here.say("users.changed"), _roles(here, found.roles), stands)
        accounts.set_roles(tx, here.user, found, body.roles)
    return _done(user, "users_roles")


def set_disabled(here: AnyHere, user: UserId, body: Shut) -> Done:
    """Shut an account, or open it again."""
    with here.writing() as tx:
        accounts.set_disabled(tx, here.user, _found(tx, user), body.disabled)
    return _done(user, "users_disabled" if body.disabled else "users_enabled")


def reset_factor(here: AnyHere, user: UserId) -> Done:
    """Remove the second factor of somebody who lost his phone and his recovery codes."""
    with here.writing() as tx:
        factors.reset(tx, here.user, _found(tx, user))
    return _done(user, "users_factor")


def renew_password(here: AnyHere, user: UserId, base: Base) -> Given:
    """Let somebody choose a new password: by a link that is shown this once."""
    with here.writing() as tx:
        secret = links.renew_password(tx, here.user, _found(tx, user))
    return _given(here, base, secret, "users_password")


def set_cases(here: AnyHere, user: UserId, body: Memberships) -> Done:
    """Say on which cases somebody works."""
    with here.writing() as tx:
        found = _found(tx, user)
        stands = _memberships(tx, found)
        if body.seen is not None and body.seen != stands:
            names = [case.name for case in cases(tx) if is_member(tx, found, case)]
            raise ConflictError(here.say("users.changed"), here.say("console.comma").join(names), stands)
        wanted = {_case(tx, case_id).id for case_id in body.cases}
        for case in cases(tx):
            if is_member(tx, found, case) != (case.id in wanted):
                set_member(tx, here.user, case, found, active=case.id in wanted)
    return _done(user, "users_cases")


def end_invitation(here: AnyHere, link: UserId) -> Done:
    """Take an invitation back."""
    with here.writing() as tx:
        try:
            links.end(tx, here.user, link)
        except CaseError as error:
            raise GoneError(str(error)) from error
    return Done(to="/users?said=users_taken_back", said="users_taken_back")


def _done(user: str, said: str) -> Done:
    return Done(to=f"/users/{user}?said={said}", said=said, id=user)


def _given(here: Here, base: str, secret: str, said: str) -> Given:
    return Given(to="/users", said=said, link=f"{base}/join/{secret}", lapses=(here.now + links.HOLDS).isoformat())


def _found(tx: Transaction, user_id: str) -> User:
    found = accounts.by_id(tx, user_id)
    if found is None:
        raise GoneError("there is no such account")
    return found


def _memberships(tx: Transaction, user: User) -> str:
    return _seen(case.id for case in cases(tx) if is_member(tx, user, case))


def _seen(several: Iterable[str]) -> str:
    """How several things stand; a form leaves out what is empty, so nothing is a sign too."""
    return ",".join(sorted(several)) or "-"


def _roles(here: Here, roles: Iterable[str]) -> str:
    """Roles by their names."""
    return here.say("console.comma").join(here.say.name("users", f"role_{role}") for role in sorted(roles))


def _case(tx: Transaction, case_id: str) -> CaseEntry:
    found = next((case for case in cases(tx) if case.id == case_id), None)
    if found is None:
        raise GoneError("there is no such case")
    return found


def _users(here: Here, known: tuple[User, ...], second: dict[str, bool]) -> Table:
    say = here.say
    rows: list[dict[str, Cell]] = [
        {
            "name": Link(text=one.name, href=f"/users/{one.id}"),
            "display": one.display,
            "roles": _roles(here, one.roles) or None,
            "factor": second[one.id],
            "own": one.own_password,
            "state": Badge(text=say("users.shut"), tone="warn")
            if one.disabled
            else Badge(text=say("users.open"), tone="good"),
        }
        for one in known
    ]
    keys = ("name", "display", "roles", "factor", "own", "state")
    columns = [Column(key=key, title=say.name("users", f"column_{key}")) for key in keys]
    return Table(name="users", title=say("users.title"), columns=columns, rows=rows, total=len(rows))


def _waiting(here: Here, waiting: tuple[links.Link, ...]) -> Table:
    say = here.say
    rows: list[dict[str, Cell]] = [
        {
            "display": one.display or None,
            "purpose": say.name("users", f"purpose_{one.purpose}"),
            "roles": _roles(here, one.roles) or None,
            "lapses": one.lapses.isoformat(),
        }
        for one in waiting
    ]
    kinds: dict[str, Kind] = {"display": "text", "purpose": "text", "roles": "text", "lapses": "when"}
    columns = [Column(key=key, title=say.name("users", f"column_{key}"), kind=kind) for key, kind in kinds.items()]
    return Table(name="invitations", title=say("users.invitations"), columns=columns, rows=rows, total=len(rows))


_NEEDED = Permission.users


def _act(path: str, function: Callable[..., Done], summary: str, template: str = "") -> Act:
    return Act(path, function, summary, permission=_NEEDED, scope="admin", template=template)


PAGE = Page(
    "users",
    views=(
        View("/users", users, "users.html.j2", "Every account, and invitations that wait", _NEEDED, "admin"),
        View("/users/{user}", user, "user.html.j2", "One account", _NEEDED, "admin"),
    ),
    acts=(
        _act("/users/invite", invite, "Invite somebody", "secret_link.html.j2"),
        _act("/users/{user}/roles", set_roles, "Give an account these roles and no others"),
        _act("/users/{user}/disabled", set_disabled, "Shut an account, or open it again"),
        _act("/users/{user}/factor", reset_factor, "Remove somebody's second factor"),
        _act("/users/{user}/password", renew_password, "Let somebody choose a new password", "secret_link.html.j2"),
        _act("/users/{user}/cases", set_cases, "Say on which cases somebody works"),
        _act("/users/invitations/{link}/end", end_invitation, "Take an invitation back"),
    ),
)
