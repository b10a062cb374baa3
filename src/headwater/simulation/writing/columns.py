"""Events as text: the indices of accounts, places and clients become the words that layouts write."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import Column, Events, Whole
from headwater.simulation.house.house import House
from headwater.simulation.writing.hostile import IMAGE, SCRIPT

NOBODY = "-"


def names_by_index(house: House, hostile: bool) -> tuple[Column, Column, Column]:
    """The names of accounts, devices and addresses: the index -1 gives the dash of a log, -2 what a stranger typed."""
    accounts, places = house.accounts, house.places
    return (
        _named(accounts.name, SCRIPT if hostile else NOBODY),
        _named(places.device, IMAGE if hostile else NOBODY),
        _named(places.ip, NOBODY),
    )


def _named(names: Column, strange: str) -> Column:
    return np.append(np.where(names == "", NOBODY, names).astype(object), [strange, NOBODY])


def texts(house: House, kind: str, log: Events, hostile: bool = False) -> Events:
    """Events with the columns that the layouts of their kind expect."""
    accounts, devices, ips = _kept(house, hostile)
    columns = dict(log.columns)
    columns["account"] = accounts[log["account"]]
    columns["ip"] = ips[seen_from(kind, log)]
    columns["device"] = devices[log["place"]]
    if kind == "access":
        columns["path"] = _unspaced(paths(house, log))
        columns["method"] = np.where(log["action"] == "edit", "POST", "GET").astype(object)
        columns["agent"] = log["agent"] % 4
    elif kind == "web":
        columns["path"] = _unspaced(log["path"])
    return Events(columns)


def paths(house: House, log: Events) -> Column:
    """What was asked of the application: as the event says, or the trade's usual path for such an act."""
    trade = house.trade
    out, action = log["path"].astype(object), log["action"]
    usual = out == ""
    one = usual & (log["client"] >= 0)
    before, _, after = trade.record_path.partition("{subject}")
    begin = f"{before}{house.clients.prefix}"
    out[one] = [f"{begin}{n}{after}" for n in house.clients.number[log["client"][one]].tolist()]
    out[usual & ~one] = f"{trade.search_path}?page=1"
    out[usual & ~one & (action == "export")] = trade.export_path
    return out


def attached(subjects: Column, counts: Whole) -> list[list[str]]:
    """Names of the files that go with messages."""
    return [[f"{s[:12]}{n}.xlsx" for n in range(1, c + 1)] for s, c in zip(subjects.tolist(), counts, strict=True)]


def seen_from(kind: str, log: Events) -> Whole:
    """The places whose addresses a log shows: of a log-on over the network, where it came from."""
    if kind != "logons":
        return np.asarray(log["place"], dtype=np.int64)
    return np.where(log["origin"] >= 0, log["origin"], log["place"])


def _kept(house: House, hostile: bool) -> tuple[Column, Column, Column]:
    name = f"names in {'hostile ' if hostile else ''}logs"
    if name not in house.kept:
        house.kept[name] = names_by_index(house, hostile)
    kept: tuple[Column, Column, Column] = house.kept[name]
    return kept


def _unspaced(paths: Column) -> Column:
    """Paths as a browser sends them: a layout that parts its fields by spaces could not hold one."""
    return np.array([path.replace(" ", "%20") if " " in path else path for path in paths.tolist()], dtype=object)
