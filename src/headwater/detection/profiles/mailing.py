"""What is mailed out of the house: how many, how large, to whom for the first time, and whether to oneself."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence

import ibis
import numpy as np
import pandas as pd
from ibis import _

from headwater.detection.profiles.novelty import surprise
from headwater.detection.profiles.staff import Staff, acted
from headwater.store.engine import Engine

COMMON = 0.3
"""A domain from which so much of the largest domain's number of people send is the house's too."""
SPEAKING = 5
"""A name with fewer letters than this is found in other people's addresses too."""
Take = Callable[[Engine, ibis.Table], pd.DataFrame]


def mailed(engine: Engine, staff: Staff, take: Take) -> pd.DataFrame:
    """Per person and day: mails, mail_kilobytes, attachments, new_addresses (in bits), own_address, recipients."""
    mail = acted(engine, staff, "mail").filter(_.recipients.notnull())
    house = house_domains(engine)
    pattern = "@(?:" + "|".join(re.escape(d) for d in house) + ")>?$" if house else "^$"
    outside = mail.recipients.filter(lambda r: r.contains("@") & ~r.lower().re_search(pattern))
    mail = mail.mutate(outside=outside)
    goes = mail.outside.length() > 0
    attached = mail.attachments.filter(lambda a: ~a.isin(["", "0"])).length().fill_null(0)
    daily = take(
        engine,
        mail.group_by(["person", "day"]).agg(
            mails=goes.ifelse(1, 0).sum(),
            bytes=goes.ifelse(ibis.coalesce(mail.bytes, 0), 0).sum(),
            attachments=goes.ifelse(attached, 0).sum(),
            recipients=mail.recipients.length().max(),
        ),
    )
    daily["mail_kilobytes"] = np.round(daily.pop("bytes").fillna(0).astype(float) / 1000)
    rows = mail.filter(goes).select("person", "day", sender=_.sender.fill_null(""), to=_.outside.unnest())
    sent = take(engine, rows.group_by(["person", "day", "sender", "to"]).agg(n=_.count()))
    if sent.empty:
        return daily.assign(new_addresses=0, own_address=0)
    sent["to"] = sent["to"].str.lower()
    daily = daily.merge(_news(sent, staff), how="left").merge(_own(sent, staff, house), how="left")
    return daily.fillna({"new_addresses": 0, "own_address": 0})


def house_domains(engine: Engine) -> tuple[str, ...]:
    """The domains from which most accounts send; where no sender is told, the one to which most accounts write."""
    mail = engine.table("mail")
    named = mail.filter(_.sender.contains("@"))
    found = _domains(engine, named.mutate(address=_.sender))
    if found.empty:
        found = _domains(engine, mail.mutate(address=_.recipients.unnest()).filter(_.address.contains("@"))).head(1)
    return tuple(sorted(found.loc[found["n"] >= COMMON * found["n"].max(), "domain"])) if len(found) else ()


def _domains(engine: Engine, rows: ibis.Table) -> pd.DataFrame:
    told = rows.mutate(domain=rows.address.lower().re_extract(r"@([^@>\s]+)", 1))
    frame = engine.arrow(told.group_by("domain").agg(n=_.account.nunique())).to_pandas()
    return frame.sort_values(["n", "domain"], ascending=[False, True], ignore_index=True)


def _news(sent: pd.DataFrame, staff: Staff) -> pd.DataFrame:
    things = sent.groupby(["person", "day"], as_index=False)["to"].nunique().rename(columns={"to": "things"})
    firsts = sent.groupby(["person", "to"], as_index=False)["day"].min()
    firsts["thing"] = pd.factorize(firsts["to"])[0]
    firsts["group"] = staff.groups[firsts["person"]]
    firsts["new_addresses"] = surprise(firsts, things)
    news = firsts.groupby(["person", "day"], as_index=False)["new_addresses"].sum()
    return news.assign(new_addresses=np.round(news["new_addresses"]))


def _own(sent: pd.DataFrame, staff: Staff, house: tuple[str, ...]) -> pd.DataFrame:
    """Mails to outside addresses that the person also sends from, or that bear the name of an own house address."""
    senders = sent[["person", "sender"]].drop_duplicates()
    told = [(p, s.lower()) for p, s in senders.itertuples(index=False) if s]
    outside = {(p, s) for p, s in told if not _inside(s, house)}
    names = own_names([(p, s) for p, s in told if _inside(s, house)], staff.names)
    pairs = sent[["person", "to"]].drop_duplicates()
    own = [(p, t) in outside or any(alike(n, t) for n in names.get(p, ())) for p, t in pairs.itertuples(index=False)]
    mine = sent.merge(pairs[own])
    return mine.groupby(["person", "day"], as_index=False)["n"].sum().rename(columns={"n": "own_address"})


def _inside(address: str, house: tuple[str, ...]) -> bool:
    return address.rsplit("@", 1)[-1].rstrip(">") in house


def own_names(senders: Sequence[tuple[int, str]], names: Sequence[str]) -> dict[int, frozenset[str]]:
    """The local names from which each person sends; one that several send from is nobody's own.

    Who sends from no address of the house is known by what the staff list calls him.
    """
    users, own = defaultdict[str, set[int]](set), defaultdict[int, set[str]](set)
    for person, address in senders:
        users[_local(address)].add(person)
    for local, people in users.items():
        if len(people) == 1:
            own[next(iter(people))].add(local)
    sending = {person for person, _address in senders}
    for person, name in enumerate(names):
        if person not in sending and len(name) > 4:
            own[person].add(name.casefold())
    return {person: frozenset(found) for person, found in own.items()}


def alike(name: str, address: str) -> bool:
    """Whether an address bears a local name: the very same, or every part of it in letters.

    A name of one part must stand by itself, since half of all longer names hold some shorter one.
    """
    local, parts = _local(address), _letters(name)
    if local == name:
        return True
    if sum(map(len, parts)) < SPEAKING:
        return False
    return parts[0] in _letters(local) if len(parts) == 1 else all(p in local for p in parts)


def _local(address: str) -> str:
    return address.lower().rsplit("@", 1)[0].rsplit("<", 1)[-1]


def _letters(local: str) -> list[str]:
    return [p for p in re.split(r"[^a-z]+", local) if p]
