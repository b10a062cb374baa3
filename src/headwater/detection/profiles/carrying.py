"""Files that can hold a list, and what became of each: packed, copied to a stick, printed, posted, mailed, deleted.

A file is joined to a way out by its name where the log tells one, else by its size: a post carries the bytes and some
headers, a letter four bytes for three. A print has neither and must follow within minutes. How often such joins come
about in ordinary work is counted in the same house; nothing here is evidence by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd
from ibis import _

from headwater.detection.profiles.counters import SHEETS, WRITTEN, drives, on_stick
from headwater.detection.profiles.hosts import goes_out
from headwater.detection.profiles.mailing import house_domains
from headwater.detection.profiles.seats import Seats
from headwater.detection.profiles.uploads import LEAST, READING_METHODS
from headwater.model.organisation import Organisation
from headwater.store.engine import Engine

WAYS = ("copied", "stick", "print", "post", "mail")
TIED = ("copied", "post", "mail")
"""Ways whose exits are known to carry that very file, by name or size."""
SOON = timedelta(hours=24)
"""A file is carried out, packed or deleted within so long after it was written, or it is not joined by this."""
PRINTED = timedelta(minutes=15)
"""A print bears neither name nor size of what is printed: it must follow so soon."""
POSTED, MAILED = (1.0, 1.1), (1.3, 1.42)
"""Bytes on the way per byte of the file: headers; four letters for three bytes (RFC 2045) with line ends."""
HEADERS = 2_000
"""Bytes that headers may add."""
RUN = timedelta(minutes=10)
"""Posts to one host with pauses no longer than this may be pieces of one file."""
SPOOL, ARCHIVE = r"[\\/]spool[\\/].*\.(?:spl|shd)$|\.spl$", r"\.(?:zip|rar|7z|gz|tar)$"
_EVENT = ["time", "day", "account", "device", "ip", "source", "line"]
_EXIT = ["person", "time", "day", "size", "stem", "to", "source", "line"]


@dataclass(frozen=True, slots=True)
class Carrying:
    """``loads``: files that can hold a list (time, day, person, seat, account, path, stem, size, source, line).

    ``exits``: per load and way the first exit (load, way, time, size, to, source, line). ``packed`` and ``deleted``:
    the archive of the same name, the deletion of the same path (load, time, size, source, line).
    """

    loads: pd.DataFrame
    exits: pd.DataFrame
    packed: pd.DataFrame
    deleted: pd.DataFrame


def carrying(engine: Engine, org: Organisation, seats: Seats) -> Carrying:
    """Follow every file that can hold a list. Costs one filtered pass over each of ``files``, ``web`` and ``mail``."""
    files = _files(engine, org, seats)
    written = files[files["did"].isin(["written", "stick"])]
    loads = written.assign(on_stick=written["did"] == "stick").drop(columns=["did"]).reset_index(drop=True)
    loads.insert(0, "load", np.arange(len(loads)))
    exits = [
        _by_name(loads[~loads["on_stick"]], files[files["did"] == "stick"]).assign(way="copied"),
        _itself(loads[loads["on_stick"]]).assign(way="stick"),
        _at_once(loads, files[files["did"] == "print"]).assign(way="print"),
        _by_size(loads, _posts(engine, org, seats), POSTED).assign(way="post"),
        _mailed(loads, _mails(engine, org)).assign(way="mail"),
    ]
    return Carrying(loads, _first(pd.concat(exits), ["load", "way"]), _packed(loads), _deleted(loads, files))


def _files(engine: Engine, org: Organisation, seats: Seats) -> pd.DataFrame:
    """Lists written, written to a stick or deleted, and prints, with who did it and where."""
    rows = engine.table("files")
    rows = rows.mutate(did=_.action.fill_null("create").lower(), name=_.path.fill_null("").lower())
    spool = rows.name.re_search(SPOOL)
    wrote = rows.did.isin([*WRITTEN, ""]) & rows.name.re_search(SHEETS)
    kind = ibis.cases(
        ((rows.did == "print") | (rows.did.isin(WRITTEN) & spool), "print"),
        (wrote & on_stick(rows, drives(engine)), "stick"),
        (wrote, "written"),
        ((rows.did == "delete") & rows.name.re_search(SHEETS), "deleted"),
    )
    kept = rows.mutate(kind=kind).filter(_.kind.notnull())
    frame = engine.arrow(kept.select(*_EVENT, "path", "bytes", "kind")).to_pandas()
    placed = _placed(frame, org, seats).rename(columns={"kind": "did"})
    names = [re.split(r"[\\/]", path)[-1] for path in placed["path"].fillna("")]
    return placed.assign(
        base=names, stem=[n.rsplit(".", 1)[0].casefold() for n in names], size=placed["bytes"].fillna(0).astype(float)
    ).assign(to=placed["seat"])


def _placed(frame: pd.DataFrame, org: Organisation, seats: Seats) -> pd.DataFrame:
    frame = frame.sort_values(["time", "source", "line"], ignore_index=True)
    seated = seats.seated(frame, org)
    seated = seated.assign(person=seated["owner"].where(seated["owner"].notna(), seated["resident"]))
    return seated[seated["person"].notna()]


def _posts(engine: Engine, org: Organisation, seats: Seats) -> pd.DataFrame:
    """Posts to the outside, and runs of posts to one host as one: their bytes together, at the first one's line."""
    web = engine.table("web")
    asks = web.method.notnull() & web.method.upper().isin(READING_METHODS)
    sent = web.filter((web.bytes_out >= LEAST) & goes_out(web.host) & ~asks)
    frame = engine.arrow(sent.select(*_EVENT, "host", "bytes_out")).to_pandas()
    posts = _placed(frame, org, seats).rename(columns={"bytes_out": "size", "host": "to"})
    posts = posts.assign(stem="", size=posts["size"].astype(float)).sort_values(
        ["person", "to", "time", "source", "line"], ignore_index=True
    )
    starts = (posts.groupby(["person", "to"])["time"].diff() > RUN).fillna(True)
    first = posts["person"].ne(posts["person"].shift()) | posts["to"].ne(posts["to"].shift())
    runs = posts.assign(run=(starts | first).cumsum())
    many = runs[runs["run"].duplicated(keep=False)]
    whole = many.groupby("run", as_index=False).agg({"size": "sum", **{c: "first" for c in _EXIT if c != "size"}})
    return pd.concat([posts[_EXIT], whole[_EXIT]], ignore_index=True)


def _mails(engine: Engine, org: Organisation) -> pd.DataFrame:
    """Letters with attachments to the outside: one row per attachment's name."""
    mail = engine.table("mail")
    pattern = "@(?:" + "|".join(re.escape(d) for d in house_domains(engine)) + ")>?$"
    outside = mail.recipients.filter(lambda r: r.contains("@") & ~r.lower().re_search(pattern))
    sent = mail.filter((outside.length() > 0) & (mail.attachments.length() > 0) & mail.account.notnull())
    sent = sent.select("time", "day", "account", "source", "line", "bytes", "attachments", recipients=outside)
    frame = engine.arrow(sent).to_pandas().sort_values(["time", "source", "line"], ignore_index=True)
    owners = {a: (p.employee if (p := org.owner(a)) else None) for a in frame["account"].unique()}
    frame = frame.assign(
        person=[owners[a] for a in frame["account"]],
        size=frame["bytes"].fillna(0).astype(float),
        to=[str(r[0]).rsplit("@", 1)[-1].rstrip(">") for r in frame["recipients"]],
        stem=[[str(a).rsplit(".", 1)[0].casefold() for a in names] for names in frame["attachments"]],
    )
    return frame.loc[frame["person"].notna(), _EXIT]


def _mailed(loads: pd.DataFrame, mails: pd.DataFrame) -> pd.DataFrame:
    """By the attachment's name, or by size."""
    named = mails.explode("stem")
    named = named[~named["stem"].isin(["", "0", "1"])]
    return pd.concat([_by_name(loads, named), _by_size(loads, mails, MAILED)])


def _by_name(loads: pd.DataFrame, exits: pd.DataFrame) -> pd.DataFrame:
    """Exits that bear the name of a file, with whatever ending."""
    told = exits[exits["stem"].astype(str) != ""]
    return _next(loads, told[_EXIT], ["person", "stem"], SOON)


def _itself(loads: pd.DataFrame) -> pd.DataFrame:
    """Files that are written to a stick at once are out."""
    return loads.assign(at=loads["time"], carried=loads["size"], out_source=loads["source"], out_line=loads["line"])[
        ["load", "at", "carried", "out_source", "out_line", "to"]
    ]


def _by_size(loads: pd.DataFrame, exits: pd.DataFrame, ratio: tuple[float, float]) -> pd.DataFrame:
    """Exits of the same day or the next that carry as many bytes as a file has."""
    sized, told = loads[loads["size"] > 0], exits[_EXIT].drop(columns="stem")
    if told.empty:
        return _next(sized, told, ["person", "day"], SOON)
    low, high = ratio
    sizes = np.unique(told["size"].to_numpy(float))
    least = np.searchsorted(sizes, low * sized["size"].to_numpy(float), "left")
    most = np.searchsorted(sizes, high * sized["size"].to_numpy(float) + HEADERS, "right")
    codes, days = pd.MultiIndex.from_arrays([told["person"], told["day"]]).factorize()
    places = codes * (len(sizes) + 1) + np.searchsorted(sizes, told["size"].to_numpy(float))
    order = np.argsort(places, kind="stable")
    pairs = []
    for later in (0, 1):
        on = [d + timedelta(days=later) for d in sized["day"]]
        code = days.get_indexer(pd.MultiIndex.from_arrays([sized["person"], on])) * (len(sizes) + 1)
        first, last = (np.searchsorted(places[order], code + bound) for bound in (least, most))
        pairs.append(_pairs(sized, told.iloc[order], first, np.where(code < 0, first, last)))
    return _near(pd.concat(pairs), SOON)


def _pairs(
    loads: pd.DataFrame, exits: pd.DataFrame, first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]
) -> pd.DataFrame:
    """Each file beside its exits, which are those from ``first`` to before ``last``."""
    counts = last - first
    at = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    left = loads.iloc[np.repeat(np.arange(len(loads)), counts)].reset_index(drop=True)
    return left.join(exits.drop(columns="person").iloc[at].reset_index(drop=True).add_suffix("_out"))


def _at_once(loads: pd.DataFrame, prints: pd.DataFrame) -> pd.DataFrame:
    # a print shortly after midnight is no matter: it is looked for on the file's own day
    return _next(loads, prints[_EXIT].drop(columns="stem"), ["person", "day"], PRINTED)


def _next(loads: pd.DataFrame, exits: pd.DataFrame, by: list[str], within: timedelta) -> pd.DataFrame:
    """The first exit after each file that agrees with it in some columns: one each, however often a name comes back."""
    if loads.empty or exits.empty:
        return _near(loads.merge(exits, on=by, suffixes=("", "_out")), within)
    told = exits.sort_values(["time", "source", "line"], kind="stable")
    told = told.rename(columns={c: f"{c}_out" for c in told.columns if c not in by})
    pairs = pd.merge_asof(
        loads.sort_values("time", kind="stable"),
        told,
        left_on="time",
        right_on="time_out",
        by=by,
        direction="forward",
        tolerance=within,
    )
    return _near(pairs[pairs["time_out"].notna()].astype({"line_out": "int64"}), within)


def _near(pairs: pd.DataFrame, within: timedelta) -> pd.DataFrame:
    later = pairs["time_out"] - pairs["time"]
    kept = pairs[(later >= timedelta(0)) & (later <= within)]
    names = {"time_out": "at", "size_out": "carried", "source_out": "out_source", "line_out": "out_line"}
    to = kept["to_out"] if "to_out" in kept else kept["to"]
    columns = ["load", *names.values(), "to"]
    return kept.assign(to=to).rename(columns=names)[columns]


def _first(pairs: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return pairs.sort_values([*keys, "at", "out_source", "out_line"]).drop_duplicates(keys, ignore_index=True)


def _packed(loads: pd.DataFrame) -> pd.DataFrame:
    """Archives that bear the name of a file and were made after it."""
    archive = loads["base"].str.lower().str.contains(ARCHIVE, regex=True)
    return _first(_by_name(loads[~archive], loads[archive]), ["load"])


def _deleted(loads: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame:
    gone = files[files["did"] == "deleted"]
    return _first(_next(loads, gone[[*_EXIT, "path"]], ["person", "path"], SOON), ["load"])
