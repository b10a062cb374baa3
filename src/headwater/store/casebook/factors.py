"""The second factor of an account: one-time codes by the clock (TOTP, RFC 6238), and recovery codes for a lost phone.

A code counts once: the step of time of the last one that was taken is kept, and nothing at or before it is taken again.
The secret is sealed; of recovery codes only keyed digests are kept, and each opens once. The second factor guards the
console: who runs commands on the machine has the casebook's key already.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field

import pyotp

from headwater.model.errors import CaseError
from headwater.store.casebook import moments
from headwater.store.casebook.permissions import NotAllowedError, Permission
from headwater.store.casebook.tables import FACTORS, RECOVERIES
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import User, insist_signed

ISSUER = "Headwater"
SECONDS = 30
DRIFT = 1
"""So many steps of a phone's clock before or after ours are forgiven."""
RECOVERY_CODES = 10
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
_GROUPS, _GROUP = 4, 4
WRONG = "this code is wrong, was used already, or has passed"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a phone must learn: the secret in base 32, and the same as an address for a QR code."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Factor:
    """What an account has: whether codes are asked for, and how many recovery codes are left.

    ``begun``: a secret was made and not confirmed yet.
    """

    active: bool
    recovery_left: int
    begun: bool = False


def begin(tx: Transaction, who: User) -> Enrolment:
    """Make a secret for an account; codes are asked for from :func:`confirm` on.

    :raises CaseError: when the account has a second factor already
    """
    insist_signed(tx, who)
    known = _factor(tx, who.id)
    if known is not None and known["state"] == "active":
        raise CaseError("this account has a second factor already; remove it first")
    secret = pyotp.random_base32()
    values = {"secret": secret, "state": "pending", "step": 0}
    if known is None:
        tx.add(FACTORS, {"user_id": who.id, **values}, who.id, "factor.begun")
    else:
        tx.change(FACTORS, known["id"], values, who.id, "factor.begun")
    return _enrolment(who, secret)


def confirm(tx: Transaction, who: User, code: str) -> tuple[str, ...]:
    """Ask for codes from now on, once the phone has shown that it knows the secret; gives the recovery codes, this once.

    :raises CaseError: when nothing was begun, or the code is wrong
    """
    insist_signed(tx, who)
    known = _factor(tx, who.id)
    if known is None or known["state"] != "pending":
        raise CaseError("begin with a new secret first")
    step = _step(known, code, tx.now)
    if step is None:
        raise CaseError(WRONG)
    tx.change(FACTORS, known["id"], {"state": "active", "step": step}, who.id, "factor.added")
    return _recoveries(tx, who)


def renew_recovery(tx: Transaction, who: User) -> tuple[str, ...]:
    """Make new recovery codes; the earlier ones open nothing any more.

    The caller has asked for password and code (``signing_in.prove``), where a wrong one counts as a failure.

    :raises CaseError: when there is no second factor
    """
    _insist_on_own(tx, who)
    return _recoveries(tx, who)


def remove(tx: Transaction, who: User) -> None:
    """Remove one's own second factor; the caller has asked for password and code, as for :func:`renew_recovery`.

    :raises CaseError: when there is none
    """
    _insist_on_own(tx, who)
    _removed(tx, who, who.id)


def reset(tx: Transaction, who: User, user: User) -> None:
    """Remove the second factor of somebody who lost phone and recovery codes.

    :raises CaseError: when the one who does so is no administrator
    """
    insist_signed(tx, who)
    if not who.may(Permission.users):
        raise NotAllowedError("only an administrator may do this")
    if _factor(tx, user.id) is not None:
        _removed(tx, who, user.id)


def factor_of(tx: Transaction, user: User) -> Factor:
    """What second factor an account has."""
    fresh = tx.rows(RECOVERIES, RECOVERIES.c.user_id == user.id, RECOVERIES.c.state == "fresh")
    known = _factor(tx, user.id)
    state = known["state"] if known is not None else ""
    return Factor(state == "active", len(fresh), state == "pending")


def has_factor(tx: Transaction, user_id: str) -> bool:
    """Whether codes are asked for when this user signs in."""
    known = _factor(tx, user_id)
    return known is not None and known["state"] == "active"


def passes(tx: Transaction, user_id: str, code: str | None) -> bool:
    """Whether a code is right, and not used before; it is used up by this. True where the account has no second factor."""
    known = _factor(tx, user_id)
    if known is None or known["state"] != "active":
        return True
    told = (code or "").strip()
    step = _step(known, told, tx.now)
    if step is not None:
        tx.change(FACTORS, known["id"], {"step": step}, user_id, "factor.used")
        return True
    return _recovers(tx, user_id, told)


def _insist_on_own(tx: Transaction, who: User) -> None:
    insist_signed(tx, who)
    if not has_factor(tx, who.id):
        raise CaseError("this account has no second factor")


def _factor(tx: Transaction, user_id: str) -> Row | None:
    return tx.trusted(FACTORS, FACTORS.c.user_id == user_id)


def _step(known: Row, code: str, now: str) -> int | None:
    """The step of time to which a code belongs, if it is a right one after the last that was taken."""
    told = "".join(code.split())
    if len(told) != 6 or not (told.isascii() and told.isdigit()):
        return None
    clock = pyotp.TOTP(known["secret"])
    here = int(moments.read(now).timestamp()) // SECONDS
    right = [
        step for step in range(here - DRIFT, here + DRIFT + 1) if hmac.compare_digest(clock.at(step * SECONDS), told)
    ]
    return next((step for step in right if step > known["step"]), None)


def _recovers(tx: Transaction, user_id: str, code: str) -> bool:
    if not 0 < len(code) <= 64:
        return False
    known = tx.trusted(RECOVERIES, RECOVERIES.c.user_id == user_id, RECOVERIES.c.code_token == _token(tx, code))
    if known is None or known["state"] != "fresh":
        return False
    tx.change(RECOVERIES, known["id"], {"state": "used"}, user_id, "factor.recovered")
    return True


def _recoveries(tx: Transaction, who: User) -> tuple[str, ...]:
    _replace(tx, who, who.id)
    made = tuple(
        "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    )
    for code in made:
        values = {"user_id": who.id, "code_token": _token(tx, code), "state": "fresh"}
        tx.add(RECOVERIES, values, who.id, "factor.recovery-made")
    return made


def _removed(tx: Transaction, who: User, user_id: str) -> None:
    known = _factor(tx, user_id)
    if known is not None:
        tx.change(FACTORS, known["id"], {"state": "removed", "secret": ""}, who.id, "factor.removed", {"user": user_id})
    _replace(tx, who, user_id)


def _replace(tx: Transaction, who: User, user_id: str) -> None:
    for row in tx.rows(RECOVERIES, RECOVERIES.c.user_id == user_id, RECOVERIES.c.state == "fresh"):
        tx.change(RECOVERIES, row["id"], {"state": "replaced"}, who.id, "factor.recovery-ended")


def _token(tx: Transaction, code: str) -> str:
    return tx.sealer.blind("recovery code", "".join(c for c in code.casefold() if c.isalnum()))


def _enrolment(who: User, secret: str) -> Enrolment:
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=who.name, issuer_name=ISSUER))
