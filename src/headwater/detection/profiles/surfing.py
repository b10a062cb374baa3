"""Who visits which sites and sends how much there, counted in the engine: by person, site and day first."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import numpy as np
import pandas as pd
from ibis import _

from headwater.detection.profiles.novelty import surprise
from headwater.detection.profiles.staff import Staff, keyed
from headwater.store.engine import Engine

ASKING = ("GET", "HEAD", "OPTIONS", "CONNECT", "WWW VISIT", "WWW DOWNLOAD")
"""Requests that ask for something; what they send is headers. CONNECT opens a tunnel: its bytes count, it is no post."""
RARE = 0.01
"""A site is hardly known when, at somebody's first visit, fewer of the people than this had been there."""
YOUNG = 28
"""Visits to a site count as visits to a new one for so many days."""
DOMAIN = r"([^.]+\.(?:(?:com|co|net|org|gov|edu|ac|or|ne|go)\.)?[^.]+)$"
Take = Callable[[Engine, ibis.Table], pd.DataFrame]


def surfed(engine: Engine, staff: Staff, take: Take) -> pd.DataFrame:
    """Per person and day: requests, posts, kilobytes, new_hosts (in bits), rare_visits.

    Costs one group-by over ``web``, which is kept, and three over what it gives.
    """
    visits = visited(engine).join(engine.memory("conduct_keys", staff.keys), "key")
    sums = {"requests": _.requests.sum(), "posts": _.posts.sum(), "bytes": _.bytes.sum()}
    daily = take(engine, visits.group_by(["person", "day"]).agg(**sums, things=_.host.nunique()))
    daily["kilobytes"] = np.round(daily["bytes"].fillna(0).astype(float) / 1000)
    firsts = take(engine, visits.group_by(["person", "host"]).agg(day=_.day.min()))
    firsts["thing"] = pd.factorize(firsts.pop("host"))[0]
    firsts["group"] = staff.groups[firsts["person"]]
    firsts["new_hosts"] = surprise(firsts, daily[["person", "day", "things"]])
    news = firsts.groupby(["person", "day"], as_index=False)["new_hosts"].sum()
    daily = daily.merge(news, how="left").merge(_rare(engine, visits, len(staff.names), take), how="left")
    daily["new_hosts"] = np.round(daily["new_hosts"].fillna(0))
    return daily.drop(columns=["bytes", "things"]).fillna({"rare_visits": 0})


def visited(engine: Engine) -> ibis.Table:
    """Per ``key`` of who did it, site and day: requests, posts, bytes. Kept: it is the one pass over ``web``."""
    return engine.keep("conduct_visits", _visits)


def _visits(engine: Engine) -> ibis.Table:
    """A site is known by its domain: of one visit a hundred names may come."""
    web = keyed(engine, "web").filter(_.host.notnull() & _.key.notnull())
    whole = web.host.lower().re_replace(r"^[a-z]+://", "").re_replace(r"[/?#].*$", "").re_replace(r":\d+$", "")
    web = web.mutate(name=ibis.ifelse(web.host.contains("/") | web.host.contains(":"), whole, web.host))
    asks = web.method.isnull() | web.method.upper().isin(ASKING)
    outside = web.name.contains(".")
    grouped = web.group_by(["key", "day", "name"]).agg(
        requests=_.count(),
        posts=(outside & ~asks).ifelse(1, 0).sum(),
        bytes=(outside & (~asks | (web.method.upper() == "CONNECT") | web.method.isnull()))
        .ifelse(ibis.coalesce(web.bytes_out, 0), 0)
        .sum(),
    )
    numeric = grouped.name.re_search(r"^[\d.]+$|:")
    found = grouped.name.re_extract(DOMAIN, 1)
    named = grouped.mutate(host=ibis.ifelse(numeric | (found == "") | found.isnull(), grouped.name, found))
    return named.group_by(["key", "day", "host"]).agg(
        requests=_.requests.sum(), posts=_.posts.sum(), bytes=_.bytes.sum()
    )


def _rare(engine: Engine, visits: ibis.Table, people: int, take: Take) -> pd.DataFrame:
    """Per person and day: requests to sites that were new to the person within YOUNG days and hardly known to anybody."""
    firsts = visits.group_by(["person", "host"]).agg(first=_.day.min())
    before = ibis.rank().over(ibis.window(group_by=firsts.host, order_by=firsts.first))
    rare = firsts.mutate(before=before).filter(_.before < max(1.0, RARE * people))
    rare = rare.select(who="person", site="host", first="first")
    joined = visits.join(rare, [visits.person == rare.who, visits.host == rare.site])
    age = (joined.day.cast("timestamp").epoch_seconds() - joined.first.cast("timestamp").epoch_seconds()) // 86_400
    near = joined.filter(age < YOUNG)
    return take(engine, near.group_by(["person", "day"]).agg(rare_visits=_.requests.sum()))
