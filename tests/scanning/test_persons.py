"""Who is one person: ids decide, numbers join, what is shared does not."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from persons_by_sql import persons_by_sql

from headwater.model.tables import SCHEMAS
from headwater.scanning.counting import by_category, items
from headwater.scanning.persons import persons

KINDS = {
    "i": ("resident_id", "id"),
    "m": ("mobile", "contact"),
    "n": ("name", "name"),
    "a": ("address", "address"),
    "b": ("balance", "property"),
    "o": ("own:policy_no", "other"),
    "p": ("passport", "id"),
}


def held(*rows: str, holder: str = "H", source: str = "f") -> pa.Table:
    """A row for each text such as ``i1 m1 n1``: the letter is the kind, the whole the token."""
    found = [
        {
            "source": source,
            "sheet": "",
            "line": line,
            "holder": holder,
            "role": "seized",
            "kind": KINDS[word[0]][0],
            "category": KINDS[word[0]][1],
            "token": None if word[0] == "b" else word,
            "confidence": 0.9,
        }
        for line, row in enumerate(rows, start=2)
        for word in row.split()
    ]
    return pa.Table.from_pylist(found, SCHEMAS["holdings"])


def people(*rows: str) -> list[int]:
    found = persons(held(*rows)).rows.to_pylist()
    assert [row["line"] for row in found] == list(range(2, 2 + len(rows)))
    return [row["person"] for row in found]


def test_the_same_id_is_one_person() -> None:
    assert people("i1 m1 n1", "i1 m2 n1", "i2 m3 n1") == [0, 0, 1]


def test_a_number_leads_to_the_id_beside_it() -> None:
    assert people("i1 m1 n1", "m1 n1", "m1", "m9") == [0, 0, 0, 1]


def test_a_number_shared_by_ids_joins_nobody() -> None:
    assert people("i1 m1 n1", "i2 m1 n2", "m1 n3") == [0, 1, 2]


def test_a_number_shared_by_many_names_joins_nobody() -> None:
    assert people("m1 n1", "m1 n2", "m1 n3", "m1 n4", "m1 n4") == [0, 1, 2, 3, 3]


def test_name_and_address_stand_for_a_person() -> None:
    assert people("n1 a1", "n1 a1", "n1 a2", "n2 a1") == [0, 0, 1, 2]


def test_own_numbers_join() -> None:
    assert people("o1 n1 m1", "o1 m2", "m2 n1") == [0, 0, 0]


def test_a_chain_never_makes_one_of_two_ids() -> None:
    found = persons(held("i1 m1", "m1 m2", "i2 m2")).rows
    assert found["line"].to_pylist() == [2, 3, 3, 4]
    assert found["person"].to_pylist() == [0, 0, 1, 1]


def test_a_list_of_numbers_is_as_many_people() -> None:
    assert persons(held("m1 m2 m3 m4 m5")).count == 5


def test_two_ids_in_one_line_are_two_people() -> None:
    assert persons(held("i1 i2 m1")).count == 2


def test_an_identity_number_and_a_passport_in_a_row_are_one_person() -> None:
    assert people("i1 p1 m1 n1", "i2 p2 m2 n2", "p1 m3", "m3") == [0, 1, 0, 0]
    assert persons(held("i1 p1", "i2 p2")).count == 2


def test_a_passport_is_a_person_by_itself_and_beside_two_numbers() -> None:
    assert people("p1 m1 n1", "p2 m2 n2", "m2") == [0, 1, 1]
    assert persons(held("i1 p1", "i2 p1")).count == 2
    assert people("i1 p1", "i2 p1", "p1") == [0, 1, 2]
    assert persons(held("i1 i2 p1")).count == 3
    assert persons(held("i1 p1 p2")).count == 3


def test_two_passports_of_one_number_are_one_person() -> None:
    assert people("i1 p1", "i1 p2", "p1", "p2") == [0, 0, 0, 0]


def test_a_name_alone_is_nobody() -> None:
    assert persons(held("n1", "a1", "b1")).count == 0
    assert persons(SCHEMAS["holdings"].empty_table()).count == 0


def parties_of(table: pa.Table, *parties: int | None) -> pa.Table:
    """The same holdings, each with its party."""
    place = table.schema.get_field_index("party")
    return table.set_column(place, table.schema.field(place), pa.array(parties, pa.int8()))


def test_two_parties_of_a_row_are_two_people() -> None:
    two = parties_of(held("n1 m1 n2 m2", "n2 m2"), 0, 0, 1, 1, None, None)
    assert persons(two).rows["line"].to_pylist() == [2, 2, 3]
    assert persons(two).rows["person"].to_pylist() == [0, 1, 1]
    assert persons(held("n1 m1 n2 m2", "n2 m2")).count == 1
    assert {tuple(sorted(i.categories)): (i.low, i.high) for i in items(two, persons(two))} == {
        ("name", "phone"): (2, 2)
    }


def test_who_calls_himself_stands_in_the_row_once() -> None:
    assert persons(parties_of(held("m1 m1"), 0, 1)).rows.num_rows == 1


def test_what_is_nobodys_is_no_person_and_no_item() -> None:
    table = parties_of(held("m1", "m2 n2"), -1, -1, 0)
    assert persons(table).count == 0
    assert {tuple(i.categories): (i.low, i.high) for i in items(table, persons(table))} == {("name",): (0, 1)}


def test_holdings_of_a_lake_that_knew_no_parties_are_whom_the_row_is_about() -> None:
    table = held("n1 m1 n2 m2", "m1")
    assert persons(parties_of(table, *[0] * 5)).rows.equals(persons(table).rows)


def test_once_per_file_and_once_per_holder() -> None:
    table = pa.concat_tables(
        [held("i1 n1", "i2 n2", source="a"), held("i2", "m5", source="b"), held("i1", holder="G", source="c")]
    )
    found = persons(table)
    assert found.count == 3
    assert found.per_holder().to_pylist() == [
        {"holder": "G", "persons": 1, "named": 1},
        {"holder": "H", "persons": 3, "named": 2},
    ]
    assert {r["source"]: r["persons"] for r in found.per_source().to_pylist()} == {"a": 2, "b": 2, "c": 1}


def test_items_low_are_named_persons_and_high_are_rows() -> None:
    table = held("i1 n1 m1", "i1 n1 m1", "i1 n1 m1 b1", "i2 n2", "m7", "m7")
    found = {tuple(sorted(i.categories)): (i.low, i.high) for i in items(table, persons(table))}
    assert found == {
        ("name", "phone", "resident_id"): (0, 2),
        ("balance", "name", "phone", "resident_id"): (1, 1),
        ("name", "resident_id"): (1, 1),
        ("phone",): (0, 2),
    }


def test_categories_are_counted_distinct_and_in_all() -> None:
    table = held("i1 m1 b1", "i1 m2 b1")
    assert {(c.category, c.distinct, c.all) for c in by_category(table)} == {
        ("id", 1, 2),
        ("contact", 2, 2),
        ("property", 2, 2),
    }


WORDS = st.sampled_from([f"{kind}{n}" for kind in "imnao" for n in range(4)])


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), max_size=8))
def test_ids_are_never_joined_and_always_counted(rows: list[str]) -> None:
    found = persons(held(*rows))
    ids = {word for row in rows for word in row.split() if word[0] == "i"}
    assert found.count >= len(ids)
    tokens = {word for row in rows for word in row.split() if word[0] in "im"}
    dwellings = len(rows)
    assert found.count <= len(tokens) * max(1, dwellings) + 4 * dwellings
    table = held(*rows)
    counted = items(table, found)
    assert sum(i.high for i in counted) == len({row["line"] for row in table.to_pylist()})
    assert sum(i.low for i in counted) == sum(r["named"] for r in found.per_holder().to_pylist())


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), max_size=6), st.randoms())
def test_the_order_of_holdings_does_not_matter(rows: list[str], dice: object) -> None:
    table = held(*rows)
    order = list(range(table.num_rows))
    dice.shuffle(order)  # type: ignore[attr-defined]
    assert persons(table.take(pa.array(order, pa.int64()))).rows.equals(persons(table).rows)


def parted(rows: pa.Table) -> list[tuple[tuple[int, ...], bool]]:
    """Each person as the lines in which he stands, and whether he is named: how they are numbered does not matter."""
    told = rows.to_pylist()
    people = {row["person"] for row in told}
    return sorted(
        (tuple(sorted(r["line"] for r in told if r["person"] == p)), any(r["named"] for r in told if r["person"] == p))
        for p in people
    )


WORDS = st.sampled_from(
    [k + str(n) for k, most in (("i", 4), ("m", 4), ("n", 5), ("a", 3), ("o", 3)) for n in range(1, most + 1)]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=9))
def test_persons_are_those_that_joins_tell(rows: list[str]) -> None:
    found = held(*rows)
    assert parted(persons(found).rows) == parted(persons_by_sql(found))


def test_a_line_of_ten_thousand_numbers_is_linked() -> None:
    line = " ".join(f"m{n}" for n in range(10_000))
    assert persons(held(line, "m5 i1 n1", line)).count == 10_000
