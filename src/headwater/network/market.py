"""The stage: from the lake's messages, payments and facts to the market, in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.detection.scene import Scene
from headwater.model.network import Market, Verdict
from headwater.network.acts.classify import acts
from headwater.network.bill_doubts import doubted
from headwater.network.frames import NONE, Acts, Hops, People, Traffic
from headwater.network.handovers.handing import parted_by_hand
from headwater.network.money.amounts import Sums, flows, sums
from headwater.network.money.items import Items, items
from headwater.network.money.laying import Laid, laid
from headwater.network.money.prices import prices
from headwater.network.money.sales import sales
from headwater.network.notes import read_otherwise, unheard
from headwater.network.orders.rebuild import orders, seen_people
from headwater.network.people.people import people
from headwater.network.ranks.rank import Ranks, ranks
from headwater.network.telling import Told, tell
from headwater.network.traffic.traffic import traffic
from headwater.network.upstream import Upstream, upstream
from headwater.store.engine import Engine
from headwater.store.freed import collecting_later, handing_back, lean


@dataclass(frozen=True, slots=True, eq=False)
class Rebuilt:
    """Every stage's answer, as frames."""

    traffic: Traffic
    people: People
    acts: Acts
    hops: Hops
    laid: Laid
    sales: pd.DataFrame
    sums: Sums
    items: Items
    ranks: Ranks
    upstream: Upstream


def rebuild(engine: Engine, verdicts: Sequence[Verdict] = ()) -> Rebuilt:
    """Rebuild the market of a case as frames; ``verdicts`` are what people said of who is who."""
    with handing_back():
        return _rebuilt(engine, verdicts)


def _rebuilt(engine: Engine, verdicts: Sequence[Verdict]) -> Rebuilt:
    told = lean(parted_by_hand(traffic(engine), engine))
    known = lean(people(told, verdicts))
    said = lean(acts(told))
    asked = lean(orders(told, known, said))
    paid = laid(told, known, said, asked)
    asked = replace(asked, hops=paid.hops)
    sold = sales(told, known, said, paid, _documents(engine))
    trade = _traders(known, asked, paid, sold)
    return Rebuilt(
        traffic=told,
        people=known,
        acts=said,
        hops=asked,
        laid=paid,
        sales=sold,
        sums=sums(paid, sold, trade),
        items=items(asked, sold),
        ranks=ranks(told, known, said, asked, _between(paid), seen_people(told, known)),
        upstream=upstream(engine, asked, said),
    )


def market(scene: Scene, verdicts: Sequence[Verdict] = ()) -> Market:
    """Rebuild the market of a case; an empty one where it has neither chats nor payments."""
    if not (scene.has("messages") or scene.has("payments")):
        return Market()
    made = _to_tell(rebuild(scene.engine, verdicts))
    zone = scene.settings.timezone
    trade = _traders(made.people, made.hops, made.laid, made.sales)
    levels = np.array([np.nan if s.tier is None else s.tier for s in made.ranks.standings])
    with collecting_later():
        found = tell(
            Told(
                traffic=made.traffic,
                people=made.people,
                acts=made.acts,
                hops=made.hops,
                parts=made.laid.parts,
                payments=made.laid.payments,
                sales=made.sales,
                sums=made.sums,
                items=made.items,
                ranks=made.ranks,
                upstream=made.upstream,
                flows=flows(made.laid, zone, trade),
                prices=prices(made.laid, levels, zone),
                owners=scene.org,
            )
        )
    more = (
        *read_otherwise(made.traffic, made.people, made.laid.payments),
        *doubted(scene.engine),
        *unheard(verdicts, made.traffic),
    )
    return replace(found, notes=(*found.notes, *more), verdicts=tuple(v.id for v in verdicts))


def _to_tell(made: Rebuilt) -> Rebuilt:
    """Without what telling does not ask for and what takes most room: parts and copies, and the keys of acts."""
    traffic = replace(made.traffic, parts=pd.DataFrame(), copies=pd.DataFrame())
    return lean(replace(made, traffic=traffic, acts=replace(made.acts, keys=pd.DataFrame())))


def _documents(engine: Engine) -> pd.DataFrame:
    """Rows and persons of scanned files by their digest."""
    empty = pd.DataFrame(
        {"sha256": pd.Series(dtype=str), "rows": pd.Series(dtype=float), "persons": pd.Series(dtype=float)}
    )
    if not engine.holds("documents"):
        return empty
    found = engine.arrow(engine.table("documents").select("source", "sha256", "rows", "persons")).to_pandas()
    one = (
        found.sort_values(["sha256", "source"]).groupby(["sha256", "source"], as_index=False)[["rows", "persons"]].sum()
    )
    return one.drop_duplicates("sha256")[["sha256", "rows", "persons"]].reset_index(drop=True)


def _between(paid: Laid) -> pd.DataFrame:
    """Money from person to person: ``amount``, ``payments``, what was ``matched`` to orders, payments taken ``for_another``.

    ``others``: for how many the payee takes payments.
    """
    both = paid.payments[(paid.payments["payer"] >= 0) & (paid.payments["payee"] >= 0)]
    another = (both["seller"] != both["payee"]).to_numpy()
    by = both.assign(another=another).groupby(["payer", "payee"])
    found = by.agg(
        amount=("amount", "sum"), payments=("amount", "size"), matched=("laid", "sum"), for_another=("another", "sum")
    ).reset_index()
    others = both[another].groupby("payee")["seller"].nunique().reindex(found["payee"])
    return found.assign(others=others.fillna(0).to_numpy(np.int64))


def _traders(known: People, asked: Hops, paid: Laid, sold: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Who takes part: sides of orders and sales, and who takes money for a seller (one more at the end, for nobody)."""
    trade = np.zeros(known.count + 1, bool)
    for frame, columns in ((asked.hops, ("buyer", "seller")), (sold, ("buyer", "seller"))):
        for column in columns:
            trade[frame[column].to_numpy(np.int64)] = True
    detour = paid.payments[paid.payments["seller"] != paid.payments["payee"]]
    trade[detour["payee"].to_numpy(np.int64)] = True
    trade[NONE] = False
    return trade
