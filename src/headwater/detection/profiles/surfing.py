"""Who visits which sites and sends how much there, counted in the engine: by person, site and day first."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import numpy as np
import pandas as pd
from ibis import _

from headwater.detection.profiles.hosts import bare, goes_out
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
    method = web.method.upper()
    asks = method.isnull() | method.isin(ASKING)
    sends = ~asks | method.isnull() | (method == "CONNECT")
    seen = web.group_by(["key", "day", "host"]).agg(
        requests=_.count(),
        posts=asks.ifelse(0, 1).sum(),
        bytes=sends.ifelse(ibis.coalesce(web.bytes_out, 0), 0).sum(),
    )
    named = seen.mutate(name=bare(seen.host))
    outside, numeric = goes_out(named.name), named.name.re_search(r"^[\d.]+$|:")
    domain = named.name.re_extract(DOMAIN, 1)
    sited = named.mutate(
        site=ibis.ifelse(numeric | (domain == "") | domain.isnull(), named.name, domain),
        posts=outside.ifelse(named.posts, 0),
        bytes=outside.ifelse(named.bytes, 0),
    )
    summed = sited.group_by(["key", "day", "site"]).agg(
        requests=_.requests.sum(), posts=_.posts.sum(), bytes=_.bytes.sum()
    )
    return summed.rename(host="site")


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
