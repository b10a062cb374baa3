"""Bits that the making of a file lays on whoever made it, and on everybody else: ``python -m bench.making CASE WORKSPACE``.

Over the logs of a case that was read (made or real) files are planted on paper: an act that gave a list, drawn by account
and then by its acts, becomes a file whose columns are kept, thinned out or shuffled, and whose rows stay in order or do
not. Then every account that asked in a known way is weighed as if it had been named. Where each account's own readings
make it, a true name gains bits and a false one gains none; the mean of 2^bits over false names should be near one or below.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

from headwater.attribution.asking import Asked, asked
from headwater.attribution.leaked_file import Column, LeakedFile, Runs
from headwater.attribution.making import Making, weighed
from headwater.investigation.case import open_investigation

FEWEST_ROWS = 20


def file_of(how: Asked, act: pd.Series, rng: np.random.Generator) -> LeakedFile:
    """A file that somebody might have made of an act."""
    shape, rows = how.shapes[act["shape"]], int(act["rows"])
    names = list(shape.columns)
    turn = rng.random()
    if turn > 0.5 and len(names) > 2:
        names = [names[i] for i in sorted(rng.choice(len(names), rng.integers(2, len(names)), replace=False))]
    if turn > 0.8:
        names = [names[i] for i in rng.permutation(len(names))]
    order = (shape.order,) if shape.order is not None and rng.random() < 0.5 else ()
    kept = rows if rng.random() < 0.3 else int(rng.integers(FEWEST_ROWS, rows + 1))
    columns = tuple(Column(i, name, None, 0.0) for i, name in enumerate(names, 1))
    return LeakedFile("planted", "", how.dataset, kept, kept, kept, columns, frozenset(), order, (), 0.0, Runs())


def _readings(acts: pd.DataFrame) -> pd.DataFrame:
    """An account's acts as if the leak had been read in each in proportion to its rows."""
    weight = acts["acts"] * acts["rows"].clip(lower=1)
    return acts.assign(source="planted", line=range(1, len(acts) + 1), hits=weight).sort_values("hits", ascending=False)


def tried(how: Asked, files: int, seed: int) -> pd.DataFrame:
    """Bits of every account for every planted file: account, own (whether it made the file), bits."""
    rng = np.random.default_rng(seed)
    told = how.acts[how.acts["shape"].isin(how.shapes)]
    lists = told[told["list"] & (told["rows"] >= FEWEST_ROWS)]
    readings = {str(a): _readings(acts) for a, acts in told.groupby("account", sort=True)}
    made = []
    for _ in range(files if len(lists) else 0):
        maker = str(rng.choice(sorted(set(lists["account"]))))
        acts = lists[lists["account"] == maker]
        act = acts.iloc[int(rng.choice(len(acts), p=acts["acts"] / acts["acts"].sum()))]
        making = Making(file_of(how, act, rng), how, None)
        own = _readings(acts[(acts["shape"] == act["shape"]) & (acts["rows"] == act["rows"])])
        for account, mine in readings.items():
            said = weighed(making, account, own if account == maker else mine)
            made.append({"own": account == maker, "bits": sum(s.bits for s in said)})
    return pd.DataFrame(made, columns=["own", "bits"])


def summed(found: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Of true and false names: how many, mean bits, the share with any for it, with a bit or more, the mean of 2^bits."""
    return {
        name: {
            "names": len(bits),
            "mean_bits": round(float(bits.mean()), 3),
            "share_positive": round(float((bits > 0).mean()), 4),
            "share_of_a_bit": round(float((bits >= 1).mean()), 4),
            "largest": round(float(bits.max()), 2),
            "mean_factor": round(float(np.exp2(bits).mean()), 3),
        }
        for name, own in (("makers", True), ("others", False))
        if len(bits := found[found["own"] == own]["bits"])
    }


def main(arguments: list[str] | None = None) -> None:
    """Measure and print, by data set."""
    asked_for = argparse.ArgumentParser(prog="python -m bench.making", description=__doc__)
    asked_for.add_argument("case", type=Path)
    asked_for.add_argument("workspace", type=Path)
    asked_for.add_argument("--files", type=int, default=300)
    asked_for.add_argument("--seed", type=int, default=1)
    options = asked_for.parse_args(arguments)
    with open_investigation(options.case, options.workspace) as work:
        work.ingest()
        with work.scene() as scene:
            found = {d: summed(tried(asked(scene, d), options.files, options.seed)) for d in scene.datasets}
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
