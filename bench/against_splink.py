"""Weights of evidence beside those of splink 5 on the same rows: ``python -m bench.against_splink``.

One made world, one list: names, masked phones and last four digits of identity numbers, half clients and half strangers,
with every field wrong in some rows. splink (exact match with term frequencies, u by random sampling, m by expectation and
maximisation, DuckDB) gets the plain values, Headwater the tokens that it keeps. Says how near weights and decisions lie.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import splink.comparison_library as compared_by
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

from bench.lists import masked_phone
from headwater.attribution.candidates import candidates
from headwater.attribution.matching import OURS, match
from headwater.attribution.weights import weigh
from headwater.exhibits.folder import open_case
from headwater.ingestion.ingest import ingest
from headwater.scanning.stage import scan_case
from headwater.simulation.files import separated
from headwater.simulation.house.building import START, build
from headwater.simulation.made_people import people
from headwater.simulation.simulate import simulate
from headwater.simulation.trades.all import TRADES
from headwater.store.engine import open_engine
from headwater.store.workspace import open_workspace

TRADE, CLIENTS, STAFF, DAYS = "hospital", 30_000, 20, 5
ROWS, WRONG = 2_000, 0.08
"""Rows of the list, and the share of them in which a field is somebody else's."""
SHOWN = ("name", "ends", "tail")
FILE = "leaks/list.csv"


def made(root: Path, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write the world and its list; give the list and our records as plain values, and of each row whose it is."""
    asked = {"seed": seed, "staff": STAFF, "clients": CLIENTS, "days": DAYS}
    simulate(TRADE, root / "case", crimes=(), leaks=(), **asked)
    house, rng, last = build(TRADES[TRADE], start=START, **asked), np.random.default_rng(seed), DAYS - 1
    there = np.flatnonzero(house.clients.joined <= last)
    who = np.concatenate([rng.choice(there, ROWS // 2, replace=False), np.full(ROWS // 2, -1)])
    strangers, others = people(rng, ROWS // 2), people(rng, ROWS)
    columns = {}
    for field in ("name", "phone", "id_number"):
        mine = house.clients.values(who[: ROWS // 2], last, field)
        both = np.concatenate([mine, getattr(strangers, field)])
        columns[field] = np.where(rng.random(ROWS) < WRONG, getattr(others, field), both)
    rows = {
        "姓名": columns["name"],
        "电话": [masked_phone(p) for p in columns["phone"]],
        "身份证后四位": [i[-4:] for i in columns["id_number"]],
    }
    file = root / "case" / FILE
    file.parent.mkdir()
    file.write_text(separated([list(rows), *zip(*rows.values(), strict=True)]), encoding="utf-8")
    plain = {f: house.clients.values(there, last, f) for f in ("name", "phone", "id_number")}
    listed = _values(columns).assign(unique_id=np.arange(2, ROWS + 2), truth=who)
    return listed, _values(plain).assign(unique_id=there, truth=there)


def _values(columns: dict[str, Any]) -> pd.DataFrame:
    phones, ids = pd.Series(columns["phone"], dtype=str), pd.Series(columns["id_number"], dtype=str)
    return pd.DataFrame(
        {"name": columns["name"], "ends": phones.str[:3] + phones.str[-4:], "tail": ids.str[-4:]}, dtype=str
    )


def ours(root: Path) -> pd.DataFrame:
    """Pairs with Headwater's bits, and the share of our rows that it fits."""
    case = open_case(root / "case")
    with open_workspace(root / "work") as workspace:
        ingest(case, workspace)
        scan_case(case, workspace)
        with open_engine("duckdb", workspace) as engine:
            found = candidates(engine)
            matched = match(engine)
    weighed = weigh(found, matched.seen)
    pairs = found.pairs[["line", "ordinal"]].assign(ours=weighed.bits, share=weighed.share)
    said = matched.rows.set_index("line")["ordinal"]
    return pairs.assign(chosen=pairs["line"].map(said).fillna(-1).to_numpy() == pairs["ordinal"])


def theirs(listed: pd.DataFrame, records: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    """Pairs with splink's bits, without its prior, for the same prior odds of a pair."""
    prior = share / len(records)
    database = DuckDBAPI(duckdb.connect())
    tables = [
        database.register(f.drop(columns="truth"), table_name=name)
        for f, name in ((listed, "listed"), (records, "records"))
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[compared_by.ExactMatch(c).configure(term_frequency_adjustments=True) for c in SHOWN],
        blocking_rules_to_generate_predictions=[block_on("name", "tail"), block_on("ends")],
        probability_two_random_records_match=prior,
    )
    linker = Linker(tables, settings, log_level=40)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e7, seed=seed)
    for rule in (block_on("ends"), block_on("name", "tail")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict().as_pandas_dataframe()
    left = found["source_dataset_l"].str.contains("listed")
    line = np.where(left, found["unique_id_l"], found["unique_id_r"])
    ordinal = np.where(left, found["unique_id_r"], found["unique_id_l"])
    used = linker.misc.save_model_to_json()["probability_two_random_records_match"]
    bits = found["match_weight"] - np.log2(used / (1 - used))
    return pd.DataFrame({"line": line.astype(int), "ordinal": ordinal.astype(int), "theirs": bits})


def compared(seed: int, space: Path | None) -> dict[str, float]:
    """The figures: how near weights lie, and how often both call the same rows ours, and rightly."""
    with tempfile.TemporaryDirectory(prefix="bench", dir=space) as folder:
        listed, records = made(Path(folder), seed)
        mine = ours(Path(folder))
    share = float(mine["share"].iloc[0])
    both = mine.merge(theirs(listed, records, share, seed), "outer", on=["line", "ordinal"], indicator=True)
    pairs = both[both["_merge"] == "both"]
    truth = listed.set_index("unique_id")["truth"]
    both["right"] = both["line"].map(truth) == both["ordinal"]
    odds = np.exp2(both["theirs"].fillna(-60)) * share / len(records)
    total = odds.groupby(both["line"]).transform("sum")
    both["splink"] = odds / (total + 1 - share) >= OURS
    both["headwater"] = both["chosen"].eq(True)
    clients = int((truth >= 0).sum())
    told = {name: both[both[name]] for name in ("headwater", "splink")}
    return {
        "pairs": len(both),
        "pairs of both": len(pairs),
        "correlation of bits": float(np.corrcoef(pairs["ours"], pairs["theirs"])[0, 1]),
        "median difference in bits": float((pairs["ours"] - pairs["theirs"]).median()),
        "90 % of differences below": float((pairs["ours"] - pairs["theirs"]).abs().quantile(0.9)),
        "same decision": float((both["headwater"] == both["splink"]).mean()),
        **{f"{n}: said": len(t) for n, t in told.items()},
        **{f"{n}: precision": float(t["right"].mean()) for n, t in told.items()},
        **{f"{n}: recall": float(t["right"].sum() / clients) for n, t in told.items()},
    }


def main(arguments: list[str] | None = None) -> None:
    """Compare and print."""
    asked = argparse.ArgumentParser(prog="python -m bench.against_splink", description=__doc__)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--space", type=Path, help="folder for the data (default: the system's, for temporary files)")
    options = asked.parse_args(arguments)
    print(json.dumps({k: round(v, 4) for k, v in compared(options.seed, options.space).items()}, indent=1))


if __name__ == "__main__":
    main()
