"""Planned decoys: nobody's numbers, owned contacts, the table's own habits, and trees that cannot tell them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.sparse import hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import MultinomialNB
from tests.planting.made_people_table import BIRTH, ROWS, SEX, owned, rows, table_in

from headwater.identifiers import resident_id
from headwater.identifiers.columns import compact_array
from headwater.model.errors import CaseError, SettingsError
from headwater.model.settings import OwnedContacts
from headwater.planting.canaries import likelihood
from headwater.planting.canaries.drawing import draw, learn, numbered
from headwater.planting.canaries.features import features
from headwater.planting.canaries.identity import is_nobodys, retired
from headwater.planting.canaries.nearness import nearness
from headwater.planting.canaries.planning import Planned, plan
from headwater.planting.canaries.sifting import halves
from headwater.planting.canaries.table import Table
from headwater.planting.canaries.telling import Area, area_of, tells
from headwater.store.tokens import Tokeniser

KEY = Tokeniser(bytes(32))
COUNT, SEED = 24, 11


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return table_in(tmp_path_factory.mktemp("planned"), rows())


@pytest.fixture(scope="module")
def planned(table: Table) -> Planned:
    return plan(table, owned(), COUNT, KEY, SEED, trial=COUNT)


def test_columns_are_judged_by_what_they_hold(table: Table) -> None:
    assert dict(table.kinds) == {
        "cust_no": "key",
        "name": "name",
        "id_card": "identity",
        SEX: "sex",
        BIRTH: "birth",
        "mobile": "mobile",
        "home_address": "address",
        "product": "category",
        "premium": "number",
        "opened": "date",
        "note": "category",
    }
    assert table.sexes == {"男": True, "女": False}


def test_days_of_incidents_are_no_births(tmp_path: Path) -> None:
    made = rows(40).rename(columns={"opened": "事故发生日期"})
    table = table_in(tmp_path, made[["cust_no", "name", "事故发生日期", BIRTH]])
    assert (table.kinds["事故发生日期"], table.of("birth")) == ("date", (BIRTH,))


def test_no_decoy_can_be_alive_and_all_contacts_are_owned(table: Table, planned: Planned) -> None:
    people = planned.people
    numbers = [n for n in people["id_card"] if n]
    assert len(numbers) > COUNT / 2
    assert all(resident_id.is_valid(n) and is_nobodys(n) for n in numbers)
    assert set(people["mobile"]) <= set(owned().mobiles)
    assert set(people["home_address"]) <= set(owned().addresses)
    assert len(planned.controls.mobiles) == COUNT / 3
    assert not set(planned.controls.mobiles) & set(people["mobile"])
    for name in ("cust_no", "mobile", "id_card", "home_address"):
        values = people[name].dropna()
        assert values.is_unique
        assert not set(values) & set(table.columns[name].to_pylist())


def test_running_numbers_beside_the_key_lie_between_others_and_rise_with_it(tmp_path: Path) -> None:
    real = [str(n) for n in range(5, 905, 3)]
    table = table_in(
        tmp_path, rows(300).assign(序号=real, order_no=[f"{n * 7**14}" for n in range(9_000_000, 9_000_300)])
    )
    assert (table.kinds["序号"], table.kinds["order_no"]) == ("number", "code")
    habits = learn(table, retired())
    people = draw(habits, 60, np.random.default_rng(1)).sort_values("cust_no", ignore_index=True)
    done = numbered(habits, people, np.random.default_rng(2))
    given = done["序号"].astype(int)
    assert given.is_monotonic_increasing and given.is_unique
    assert not set(done["序号"]) & set(real) and given.between(5, 905).all()


def test_decoys_agree_with_themselves_and_with_the_table(table: Table, planned: Planned) -> None:
    people, real = planned.people, rows()
    told = people[people["id_card"].notna()]
    born = told[BIRTH].str.replace("/", "")
    assert (born == told["id_card"].str.slice(6, 14)).all()
    assert ((told["id_card"].str[16].astype(int) % 2 == 1) == (told[SEX] == "男")).all()
    assert people[BIRTH].str.fullmatch(r"\d{4}/\d\d/\d\d").all()
    assert 0.02 < people["id_card"].isna().mean() < 0.25
    order = people.sort_values("cust_no", key=lambda k: k.str.slice(1).astype(int))
    assert (
        order["opened"].str.replace("-", "").astype(int).rank().corr(pd.Series(range(COUNT), index=order.index)) > 0.99
    )
    life = people["product"] == "寿险"
    assert people.loc[life, "premium"].astype(float).median() > 3 * people.loc[~life, "premium"].astype(float).median()
    assert (people["premium"].astype(int) % 10 == 0).all()
    assert set(people["product"]) <= set(real["product"])
    assert (
        people["cust_no"]
        .str.slice(1)
        .astype(int)
        .between(300_000, real["cust_no"].str.slice(1).astype(int).max())
        .all()
    )


def test_every_decoy_is_as_likely_as_people_are_and_like_nobody(table: Table, planned: Planned) -> None:
    known = likelihood.learn(table)
    low, high = known.band()
    assert ((known.real >= low) & (known.real <= high)).mean() == pytest.approx(0.9, abs=0.01)
    own = known.of(planned.people)
    assert ((own >= low) & (own <= high)).all()
    near = nearness(table, planned.people)
    assert near.apart.all()
    double = planned.people.head(2).copy()
    double[["name", BIRTH]] = rows()[["name", BIRTH]].head(2).to_numpy()
    assert not nearness(table, double).apart.any()


def attacked(table: Table, people: pd.DataFrame) -> Area:
    """Another thief than the one that decoys were sifted against: short strings of characters (naive Bayes)."""
    _, sample = halves(len(table.frame), SEED)
    names = list(table.kinds)
    whole = pd.concat([table.frame.iloc[sample][names], people[names]], ignore_index=True).fillna("").astype(str)
    decoy = np.arange(len(whole)) >= len(sample)
    strings = HashingVectorizer(analyzer="char", ngram_range=(1, 3), n_features=2_048, alternate_sign=False, norm=None)
    words = hstack([strings.transform(whole[name]) for name in names]).tocsr()
    told = cross_val_predict(MultinomialNB(), words, decoy, cv=5, method="predict_log_proba")
    return area_of(told[:, 1] - told[:, 0], decoy)


def test_neither_trees_nor_another_thief_tell_decoys_from_people(table: Table, planned: Planned) -> None:
    figures = planned.figures
    assert (figures.area.decoys, figures.area.people) == (COUNT, ROWS // 2)
    assert figures.reaches == (figures.area.value <= 0.55) and figures.area.low < 0.55
    assert [replace(figures, area=replace(figures.area, value=v)).reaches for v in (0.5, 0.551, 0.7)] == [
        True,
        False,
        False,
    ]
    assert figures.area.value < 0.68  # 24 decoys: two standard errors are 0.12; clumsy ones are beyond 0.9, below
    assert figures.listed == figures.area  # all people of this made table have retired counties themselves
    assert figures.retired == 1.0
    assert attacked(table, planned.people).value < 0.68


def test_both_thieves_see_what_is_clumsy(table: Table, planned: Planned) -> None:
    """The same measures on decoys with one block of numbers: a test that could not fail would say nothing."""
    clumsy = planned.people.copy()
    clumsy["mobile"] = [f"1640000{n:04d}" for n in range(COUNT)]
    assert attacked(table, clumsy).low > 0.9
    _, sample = halves(len(table.frame), SEED)
    told = features(table, clumsy, sample, left=["name", "home_address", "premium"])
    (worst, found), *_ = tells(told, np.arange(len(told)) >= len(sample), ["cust_no", "mobile"], 1)
    assert (worst, found > 0.9) == ("mobile", True)


def test_the_same_seed_gives_the_same_people(table: Table) -> None:
    habits = learn(table, retired())
    one, same, other = (draw(habits, 30, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one["name"].equals(other["name"])


def test_contacts_that_nobody_owns_are_refused_or_left_out_but_never_made_up(table: Table) -> None:
    with pytest.raises(SettingsError, match=r"owned_mobiles is missing: column 'mobile'"):
        plan(table, replace(owned(), mobiles=()), COUNT, KEY, SEED)
    few = replace(owned(), mobiles=owned().mobiles[:30])
    with pytest.raises(SettingsError, match="enough for 22 decoys"):
        plan(table, few, COUNT, KEY, SEED)
    with pytest.raises(SettingsError, match="eleven digits"):
        plan(table, OwnedContacts(("12{345-346}",), owned().addresses), COUNT, KEY, SEED)
    with pytest.raises(CaseError, match="no column that can be left empty"):
        plan(table, owned(), COUNT, KEY, SEED, blank=["phone"])


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Table]:
    yield table_in(tmp_path, rows(150))


def test_a_table_that_hides_nobody_is_refused(small: Table) -> None:
    with pytest.raises(CaseError, match="has 150 current rows; decoys need 200"):
        plan(small, owned(), 5, KEY, SEED)


def test_tokens_are_those_that_scanning_makes(table: Table, planned: Planned) -> None:
    first, tokens = planned.people.iloc[0], planned.tokens[0]
    for column, kind in (("mobile", "mobile"), ("name", "name"), ("home_address", "address")):
        assert tokens[kind] == KEY.tokens(kind, compact_array(kind, pa.array([first[column]])))[0].as_py()
    assert tokens["own:cust_no"] == KEY.token("own:cust_no", first["cust_no"])
    assert tokens["subject"] == KEY.token("subject:clients", first["cust_no"])
    assert first["name"] not in repr(planned)
