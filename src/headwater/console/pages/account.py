"""One's own account: password, second factor, tokens of the API, and where one is signed in. A person's alone, no token's."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import segno
from fastapi import Depends, Request
from fastapi import Path as InPath
from pydantic import Field

from headwater.console.door.rules import DoorRules
from headwater.console.errors import GoneError
from headwater.console.here import AnyHere, Here
from headwater.console.models import Badge, Body, Cell, Column, Done, Shown, Table
from headwater.console.proving import Proving
from headwater.console.twin import Act, Page, View
from headwater.model.errors import CaseError
from headwater.store.casebook import factors, identities, sessions, tokens, users


def has_provider(request: Request) -> bool:
    """Whether the house has a sign-in of its own."""
    rules: DoorRules = request.app.state.rules
    return rules.provider is not None


def demands_factor(request: Request) -> bool:
    """Whether the house demands a second factor of everybody."""
    rules: DoorRules = request.app.state.rules
    return rules.second_factor


Offered = Annotated[bool, Depends(has_provider)]
Demanded = Annotated[bool, Depends(demands_factor)]
RowId = Annotated[str, InPath(max_length=24)]
Secret = Annotated[str, Field(max_length=1024)]


class Account(Shown):
    """One's own account."""

    name: str
    display: str
    roles: list[str]
    own_password: bool
    """Whether one chose the password oneself; only then one may agree to a reveal."""
    factor: bool
    """Whether a code is asked for at sign-in."""
    factor_begun: bool
    """Whether a secret was made that waits for its first code."""
    factor_demanded: bool
    """Whether the house demands a second factor: without one, nothing else opens."""
    recovery_left: int
    joined: bool
    """Whether the account is joined to the house's own sign-in."""
    provider: bool
    """Whether the house has a sign-in of its own."""
    sessions: Table
    tokens: Table
    open_sessions: list[tuple[str, str]]
    """Sessions that can be ended: id, and what it is called."""
    open_tokens: list[tuple[str, str]]
    """Tokens that can be ended: id and name."""


class Proof(Body):
    """The password once more: what is done here outlasts the session."""

    password: Secret = Field(repr=False)


class Password(Proof):
    """Another password."""

    new_password: Secret = Field(repr=False)
    password_again: Secret = Field(repr=False)


class Code(Body):
    """A code that the phone shows now."""

    code: str = Field(max_length=40, repr=False)


class ProvenCode(Proof):
    """The password and a code, or a recovery code."""

    code: str = Field(max_length=40, repr=False)


class NewToken(Proof):
    """What a token is for, what it may do, and for how many days."""

    name: str = Field(max_length=tokens.LONGEST_NAME)
    scopes: list[tokens.Scope] = Field(min_length=1, max_length=3)
    days: int = Field(default=90, ge=1, le=366)


class Enrolment(Done):
    """What the phone must learn, shown this once."""

    secret: str
    picture: str
    """The same as a QR code: a `data:` address of an SVG."""


class Codes(Done):
    """Recovery codes, shown this once."""

    codes: tuple[str, ...]


class Made(Done):
    """A token, shown this once."""

    secret: str


def account(here: AnyHere, offered: Offered, demanded: Demanded) -> Account:
    """Your account."""
    with here.reading() as tx:
        factor = factors.factor_of(tx, here.user)
        mine = () if here.scopes is not None else sessions.sessions(tx, here.user, here.ticket)
        made = tokens.tokens(tx, here.user)
        joined = identities.is_joined(tx, here.user)
    return Account(
        name=here.user.name,
        display=here.user.display,
        roles=sorted(here.user.roles),
        own_password=here.user.own_password,
        factor=factor.active,
        factor_begun=factor.begun,
        factor_demanded=demanded,
        recovery_left=factor.recovery_left,
        joined=joined,
        provider=offered,
        sessions=_sessions(here, mine),
        tokens=_tokens(here, made),
        open_sessions=[(s.id, f"{s.device}, {s.at:%Y-%m-%d %H:%M} UTC") for s in mine if not s.here],
        open_tokens=[(t.id, t.name) for t in made if not t.ended],
    )


def change_password(here: AnyHere, body: Password, proving: Proving) -> Done:
    """Choose another password. Every session and token of the account ends."""
    if body.new_password != body.password_again:
        raise CaseError(here.say("sign_in.differ"))
    proving.insist(here, body.password)
    with here.writing() as tx:
        users.set_password(tx, here.user, here.user, body.new_password, proving.rules.signing.hasher)
    return Done(to="/sign-in", said="account_password")


def begin_factor(here: AnyHere, body: Proof, proving: Proving) -> Enrolment:
    """Make the secret of a second factor; it counts once a code of it was shown."""
    proving.insist(here, body.password)
    with here.writing() as tx:
        made = factors.begin(tx, here.user)
    picture = segno.make(made.address, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
    return Enrolment(to="/account", said="account_factor_begun", secret=made.secret, picture=picture)


def confirm_factor(here: AnyHere, body: Code) -> Codes:
    """Show that the phone knows the secret; from now on codes are asked for at sign-in."""
    with here.writing() as tx:
        made = factors.confirm(tx, here.user, body.code)
    return Codes(to="/account", said="account_factor", codes=made)


def renew_recovery(here: AnyHere, body: ProvenCode, proving: Proving) -> Codes:
    """Make new recovery codes; the earlier ones open nothing any more."""
    proving.insist(here, body.password, body.code)
    with here.writing() as tx:
        made = factors.renew_recovery(tx, here.user)
    return Codes(to="/account", said="account_recovery", codes=made)


def remove_factor(here: AnyHere, body: ProvenCode, proving: Proving) -> Done:
    """Remove the second factor."""
    proving.insist(here, body.password, body.code)
    with here.writing() as tx:
        factors.remove(tx, here.user)
    return Done(to="/account?said=account_no_factor", said="account_no_factor")


def make_token(here: AnyHere, body: NewToken, proving: Proving) -> Made:
    """Make a token, by which a program acts in your name within its scopes."""
    proving.insist(here, body.password)
    with here.writing() as tx:
        made, secret = tokens.make(tx, here.user, body.name, body.scopes, here.now + timedelta(days=body.days))
    return Made(to="/account", said="account_token", id=made.id, secret=secret)


def end_token(here: AnyHere, token: RowId) -> Done:
    """End a token of yours."""
    with here.writing() as tx:
        try:
            tokens.end(tx, here.user, token)
        except CaseError as error:
            raise GoneError(str(error)) from error
    return Done(to="/account?said=account_token_ended", said="account_token_ended")


def end_session(here: AnyHere, session: RowId) -> Done:
    """End a session of yours."""
    with here.writing() as tx:
        try:
            sessions.end(tx, here.user, session)
        except CaseError as error:
            raise GoneError(str(error)) from error
    return Done(to="/account?said=account_session_ended", said="account_session_ended")


def sign_out_everywhere(here: AnyHere) -> Done:
    """End every session and token of yours."""
    with here.writing() as tx:
        users.sign_out(tx, here.user)
    return Done(to="/sign-in", said="account_signed_out")


def part(here: AnyHere) -> Done:
    """End the joining of your account to the house's own sign-in."""
    with here.writing() as tx:
        identities.part(tx, here.user)
    return Done(to="/account?said=account_parted", said="account_parted")


def _sessions(here: Here, mine: tuple[sessions.Session, ...]) -> Table:
    say = here.say
    keys = (("device", "text"), ("at", "when"), ("until", "when"), ("here", "badge"))
    columns = [
        Column.model_validate({"key": k, "title": say.name("account", f"session_{k}"), "kind": kind})
        for k, kind in keys
    ]
    rows: list[dict[str, Cell]] = [
        {
            "device": s.device,
            "at": s.at.isoformat(),
            "until": s.until.isoformat(),
            "here": Badge(text=say("account.this_one"), tone="good") if s.here else None,
        }
        for s in mine
    ]
    return Table(name="sessions", title=say("account.sessions"), columns=columns, rows=rows, total=len(rows))


def _tokens(here: Here, made: tuple[tokens.Token, ...]) -> Table:
    say = here.say
    keys = (
        ("name", "text"),
        ("scopes", "text"),
        ("at", "when"),
        ("until", "when"),
        ("used", "when"),
        ("state", "badge"),
    )
    columns = [
        Column.model_validate({"key": k, "title": say.name("account", f"token_{k}"), "kind": kind}) for k, kind in keys
    ]
    rows: list[dict[str, Cell]] = [
        {
            "name": t.name,
            "scopes": ", ".join(sorted(t.scopes)),
            "at": t.at.isoformat(),
            "until": t.until.isoformat(),
            "used": t.used.isoformat() if t.used else None,
            "state": Badge(text=say("account.ended"), tone="soft")
            if t.ended
            else Badge(text=say("account.open"), tone="good"),
        }
        for t in made
    ]
    return Table(name="tokens", title=say("account.tokens"), columns=columns, rows=rows, total=len(rows))


PAGE = Page(
    "account",
    views=(View("/account", account, "account.html.j2", "Your account"),),
    acts=(
        Act("/account/password", change_password, "Choose another password", browser_only=True),
        Act(
            "/account/factor",
            begin_factor,
            "Begin a second factor",
            browser_only=True,
            template="secret_factor.html.j2",
        ),
        Act(
            "/account/factor/confirm",
            confirm_factor,
            "Confirm a second factor",
            browser_only=True,
            template="secret_codes.html.j2",
        ),
        Act(
            "/account/factor/recovery",
            renew_recovery,
            "Make new recovery codes",
            browser_only=True,
            template="secret_codes.html.j2",
        ),
        Act("/account/factor/remove", remove_factor, "Remove the second factor", browser_only=True),
        Act("/account/tokens", make_token, "Make a token", browser_only=True, template="secret_token.html.j2"),
        Act("/account/tokens/{token}/end", end_token, "End a token", browser_only=True),
        Act("/account/sessions/{session}/end", end_session, "End a session", browser_only=True),
        Act("/account/sign-out-everywhere", sign_out_everywhere, "End every session and token", browser_only=True),
        Act("/account/part", part, "Part the account from the house's sign-in", browser_only=True),
    ),
)
