"""Whose account it really is, where the account list is wrong or empty.

An account that somebody uses at his own desk, day after day from the beginning, for his own business, is his, whatever
the list says: rows are swapped, owners are missing. It is corrected only where the listed owner is still here (a
departed owner's account in other hands is a finding, not a mistake) and the desk's business explains the readings; an
account without any owner is also given to somebody who uses no account of his own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import pandas as pd

from headwater.model.evidence import Citation
from headwater.model.organisation import Account, Organisation

DAYS = 10
"""Days of use before habit says anything."""
SHARE = 0.7
"""Share of those days at one person's desk."""
EXPLAINED = 0.5
"""Share of the records that this person's business explains."""
STRANGER = 0.25
"""Where the listed owner's business explains less than this, the list may be wrong."""
READINGS = 50
"""Readings before whose business they are says anything."""
CLEARLY = 0.2
"""So much more than the listed owner's business does: in a small house everybody explains some by chance."""


def corrections(org: Organisation, sittings: pd.DataFrame, explained: pd.DataFrame) -> dict[str, str]:
    """Accounts whose habitual user is not their listed owner: account to employee."""
    keys = ["account", "place", "sitting"]
    told = explained.merge(sittings[[*keys, "resident"]], on=keys)
    own = told[told["employee"] == told["resident"]].groupby(["account", "resident"])[["readings", "explained"]].sum()
    share = (own["explained"] / own["readings"].clip(lower=1)).to_dict()
    listed_share = _listed_share(org, told)
    days = sittings.groupby("account")["day"].nunique()
    there = sittings[sittings["resident"].notna()].groupby(["account", "resident"])["day"].nunique()
    using = {p.employee for a in sittings["account"].unique() if (p := org.owner(str(a)))}
    made: dict[str, str] = {}
    for (account, resident), count in there.items():
        listed = org.account(account)
        owner = org.owner(account)
        if listed is not None and listed.kind != "person":
            continue
        if owner is not None and (owner.employee == resident or owner.left is not None):
            continue
        habit = days[account] >= DAYS and count >= SHARE * days[account]
        works = share.get((account, resident), 0.0) >= max(EXPLAINED, listed_share.get(str(account), 0.0) + CLEARLY)
        if habit and (works or (owner is None and resident not in using)):
            made[str(account)] = str(resident)
    return made


def doubtful(org: Organisation, sittings: pd.DataFrame, explained: pd.DataFrame) -> tuple[str, ...]:
    """Accounts whose listed owner, still here, has business with hardly any of the people whose records they opened."""
    keys = ["account", "place", "sitting"]
    told = explained.merge(sittings[keys], on=keys)
    shares, days = _listed_share(org, told), sittings.groupby("account")["day"].nunique()
    return tuple(
        sorted(
            account
            for account, share in shares.items()
            if share < STRANGER
            and days[account] >= DAYS
            and (owner := org.owner(account)) is not None
            and owner.left is None
            and ((listed := org.account(account)) is None or listed.kind == "person")
        )
    )


def at_home(org: Organisation, sittings: pd.DataFrame, explained: pd.DataFrame) -> frozenset[str]:
    """People who do their own business over an account that the list gives them: they need no other."""
    told = explained.merge(sittings[["account", "place", "sitting"]], on=["account", "place", "sitting"])
    shares = _listed_share(org, told)
    return frozenset(p.employee for a, s in shares.items() if s >= STRANGER and (p := org.owner(a)))


def by_business(org: Organisation, whose: pd.DataFrame, settled: Collection[str]) -> dict[str, str]:
    """Doubtful accounts whose readings are plainly somebody else's daily business: account to employee.

    ``whose``: account, employee, readings, explained; ``settled`` are people who have their own account. Rows of a list
    are swapped more often than two people do each other's work for weeks; a thief's readings are nobody's business.
    """
    made: dict[str, str] = {}
    for account, rows in whose[whose["readings"] >= READINGS].groupby("account", sort=True):
        ranked = rows.sort_values(["explained", "employee"], ascending=[False, True])
        shares = (ranked["explained"] / ranked["readings"]).to_list()
        person = org.people.get(str(ranked["employee"].iloc[0]))
        second = shares[1] if len(shares) > 1 else 0.0
        if person is not None and shares[0] >= EXPLAINED and second <= shares[0] / 2:
            made[str(account)] = person.employee
    twice = {person for person in made.values() if list(made.values()).count(person) > 1}
    return {account: person for account, person in made.items() if person not in twice and person not in settled}


def halves(org: Organisation, made: Mapping[str, str]) -> dict[str, str]:
    """Accounts that the list gives to somebody who was found to use another's, and whose account that was: account to employee.

    Rows are swapped in pairs: whoever lost the one may have the other.
    """
    found: dict[str, set[str]] = {}
    for account, user in made.items():
        lost = org.owner(account)
        if lost is None or lost.left is not None or lost.employee in made.values():
            continue
        for other, listed in org.accounts.items():
            theirs = org.owner(other)
            if other not in made and listed[-1].kind == "person" and theirs is not None and theirs.employee == user:
                found.setdefault(other, set()).add(lost.employee)
    return {account: people.pop() for account, people in found.items() if len(people) == 1}


def swapped(
    org: Organisation, sittings: pd.DataFrame, whose: pd.DataFrame, candidates: Mapping[str, str]
) -> dict[str, str]:
    """Of :func:`halves` those whose readings are plainly more the loser's business, or done at his own desk.

    ``whose``: account, employee, readings, explained. Nobody is given two accounts.
    """
    made: dict[str, str] = {}
    for account, loser in sorted(candidates.items()):
        owner = org.owner(account)
        rows = whose[whose["account"] == account] if len(whose) else whose
        read = int(rows["readings"].max()) if len(rows) else 0
        share = {str(e): n / max(read, 1) for e, n in zip(rows["employee"], rows["explained"], strict=True)}
        own = share.get(owner.employee, 0.0) if owner else 0.0
        works = read >= READINGS and share.get(loser, 0.0) >= max(EXPLAINED, own + CLEARLY)
        days = sittings[sittings["account"] == account].groupby("day")["resident"].agg(set)
        at_desk = len(days) >= DAYS and sum(loser in seen for seen in days) >= SHARE * len(days)
        if (works or at_desk) and loser not in made.values():
            made[account] = loser
    return made


def _listed_share(org: Organisation, told: pd.DataFrame) -> dict[str, float]:
    """Per account the share of its records that its listed owner's business explains."""
    owners = {str(a): (p.employee if (p := org.owner(str(a))) else None) for a in told["account"].unique()}
    own = told[told["employee"] == told["account"].map(owners)].groupby("account")[["readings", "explained"]].sum()
    return {str(a): float(s) for a, s in (own["explained"] / own["readings"].clip(lower=1)).items()}


def corrected(org: Organisation, owners: Mapping[str, str]) -> Organisation:
    """The organisation with these accounts given to the people who use them."""
    if not owners:
        return org
    accounts = dict(org.accounts)
    for account, employee in owners.items():
        listed = org.account(account)
        cited = listed.cited if listed else Citation("hr/accounts.csv", 0)
        row = replace(listed, owner=employee) if listed else Account(account, "", employee, "person", None, None, cited)
        accounts[account] = (row,)
    return replace(org, accounts=accounts)
