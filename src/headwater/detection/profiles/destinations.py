"""Where things go: hosts, mail addresses and sticks, by person and day, and whether right after suspicious reading.

A stick is known by its serial number, which some logs tell when it is connected; a drive letter says nothing.
"""

from __future__ import annotations

import re
from datetime import timedelta

import ibis
import pandas as pd
from ibis import _

from headwater.detection.profiles.counters import CONNECTED
from headwater.detection.profiles.mailing import house_domains
from headwater.detection.profiles.seats import Seats
from headwater.detection.profiles.uploads import LEAST, Uploads
from headwater.model.organisation import Organisation
from headwater.store.engine import Engine

COLUMNS = ["kind", "thing", "person", "day", "account", "first", "last"]
SERIAL = r"(?i)usb[^\s]*[\\#/]([0-9a-z]{8,})(?:&\d+)?(?:[#\\].*)?$"
"""The last part of a device's path (``USBSTOR\\Disk&Ven_X\\4C530001&0``), of eight letters and figures and more."""


def destinations(engine: Engine, org: Organisation, seats: Seats, uploads: Uploads) -> pd.DataFrame:
    """One row per person, place and day. Costs one group-by over ``mail`` and one over connections in ``files``."""
    sites = uploads.by_site[uploads.by_site["bytes"] >= LEAST]
    parts = [
        sites.assign(kind="host", thing=sites["host"].str.lower())[COLUMNS],
        _daily(engine, _addresses(engine), org, seats, "address"),
        _daily(engine, _sticks(engine), org, seats, "stick"),
    ]
    told = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    return told.sort_values(["kind", "thing", "first", "person", "account"], ignore_index=True)


def following(uses: pd.DataFrame, sittings: pd.DataFrame, hours: float) -> pd.DataFrame:
    """Uses (their index as ``use``) during or within so many hours after a sitting (``sitting``) of the same person."""
    spans = sittings[["person", "first", "last"]].rename_axis("sitting").reset_index()
    pairs = (
        uses.rename_axis("use")
        .reset_index()[["use", "person", "first", "last"]]
        .merge(spans, on="person", suffixes=("", "_read"))
    )
    after = pairs["last"] >= pairs["first_read"]
    return pairs.loc[after & (pairs["first"] <= pairs["last_read"] + timedelta(hours=hours)), ["use", "sitting"]]


def _addresses(engine: Engine) -> ibis.Table:
    mail = engine.table("mail")
    pattern = "@(?:" + "|".join(re.escape(d) for d in house_domains(engine)) + ")>?$"
    outside = mail.recipients.filter(lambda r: r.contains("@") & ~r.lower().re_search(pattern))
    rows = mail.filter(mail.account.notnull() & (outside.length() > 0))
    none = ibis.null().cast("string")
    told = rows.select("account", "day", "time", device=none, ip=none, thing=outside.unnest())
    return told.mutate(thing=told["thing"].lower())  # Spark takes no expression around what makes rows


def _sticks(engine: Engine) -> ibis.Table:
    files = engine.table("files")
    rows = files.filter(files.action.fill_null("").lower().isin(CONNECTED) & files.path.notnull())
    rows = rows.mutate(thing=rows.path.re_extract(SERIAL, 1).upper())
    return rows.filter(_.thing != "").select("account", "day", "time", "device", "ip", "thing")


def _daily(engine: Engine, rows: ibis.Table, org: Organisation, seats: Seats, kind: str) -> pd.DataFrame:
    """By the account's owner, else by who sits there."""
    keys = ["account", "device", "ip", "day", "thing"]
    frame = engine.arrow(rows.group_by(keys).agg(first=_.time.min(), last=_.time.max())).to_pandas()
    seated = seats.seated(frame, org)
    person = seated["owner"].where(seated["owner"].notna(), seated["resident"])
    told = seated.assign(kind=kind, person=person)
    return told.loc[told["person"].notna(), COLUMNS]
