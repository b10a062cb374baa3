"""Files of people's data that were sold: who sent which to whom, how much is in it, and what was paid for it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Acts, People, Traffic
from headwater.network.money.bubbles import cents
from headwater.network.money.laying import Laid
from headwater.network.money.ledger import DAY, HOUR
from headwater.network.money.pairing import Span, nearest_pairs, same_codes
from headwater.network.money.payments import notices

_OFFERED = Span(3 * DAY, HOUR)
_PAID = Span(2 * DAY, 2 * DAY)
_ROWS = r"(\d{1,9})\s*(?:条|行|个号|rows)"
_TABLES = r"\.(?:xlsx?|csv|txt|et|zip|rar|7z|sql|json)$"


def sales(traffic: Traffic, people: People, acts: Acts, laid: Laid, documents: pd.DataFrame) -> pd.DataFrame:
    """Tell the sales of files.

    ``documents``: ``sha256``, ``rows``, ``persons`` of scanned files. A file of several people's data that went from
    one to another counts, and one that was offered as such where it was not scanned. Columns: ``seller``, ``buyer``,
    ``time``, ``message``, ``file``, ``digest``, ``rows``, ``persons`` (NaN where not known), ``price`` (NaN where
    neither offer nor payment tells), ``payment`` (place in ``Laid.payments``; NONE)."""
    of = np.append(people.of, NONE)
    files = _files(traffic, of, documents)
    offers = notices(acts, of, ("sale",))
    offer = _offered(files, offers)
    price = np.append(offers["amount"].to_numpy(float), np.nan)[offer]
    rows_told = _rows(traffic, offers["message"].to_numpy(np.int64))
    files["rows"] = files["rows"].fillna(pd.Series(np.append(rows_told, np.nan)[offer], index=files.index))
    known = files[((files["persons"].fillna(0) > 1) | (offer != NONE)).to_numpy()].assign(
        price=price[((files["persons"].fillna(0) > 1) | (offer != NONE)).to_numpy()]
    )
    known = known.reset_index(drop=True)
    known["payment"] = _payments(known, laid.payments)
    paid = np.append(laid.payments["amount"].to_numpy(float), np.nan)[known["payment"].to_numpy(np.int64)]
    return known.assign(price=known["price"].fillna(pd.Series(paid)))


def _files(traffic: Traffic, of: np.ndarray, documents: pd.DataFrame) -> pd.DataFrame:
    """Tables that one person sent to another, each once."""
    said = traffic.messages
    named = said["file"].astype(object).fillna("").astype(str)
    kept = ((said["kind"] == "file") & (said["receiver"] >= 0)).to_numpy() & named.str.contains(
        _TABLES, case=False
    ).to_numpy(bool)
    at = np.flatnonzero(kept)
    frame = pd.DataFrame(
        {"message": at, "time": said["time"].to_numpy(np.int64)[at], "file": named.to_numpy(object)[at]}
    )
    frame["digest"] = said["digest"].astype(object).fillna("").to_numpy()[at]
    frame["seller"], frame["buyer"] = (of[said[side].to_numpy(np.int64)[at]] for side in ("sender", "receiver"))
    frame = frame[(frame["seller"] != frame["buyer"]) & (frame["seller"] >= 0) & (frame["buyer"] >= 0)]
    counts = documents.groupby("sha256")[["rows", "persons"]].sum().reset_index().rename(columns={"sha256": "digest"})
    what = np.where(frame["digest"] != "", frame["digest"], frame["file"])
    frame = frame.assign(what=what).sort_values(["time", "message"]).drop_duplicates(["seller", "buyer", "what"])
    return frame.drop(columns="what").merge(counts, on="digest", how="left").reset_index(drop=True)


def _offered(files: pd.DataFrame, offers: pd.DataFrame) -> np.ndarray:
    """The offer that each file was sent after; NONE where there is none."""
    keys = same_codes(
        *(
            [f[a].to_numpy(np.int64), f[b].to_numpy(np.int64)]
            for f, a, b in ((files, "seller", "buyer"), (offers, "sender", "receiver"))
        )
    )
    one, other = nearest_pairs(keys, (files["time"].to_numpy(np.int64), offers["time"].to_numpy(np.int64)), _OFFERED)
    found = np.full(len(files), NONE, dtype=np.int64)
    found[one] = other
    return found


def _rows(traffic: Traffic, messages: np.ndarray) -> np.ndarray:
    shapes = pd.Series(traffic.messages["shape"].astype(object).to_numpy()[messages], dtype=object).astype(str)
    return np.asarray(pd.to_numeric(shapes.str.extract(_ROWS, expand=False)), dtype=float)


def _payments(files: pd.DataFrame, paid: pd.DataFrame) -> np.ndarray:
    """The payment for each file: of the price that was offered; without an offer the nearest that nothing else explains."""
    found = np.full(len(files), NONE, dtype=np.int64)
    free = (paid["what"] == "other").to_numpy() & (paid["laid"] <= 0).to_numpy()
    price = cents(files["price"])
    for priced in (True, False):
        mine = [
            files["buyer"].to_numpy(np.int64),
            files["seller"].to_numpy(np.int64),
            price if priced else np.zeros(len(files), np.int64),
        ]
        theirs = [
            paid["payer"].to_numpy(np.int64),
            paid["seller"].to_numpy(np.int64),
            cents(paid["amount"]) if priced else np.zeros(len(paid), np.int64),
        ]
        left, right = same_codes(mine, theirs)
        left = np.where((found == NONE) & ((price > 0) == priced), left, NONE)
        one, other = nearest_pairs(
            (left, np.where(free, right, NONE)),
            (files["time"].to_numpy(np.int64), paid["time"].to_numpy(np.int64)),
            _PAID,
        )
        found[one], free[other] = other, False
    return found
