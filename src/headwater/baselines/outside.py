"""How much each account sent out of the house on each day."""

from __future__ import annotations

import ibis
import pandas as pd
from ibis import _

from headwater.store.engine import Engine

MEGABYTE = 1e6


def outside(engine: Engine) -> pd.DataFrame:
    """Megabytes sent by account and day. A request without an account is that of whoever has the address as a desk."""
    web, desks = engine.table("web"), _desks(engine)
    joined = web.left_join(desks, web.ip == desks.desk_ip)
    sent = joined.select(
        account=ibis.coalesce(joined.account, joined.resident),
        day=joined.day,
        sent=ibis.coalesce(joined.bytes_out, 0),
    )
    summed = sent.filter(_.account.notnull()).group_by(["account", "day"]).agg(sent=_.sent.sum())
    frame = engine.arrow(summed).to_pandas()
    frame["outside"] = frame.pop("sent").astype(float) / MEGABYTE
    return frame


def _desks(engine: Engine) -> ibis.Table:
    """The one account of the one person who has an address in the roster."""
    people = engine.table("people").filter(_.ip.notnull() & (_.ip != ""))
    own = engine.table("accounts").filter((_.kind == "person") | _.kind.isnull())
    joined = people.join(own, people.employee == own.owner).select(desk_ip=people.ip, resident=own.account)
    single = joined.group_by("desk_ip").agg(resident=_.resident.min(), residents=_.resident.nunique())
    return single.filter(_.residents == 1).select("desk_ip", "resident")
