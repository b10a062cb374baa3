"""Which rows are ours, perhaps, or not: strong identifiers, and weights of evidence where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.detection.lakes import DATASET, House, opened

from headwater.attribution.attribute import attribute
from headwater.attribution.candidates import candidates
from headwater.attribution.matching import Matched, match
from headwater.attribution.numbering import numbered
from headwater.attribution.rarity import USUAL, chances
from headwater.attribution.weights import weigh

SIZE = 1_200
NAMES = 300
"""So many different names: the first are common, the last are borne by one person each."""


@dataclass
class Lists(House):
    """A data set of ``SIZE`` people and lists of them, as tokens that show what they are made of."""

    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5))

    def __post_init__(self) -> None:
        self.name = np.minimum((NAMES * self.rng.random(SIZE) ** 3).astype(int), NAMES - 1)
        self.phone = self.rng.integers(0, 10**8, SIZE)
        self.number = self.rng.integers(0, 10**8, SIZE)
        for n in range(SIZE):
            self.add("records", dataset=DATASET, subject=f"c{n}", ordinal=n, version=0, segment="")
            for kind, token in self.whole(n).items():
                self.add("subjects", dataset=DATASET, subject=f"c{n}", ordinal=n, version=0, kind=kind, token=token)
            for kind, token in self.parts(n).items():
                self.add("subject_parts", dataset=DATASET, ordinal=n, kind=kind, token=token)

    def whole(self, n: int) -> dict[str, str]:
        """The identifiers of a client."""
        return {"name": f"n{self.name[n]}", "mobile": f"m{self.phone[n]}", "resident_id": f"r{self.number[n]}",
                "address": f"a{n}"}  # fmt: skip

    def parts(self, n: int) -> dict[str, str]:
        """Their parts."""
        return _parts(self.name[n], self.phone[n], self.number[n]) | {"address~local": f"l{n}"}

    def list_of(self, name: str, rows: Iterable[dict[str, str]]) -> None:
        """Lay a list into the leaks: of each row, tokens by kind."""
        told = list(rows)
        for line, row in enumerate(told, start=2):
            for kind, token in row.items():
                table = "holding_parts" if "~" in kind else "holdings"
                self.add(table, source=f"leaks/{name}", line=line, sheet="", role="leak", kind=kind, token=token)
        self.rows["documents"].append(
            {"source": f"leaks/{name}", "sheet": "", "role": "leak", "rows": len(told), "persons": len(told)}
        )


def _parts(name: int, phone: int, number: int) -> dict[str, str]:
    tail, last = phone % 10_000, number % 10_000
    return {
        "mobile~4": f"t{tail}", "mobile~3-4": f"e{phone // 10**7}-{tail}", "resident_id~4": f"i{last}",
        "resident_id~4-4": f"j{number // 10**6}-{last}", "name~1+mobile~4": f"s{name % 30}-{tail}",
        "name~1+resident_id~4": f"u{name % 30}-{last}",
    }  # fmt: skip


@cache
def _clients() -> Lists:
    return Lists()


@pytest.fixture
def lists() -> Lists:
    made = _clients().copy()
    assert isinstance(made, Lists)
    return made


def shown(lists: Lists, n: int, *kinds: str) -> dict[str, str]:
    """What a row of a client shows."""
    return {k: v for k, v in (lists.whole(n) | lists.parts(n)).items() if k in kinds}


def stranger(rng: np.random.Generator, *kinds: str) -> dict[str, str]:
    """The same of somebody who is no client but comes from the same crowd."""
    name, phone, number = int(NAMES * rng.random() ** 3), int(rng.integers(10**8)), int(rng.integers(10**8))
    whole = {"name": f"n{name}", "mobile": f"m-{phone}", "resident_id": f"r-{number}", "address": f"a-{phone}"}
    return {
        k: v for k, v in (whole | _parts(name, phone, number) | {"address~local": f"l-{phone}"}).items() if k in kinds
    }


def matched(lists: Lists, root: Path) -> Matched:
    with opened(lists, root / "w") as scene:
        return match(scene.engine)


def classes(told: Matched) -> dict[int, str]:
    both = pd.concat([told.rows, told.others])
    return dict(zip(both["line"].astype(int), both["class"], strict=True))


OURS = {
    "name and last four": ("name", "mobile~4"),
    "name and last four of the id": ("name", "resident_id~4"),
    "name and masked phone": ("name", "mobile~3-4", "mobile~4"),
    "masked name, phone and id": ("name~1+mobile~4", "mobile~3-4", "mobile~4", "resident_id~4", "name~1+resident_id~4"),
    "name and address": ("name", "address", "address~local"),
    "name and road": ("name", "address~local"),
    "masked id": ("resident_id~4-4", "resident_id~4"),
}


def test_two_things_that_name_nobody_alone_name_a_person_together(lists: Lists, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for name, kinds in OURS.items():
        lists.list_of(name, [shown(lists, n, *kinds) for n in range(0, 200, 2)])
        lists.list_of(f"strangers: {name}", [stranger(rng, *kinds) for _ in range(300)])
    told = matched(lists, tmp_path).rows
    assert not told["source"].str.contains("strangers").any()
    assert (told["probability"] >= 0.99).all()
    right = told["ordinal"] == 2 * (told["line"] - 2)
    assert right.mean() >= 0.998
    assert right.groupby(told["source"], observed=True).sum().to_dict() == pytest.approx(
        {f"leaks/{n}": 100 for n in OURS}, abs=5
    )


def test_what_names_nobody_makes_no_row_ours(lists: Lists, tmp_path: Path) -> None:
    nothing = (("name",), ("mobile~4",), ("address", "address~local"), ("mobile~4", "resident_id~4"))
    for kinds in nothing:
        lists.list_of("+".join(kinds), [shown(lists, n, *kinds) for n in range(100)])
    assert matched(lists, tmp_path).rows.empty


def test_a_common_name_tells_less_than_a_rare_one(lists: Lists, tmp_path: Path) -> None:
    borne = np.bincount(lists.name, minlength=NAMES)
    common = int(np.flatnonzero(lists.name == borne.argmax())[0])
    rare = int(np.flatnonzero(borne[lists.name] == 1)[0])
    kinds = ("name", "mobile~4")
    lists.list_of("a.csv", [shown(lists, n, *kinds) for n in (common, rare)])
    told = matched(lists, tmp_path)
    bits = pd.concat([told.rows, told.others]).set_index("ordinal")["bits"]
    assert bits[rare] > bits[common] + 3


def test_another_name_beside_the_same_address_or_part_is_another_person(lists: Lists, tmp_path: Path) -> None:
    rows = [shown(lists, n, "address", "address~local", "mobile~3-4", "mobile~4") | {"name": f"n{(lists.name[n] + 7) % NAMES}"}
            for n in range(200)]  # fmt: skip
    lists.list_of("a.csv", rows)
    assert matched(lists, tmp_path).rows.empty


def test_another_name_beside_parts_of_two_numbers_is_a_name_mistyped(lists: Lists, tmp_path: Path) -> None:
    kinds = ("mobile~3-4", "mobile~4", "resident_id~4", "resident_id~4-4")
    lists.list_of("a.csv", [shown(lists, n, *kinds) | {"name": "n-mistyped"} for n in range(100)])
    told = matched(lists, tmp_path).rows
    assert (told["ordinal"] == told["line"] - 2).sum() == 100


def test_records_that_cannot_be_told_apart_leave_the_row_perhaps(lists: Lists, tmp_path: Path) -> None:
    for row in lists.rows["subjects"]:  # the household of clients 0 and 1, and client 3 is client 2 once more
        if (row["ordinal"], row["kind"]) == (1, "mobile"):
            row["token"] = lists.whole(0)["mobile"]
        if row["ordinal"] == 3 and row["kind"] in ("mobile", "resident_id"):
            row["token"] = lists.whole(2)[row["kind"]]
    lists.list_of("a.csv", [shown(lists, n, "mobile") for n in (0, 2, 4)] + [shown(lists, 0, "mobile", "name")])
    told = matched(lists, tmp_path)
    assert classes(told) == {2: "perhaps", 3: "ours", 4: "ours", 5: "ours"}
    assert dict(zip(told.rows["line"], told.rows["ordinal"], strict=True)) == {3: 2, 4: 4, 5: 0}
    assert told.perhaps("leaks/a.csv") == 1


def test_namesakes_and_a_household_without_other_numbers_are_different_people(lists: Lists, tmp_path: Path) -> None:
    """Clients 0 and 1: one name and road, no number; 2 and 3: one telephone, two names; 4 and 5: one person twice."""
    bare = [r for r in lists.rows["subjects"] if r["ordinal"] > 5 or r["kind"] != "resident_id"]
    lists.rows["subjects"] = [r for r in bare if r["ordinal"] > 1 or r["kind"] != "mobile"]
    for row in lists.rows["subjects"]:
        first = row["ordinal"] // 2 * 2
        if row["ordinal"] < 6 and row["kind"] == ("name" if first == 0 else "mobile"):
            row["token"] = lists.whole(first)[row["kind"]]
        if row["ordinal"] in (2, 3, 4, 5) and row["kind"] == "name":
            row["token"] = f"n-{row['ordinal'] if first == 2 else first}"
    for row in lists.rows["subject_parts"]:
        if row["ordinal"] == 1 and row["kind"] == "address~local":
            row["token"] = "l0"
    shows = [shown(lists, 0, "name", "address~local"), shown(lists, 2, "mobile"), shown(lists, 4, "mobile")]
    lists.list_of("a.csv", shows)
    told = matched(lists, tmp_path)
    assert classes(told) == {2: "perhaps", 3: "perhaps", 4: "ours"}
    assert told.others["probability"].tolist() == pytest.approx([0.5, 0.5], abs=0.01)


def test_rows_that_are_perhaps_ours_are_counted_apart_and_laid_to_nobody(lists: Lists, tmp_path: Path) -> None:
    kinds = ("mobile~3-4", "mobile~4")
    for row in lists.rows["subject_parts"]:  # two and two of these have the same first and last digits
        if row["kind"] in kinds and 40 <= row["ordinal"] < 80:
            row["token"] = f"{row['kind']} {row['ordinal'] // 2}"
    twins = [{k: f"{k} {n}" for k in kinds} for n in range(20, 40)]
    others = [{k: f"{k} of somebody" for k in kinds}] * 20
    lists.list_of("a.csv", [shown(lists, n, "resident_id") for n in range(20)] + twins + others)
    with opened(lists, tmp_path / "w") as scene:
        (leak,) = attribute(scene).leaks
    assert (leak.rows, leak.ours, leak.takers) == (60, 20, ())
    assert leak.perhaps == 20
    assert leak.ours + leak.perhaps + leak.not_ours == leak.rows
    assert f"{leak.perhaps} further rows are perhaps ours" in leak.notes[-1].en
    assert f"另有 {leak.perhaps} 行可能属于本机构" in leak.notes[-1].zh


def test_a_mended_number_counts_beside_another_field_only(lists: Lists, tmp_path: Path) -> None:
    alone = {"resident_id~mended": lists.whole(0)["resident_id"]}
    named = {"resident_id~mended": lists.whole(1)["resident_id"], "name": lists.whole(1)["name"]}
    other = {"resident_id~mended": lists.whole(2)["resident_id"], "name": "n-somebody"}
    lists.list_of("a.csv", [alone, named, other])
    assert classes(matched(lists, tmp_path)) == {2: "perhaps", 3: "ours", 4: "perhaps"}


def test_duplicates_by_the_thousand_make_no_pairs_and_are_perhaps_ours(lists: Lists, tmp_path: Path) -> None:
    """A hotline in the records of 300 clients, and one name at one address in those of 300 others."""
    for row in (*lists.rows["subjects"], *lists.rows["subject_parts"]):
        if row["ordinal"] < 300 and row["kind"] == "mobile":
            row["token"] = "m-hotline"
        if 300 <= row["ordinal"] < 600 and row["kind"] in ("name", "address", "address~local"):
            row["token"] = f"{row['kind']}-of-the-firm"
    hotline, firm = {"mobile": "m-hotline"}, {k: f"{k}-of-the-firm" for k in ("name", "address", "address~local")}
    told = shown(lists, 7, "resident_id"), shown(lists, 8, "name", "address", "address~local")
    lists.list_of("a.csv", [hotline] * 1_000 + [firm] * 1_000 + [hotline | each for each in told] + [{"mobile": "m-"}])
    with opened(lists, tmp_path / "w") as scene:
        found, matched = candidates(scene.engine), match(scene.engine)
    assert len(found.pairs) < 20
    assert matched.perhaps("leaks/a.csv") == 2_000
    assert matched.rows["ordinal"].tolist() == [7, 8]


def test_rows_that_meet_a_number_and_contradict_nothing_are_not_weighed(lists: Lists, tmp_path: Path) -> None:
    """They are told by the engine, in few bytes each; a row that shows another's name is weighed, beside examples of them."""
    lists.list_of("sure.csv", [shown(lists, n, "mobile", "name", "mobile~4", "name~1+mobile~4") for n in range(SIZE)])
    lists.list_of(
        "mixed.csv", [shown(lists, n, "mobile") for n in range(20)] + [shown(lists, 9, "mobile") | {"name": "n-x"}]
    )
    with opened(lists, tmp_path / "w") as scene:
        found, told = candidates(scene.engine), match(scene.engine)
    assert len(found.certain) == SIZE + 20
    assert found.pairs.loc[~found.pairs["sure"], "line"].tolist() == [22]
    assert told.rows["ordinal"].tolist() == [*range(20), 9, *range(SIZE)]
    assert told.rows.iloc[:, 1:].memory_usage(deep=True).sum() < 50 * len(told.rows)


def test_parts_of_a_number_that_agrees_count_once(lists: Lists, tmp_path: Path) -> None:
    lists.list_of("a.csv", [shown(lists, 0, "mobile", "name")])
    lists.list_of("b.csv", [shown(lists, 0, "mobile", "mobile~4", "mobile~3-4", "name", "name~1+mobile~4")])
    bits = matched(lists, tmp_path).rows.set_index("source")["bits"]
    assert bits["leaks/a.csv"] == pytest.approx(bits["leaks/b.csv"])


def test_a_workspace_without_parts_matches_as_before(lists: Lists, tmp_path: Path) -> None:
    del lists.rows["subject_parts"]
    rows = [shown(lists, 0, "mobile"), shown(lists, 1, "name", "address"), shown(lists, 2, "name", "mobile~4")]
    lists.list_of("a.csv", rows)
    assert classes(matched(lists, tmp_path)) == {2: "ours", 3: "ours"}


def test_one_row_or_none_or_all_strangers(lists: Lists, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    lists.list_of("one.csv", [shown(lists, 7, "resident_id")])
    lists.list_of("none.csv", [])
    lists.list_of("strangers.csv", [stranger(rng, "name", "mobile", "address") for _ in range(300)])
    told = matched(lists, tmp_path)
    assert told.rows["source"].tolist() == ["leaks/one.csv"]
    assert told.others.empty
    assert len(told.seen) == 3


def test_probabilities_of_doubtful_rows_are_true(lists: Lists, tmp_path: Path) -> None:
    """Masked phones alone, in a list half of which are strangers: as many are ours as the probabilities say."""
    rng = np.random.default_rng(3)
    kinds = ("mobile~3-4", "mobile~4")
    for row in (*lists.rows["subject_parts"],):  # nine prefixes times 300 tails: many coincide
        if row["kind"] in kinds:
            row["token"] = f"{row['kind']}{row['token'][1:][-3:]}"
    mine = [{k: f"{k}{lists.parts(n)[k][1:][-3:]}" for k in kinds} for n in range(500)]
    others = [{k: f"{k}{v[1:][-3:]}" for k, v in stranger(rng, *kinds).items()} for _ in range(500)]
    lists.list_of("a.csv", [*mine, *others])
    with opened(lists, tmp_path / "w") as scene:
        found = candidates(scene.engine)
        weighed = weigh(found, pd.DataFrame({"source": ["leaks/a.csv"], "rows": [1_000]}))
    right = (found.pairs["ordinal"] == found.pairs["line"] - 2).to_numpy()
    assert weighed.probability.sum() == pytest.approx(right.sum(), rel=0.5)
    assert weighed.probability.max() < 0.9


def test_the_share_of_a_small_file_does_not_depend_on_other_files(lists: Lists, tmp_path: Path) -> None:
    """Strangers with a masked phone that one record has as well: how many pairs other files have is nothing to them."""
    kinds = ("mobile~3-4", "mobile~4")
    lists.list_of("small.csv", [shown(lists, n, *kinds) for n in range(4)] + [{"mobile": "m-"}] * 96)
    lists.list_of("large.csv", [shown(lists, n, *kinds, "name") for n in range(SIZE)])
    with opened(lists, tmp_path / "w") as scene:
        found = candidates(scene.engine)
        rows = pd.DataFrame({"source": ["leaks/large.csv", "leaks/small.csv"], "rows": [SIZE, 100]})
        whole, part = weigh(found, rows), weigh(found, rows, most=SIZE // 4)
    small, large = (found.pairs["source"] == f"leaks/{name}.csv" for name in ("small", "large"))
    assert part.share[small] == pytest.approx(whole.share[small], rel=0.01)
    assert part.share[large] == pytest.approx(whole.share[large], rel=0.01)


@pytest.mark.parametrize(("size", "values"), [(50_000, 1_000_000), (50_000, 400)])
def test_chances_follow_from_how_often_values_are_shared(size: int, values: int) -> None:
    """Good and Turing's estimate against the chance that is known."""
    drawn = np.bincount(np.random.default_rng(4).integers(0, values, size))
    spectrum = pd.DataFrame({"shared": np.arange(1, 7)}).assign(dataset="d", kind="mobile~3-4")
    spectrum["n"] = [int((drawn == r).sum()) for r in spectrum["shared"]]
    sizes = pd.DataFrame({"dataset": ["d"], "kind": ["mobile~3-4"], "values": [size]})
    often = int(np.median(drawn[drawn > 0]))
    pairs = pd.DataFrame({"dataset": ["d", "d"], "shared mobile~3-4": [often, np.nan]})
    told = chances(pairs, "mobile~3-4", sizes, spectrum)
    assert told[0] == pytest.approx(1 / values, rel=0.3)
    assert np.isnan(told[1])
    assert min(USUAL.values()) > 0


def test_however_many_kinds_there_are_an_identity_number_shares_its_bit_with_none(tmp_path: Path) -> None:
    house = House()
    house.add("records", dataset=DATASET, subject="c0", ordinal=0, version=0, segment="b")
    for line, kind in enumerate(["resident_id", "resident_id~4", *(f"own:{n:02}" for n in range(70))]):
        house.add("holdings", source="leaks/x.csv", line=line, holder="", role="leak", kind=kind, category="id", token=kind,
                  confidence=1.0)  # fmt: skip
    with opened(house, tmp_path / "w") as scene:
        known = numbered(scene.engine, [DATASET])
        bits = [known.bits(kind) for kind in known.kinds if not kind.startswith("own:")]
        assert len(set(bits)) == len(bits) == 2
        assert not any(known.bits(kind) in bits for kind in known.kinds if kind.startswith("own:"))
