"""Who may do what: the one table of roles and permissions."""

from __future__ import annotations

from enum import StrEnum

from headwater.model.errors import CaseError


class NotAllowedError(CaseError):
    """Somebody who is signed in may not do this. That he tried is written to the log."""


class Role(StrEnum):
    """What somebody is in this house; one person may have several roles."""

    analyst = "analyst"
    investigator = "investigator"
    auditor = "auditor"
    administrator = "administrator"


class Permission(StrEnum):
    """What can be allowed."""

    look = "look"  # verdicts, notes, tasks, exhibits of a case
    judge = "judge"
    write = "write"  # notes and tasks
    keep = "keep"  # exhibits and their chain of custody
    ask = "ask"  # for names
    approve = "approve"  # that somebody else sees names
    cases = "cases"  # open cases and say who is a member
    settings = "settings"  # budgets, mutes, mappings, detectors and hooks of a case
    users = "users"
    audit = "audit"  # read and export the log


_ANALYST, _INVESTIGATOR, _AUDITOR, _ADMINISTRATOR = Role.analyst, Role.investigator, Role.auditor, Role.administrator

ALLOWED: dict[Permission, frozenset[Role]] = {
    Permission.look: frozenset({_ANALYST, _INVESTIGATOR, _AUDITOR}),
    Permission.judge: frozenset({_ANALYST, _INVESTIGATOR}),
    Permission.write: frozenset({_ANALYST, _INVESTIGATOR}),
    Permission.keep: frozenset({_INVESTIGATOR}),
    Permission.ask: frozenset({_ANALYST, _INVESTIGATOR}),
    Permission.approve: frozenset({_INVESTIGATOR, _AUDITOR}),
    Permission.cases: frozenset({_INVESTIGATOR, _ADMINISTRATOR}),
    Permission.settings: frozenset({_INVESTIGATOR}),
    Permission.users: frozenset({_ADMINISTRATOR}),
    Permission.audit: frozenset({_AUDITOR}),
}
EVERYWHERE: dict[Permission, frozenset[Role]] = {
    Permission.look: frozenset({_AUDITOR}),
    Permission.approve: frozenset({_AUDITOR}),
    Permission.cases: frozenset({_ADMINISTRATOR}),
}
"""What is allowed also in cases of which somebody is no member."""


TOLD: dict[Permission, str] = {
    Permission.look: "look at a case",
    Permission.judge: "judge",
    Permission.write: "write notes and tasks",
    Permission.keep: "keep exhibits",
    Permission.ask: "ask for names",
    Permission.approve: "approve that names are shown",
    Permission.cases: "say who works on a case and how",
    Permission.settings: "change the settings of a case",
    Permission.users: "keep accounts",
    Permission.audit: "read the log",
}
"""What each is called in messages."""


def may(roles: frozenset[Role], permission: Permission) -> bool:
    """Whether somebody of these roles may do that.

    >>> may(frozenset({Role.administrator}), Permission.look)
    False
    """
    return bool(ALLOWED[permission] & roles)


def without_membership(roles: frozenset[Role], permission: Permission) -> bool:
    """Whether somebody of these roles may do that in cases of which he is no member."""
    return bool(EVERYWHERE.get(permission, frozenset()) & roles)
