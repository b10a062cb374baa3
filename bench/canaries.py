"""Can decoys be told from people? Made tables of a bank and an insurer, with several ways of attack and of owning contacts.

``python -m bench.canaries`` prints one line for each case: areas under the curve (0.5 is a coin). It takes about ten
minutes on one core; the figures are in docs/planting.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from headwater.identifiers.resident_id import compact_array
from headwater.model.settings import OwnedContacts
from headwater.planting.canaries.drawing import draw, learn
from headwater.planting.canaries.features import LISTED, features
from headwater.planting.canaries.identity import Retired, retired
from headwater.planting.canaries.planning import plan
from headwater.planting.canaries.sifting import halves
from headwater.planting.canaries.table import Table, find_table, read_table
from headwater.planting.canaries.telling import Area, area, area_of
from headwater.simulation import made_people
from headwater.simulation.simulate import simulate
from headwater.store.tokens import Tokeniser

DECOYS = 600
CLIENTS = 20_000
_PAD = 24


def owned(scattered: bool) -> OwnedContacts:
    """Contacts of a house: thousands here and there, or one block of numbers and one building."""
    dice = np.random.default_rng(99)
    if scattered:
        return OwnedContacts(tuple(made_people.phones(dice, 2_500)), tuple(made_people.addresses(dice, 2_500)))
    return OwnedContacts(("1640000{0000-2499}",), ("上海市川沙县解放路1弄{1-50}号{1-50}室",))


def alive(table: Table) -> Retired:
    """The retired codes but for those that the table's made people have: as if these people's counties were still there."""
    numbers = compact_array(table.columns[table.of("identity")[0]])
    theirs = set(pc.unique(pc.utf8_slice_codeunits(numbers, 0, 6)).to_pylist())
    sets = retired()
    never, gone = (tuple(c for c in codes if c not in theirs) for codes in (sets.never_issued, sets.gone_by_1996))
    return Retired(never, gone)


def without(table: Table, name: str) -> Table:
    """The table without a column."""
    columns = {n: cells for n, cells in table.columns.items() if n != name}
    kinds = {n: kind for n, kind in table.kinds.items() if n != name}
    return replace(table, columns=columns, kinds=kinds, frame=table.frame.drop(columns=name))


def attacks(table: Table, people: pd.DataFrame, seed: int) -> Iterator[tuple[str, Area]]:
    """Other thieves: short strings of characters under a linear rule, and bare characters under random trees."""
    _, sample = halves(len(table.frame), seed)
    names = [n for n, kind in table.kinds.items() if kind not in ("ended", "empty")]
    whole = pd.concat([table.frame.iloc[sample][names], people[names]], ignore_index=True).fillna("").astype(str)
    decoy = np.arange(len(whole)) >= len(sample)
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    words = hstack(
        [HashingVectorizer(analyzer="char", ngram_range=(1, 3), n_features=4_096).transform(whole[n]) for n in names]
    )
    linear = LogisticRegression(C=1.0, max_iter=300, class_weight="balanced")
    told = cross_val_predict(linear, csr_matrix(words), decoy, cv=folds, method="predict_proba")[:, 1]
    yield "strings of characters, linear", area_of(told, decoy)
    codes = np.hstack([_codes(whole[n]) for n in names])
    trees = ExtraTreesClassifier(400, min_samples_leaf=3, random_state=seed)
    told = cross_val_predict(trees, codes, decoy, cv=folds, method="predict_proba")[:, 1]
    yield "bare characters, random trees", area_of(told, decoy)


def _codes(values: pd.Series) -> NDArray[np.float32]:
    rows = values.str.slice(0, _PAD).str.pad(_PAD, side="right").to_list()
    return np.frombuffer("".join(rows).encode("utf-32-le"), dtype=np.uint32).reshape(-1, _PAD).astype(np.float32)


def undone(table: Table, seed: int) -> Area:
    """What the same trees make of draws that were not sifted (contacts left out): what sifting is worth."""
    _, sample = halves(len(table.frame), seed)
    people = draw(learn(table, retired()), DECOYS, np.random.default_rng(seed))
    told = features(table, people, sample, left=table.of("mobile", "email", "address"))
    told = told[[n for n in told.columns if LISTED not in n]]
    return area(told, np.arange(len(told)) >= len(sample), seed)


def cases(table: Table, seed: int) -> Iterator[tuple[str, str]]:
    """Each case with its figures."""
    key = Tokeniser(bytes(32))
    identity = table.of("identity")[0]
    ways: tuple[tuple[str, Callable[[], object]], ...] = (
        ("as planned", lambda: plan(table, owned(True), DECOYS, key, seed)),
        ("no identity numbers in the table", lambda: plan(without(table, identity), owned(True), DECOYS, key, seed)),
        ("counties of people alive", lambda: plan(table, owned(True), DECOYS, key, seed, codes=alive(table))),
        ("one block of numbers, one building", lambda: plan(table, owned(False), DECOYS, key, seed)),
    )
    yield "drawn, not sifted", _said(undone(table, seed))
    for name, make in ways:
        made = make()
        f = made.figures  # type: ignore[attr-defined]
        beside = [
            f"with the list {_said(f.listed)}" if f.listed else "",
            f"without ids {_said(f.unnumbered)}" if f.unnumbered else "",
        ]
        tells = " ".join(f"{n}={v:.2f}" for n, v in f.tells[:3])
        yield name, f"{_said(f.area)}; {'; '.join(b for b in beside if b)} {tells}"
        if name == "as planned":
            for attack, found in attacks(table, made.people, seed % 2**32):  # type: ignore[attr-defined]
                yield attack, _said(found)


def _said(found: Area) -> str:
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def main() -> None:
    """Measure and print."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--seeds", type=int, default=1)
    told.add_argument("--worlds", nargs="*", default=["bank", "insurer"])
    asked = told.parse_args()
    for world in asked.worlds:
        with tempfile.TemporaryDirectory() as folder:
            case = Path(folder) / "case"
            simulate(world, case, seed=7, events=5_000, clients=CLIENTS, days=20, crimes=(), leaks=())
            table = read_table(*find_table(case, None, None, None))
        for seed in range(1, asked.seeds + 1):
            for name, said in cases(table, seed):
                print(f"{world:<8} seed {seed}  {name:<36} {said}", flush=True)


if __name__ == "__main__":
    main()
