from datetime import date

import pyarrow as pa
import pytest
from made_clients import TODAY, Ask, Truth, history, snapshot

from headwater.ingestion.sql.snapshots import Snapshot
from headwater.model.settings import Dataset


@pytest.fixture(scope="module")
def ask() -> Ask:
    return Ask(snapshot())


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth()


@pytest.mark.parametrize(
    "condition",
    [
        "client_id = 'C1005'",
        "client_id BETWEEN 'C1005' AND 'C1010'",
        "client_id IN ('C1005', 'C1006', 'none')",
        "client_id NOT IN ('C1005', 'C1006')",
        "city = 'north' AND premium > 20",
        "city = 'north' OR premium > 20 AND NOT (fee < 5)",
        "NOT (city = 'north' OR premium > 20)",
        "premium BETWEEN 10 AND 20 OR premium IS NULL",
        "premium NOT BETWEEN 10 AND 20",
        "city IS NOT NULL AND phone IS NULL",
        "city IS DISTINCT FROM 'north'",
        "phone LIKE '1540000000_'",
        "phone NOT LIKE '%7'",
        "name ILIKE 'ANN%'",
        "note LIKE '50!%' ESCAPE '!'",
        "note = 'it''s'",
        "lower(name) = 'ann3' OR upper(name) = 'BOB1'",
        "substr(client_id, 3, 2) = '01'",
        "substring(client_id FROM 2 FOR 3) = '101'",
        "left(client_id, 4) = 'C101' AND right(client_id, 1) IN ('1', '2')",
        "since >= DATE '2015-01-01' AND since < '2016-06-01'",
        "since BETWEEN '2012-01-01' AND '2014-12-31'",
        "extract(year FROM since) = 2015 AND extract(month FROM since) > 2",
        "date_trunc('year', since) = '2015-01-01'",
        "since + INTERVAL '1 year' > '2018-01-01'",
        "since - 30 > '2017-06-01'",
        "since - DATE '2015-01-01' > 100",
        "fee > 10.5 AND fee * 2 <= 50",
        "premium % 5 = 0",
        "premium + fee > 60",
        "-premium < -40",
        "abs(premium - 25) < 4",
        "CAST(premium AS TEXT) LIKE '4%'",
        "premium::text = '37'",
        "premium = '37'",
        "fee = 3.10",
        "coalesce(city, 'none') = 'none'",
        "nullif(city, 'north') IS NULL",
        "length(name) = 4 AND strpos(name, 'n') > 0",
        "replace(name, 'Ann', 'x') = 'x3'",
        "name || city = 'Ann0north'",
        "CASE WHEN city = 'north' THEN premium > 30 ELSE premium < 3 END",
        "CASE city WHEN 'north' THEN 1 WHEN 'south' THEN 2 ELSE 3 END = 2",
        "(city, premium) IN (('north', 0), ('south', 37))",
        "split_part(note, '_', 1) = 'a'",
        "trim(name) = 'Ann0'",
        "client_id IN (SELECT client_id FROM clients WHERE premium > 45)",
        "starts_with(name, 'Cyd')",
        "1 = 1",
        "city = NULL",
        "round(fee) = 7",
        "floor(fee) = 7 OR ceil(fee) = 3",
        "since > '2018-01-01'::date - 400",
        "(premium > 10) IS NOT TRUE",
    ],
)
def test_conditions_give_what_a_database_gives(ask: Ask, truth: Truth, condition: str) -> None:
    assert ask.keys(f"SELECT name FROM crm.clients WHERE {condition}") == truth.keys(condition)


@pytest.mark.parametrize(
    ("statement", "condition"),
    [
        ("SELECT * FROM clients WHERE client_id = ANY(ARRAY['C1001', 'C1002'])", "client_id IN ('C1001', 'C1002')"),
        ("SELECT * FROM clients WHERE client_id = ANY('{C1001,C1002}'::text[])", "client_id IN ('C1001', 'C1002')"),
        ("SELECT * FROM clients WHERE premium = ANY('{37,24}')", "premium IN (37, 24)"),
        ("SELECT * FROM clients WHERE city <> ALL(ARRAY['north','south'])", "city NOT IN ('north', 'south')"),
        ("SELECT * FROM clients WHERE name ~ '^Ann[0-3]$'", "regexp_matches(name, '^Ann[0-3]$')"),
        ("SELECT * FROM clients WHERE name !~* 'ann'", "NOT regexp_matches(name, 'ann', 'i')"),
        ("SELECT * FROM clients WHERE premium BETWEEN SYMMETRIC 20 AND 10", "premium BETWEEN 10 AND 20"),
        ("SELECT * FROM clients WHERE to_char(since, 'YYYY-MM') = '2015-06'", "strftime(since, '%Y-%m') = '2015-06'"),
        ("SELECT * FROM clients WHERE note = E'x\\\\y'", "note = 'x\\y'"),
        ("SELECT * FROM clients WHERE premium / 7 = 3", "premium // 7 = 3"),
        ("COPY clients TO STDOUT", "true"),
        ("COPY (SELECT name FROM crm.clients WHERE premium > 30) TO '/tmp/x'", "premium > 30"),
        ("SELECT * FROM clients WHERE premium > 30 INTO OUTFILE '/tmp/x'", "premium > 30"),
        ("WITH a AS (SELECT * FROM clients WHERE premium > 10) SELECT name FROM a WHERE city = 'north'",
         "premium > 10 AND city = 'north'"),
        ("SELECT s.n FROM (SELECT name AS n, premium AS p FROM clients) s WHERE s.p > 30", "premium > 30"),
        ("SELECT a.* FROM clients a JOIN clients b ON a.client_id = b.client_id WHERE b.premium > 30", "premium > 30"),
        ("SELECT a.* FROM clients a, clients b WHERE a.client_id = b.client_id AND b.premium > 30", "premium > 30"),
        ("SELECT * FROM clients a LEFT JOIN claims c ON c.client_id = a.client_id WHERE premium > 30", "premium > 30"),
        ("SELECT name FROM clients WHERE premium > 45 UNION SELECT name FROM clients WHERE premium < 3",
         "premium > 45 OR premium < 3"),
        ("SELECT DISTINCT phone FROM clients WHERE premium > 30", "premium > 30"),
        ("SELECT client_id, count(*) FROM clients WHERE premium > 30 GROUP BY client_id", "premium > 30"),
        ("SELECT * FROM clients ORDER BY client_id LIMIT 5", "client_id <= 'C1004'"),
        ("SELECT * FROM clients ORDER BY client_id DESC LIMIT 5 OFFSET 2", "client_id BETWEEN 'C1053' AND 'C1057'"),
        ("SELECT client_id AS k FROM clients ORDER BY k FETCH FIRST 3 ROWS ONLY", "client_id <= 'C1002'"),
        ("SELECT client_id FROM clients ORDER BY 1 OFFSET 55", "client_id >= 'C1055'"),
        ("SELECT * FROM clients WHERE premium > 30 LIMIT 100", "premium > 30"),
        ("UPDATE clients SET phone = '1' WHERE premium > 30 RETURNING *", "premium > 30"),
        ("INSERT INTO stage SELECT * FROM clients WHERE premium > 30", "premium > 30"),
        ("SELECT * FROM clients WHERE " + " OR ".join(f"client_id = 'C{i}'" for i in range(900, 1003)),
         "client_id < 'C1003'"),
    ],
)  # fmt: skip
def test_statements_give_what_a_database_gives(ask: Ask, truth: Truth, statement: str, condition: str) -> None:
    assert ask.keys(statement) == truth.keys(condition)


def test_limit_without_order_is_a_superset(ask: Ask, truth: Truth) -> None:
    found = ask("SELECT * FROM clients WHERE premium > 30 LIMIT 3")
    assert not found.exact and found.bounded and "LIMIT" in found.reason
    assert len(found.ordinals) == len(truth.keys("premium > 30"))
    assert found.count == 3


def test_limit_that_cuts_between_equals_gives_both(ask: Ask) -> None:
    found = ask("SELECT * FROM clients ORDER BY city LIMIT 7")
    assert not found.exact
    assert len(found.ordinals) == 15  # all of 'east', which has 15
    assert found.count == 7


@pytest.mark.parametrize(
    ("statement", "larger"),
    [
        ("SELECT * FROM clients WHERE premium > 30 AND unknown_function(name) = 1", "premium > 30"),
        ("SELECT * FROM clients c JOIN claims k ON k.id = c.client_id WHERE premium > 30 AND k.x = 1", "premium > 30"),
        ("SELECT * FROM clients WHERE premium > 30 AND client_id IN (SELECT id FROM claims)", "premium > 30"),
        ("SELECT * FROM clients WHERE premium > 30 AND name = $1", "premium > 30"),
        ("SELECT * FROM claims WHERE id IN (SELECT client_id FROM clients WHERE premium > 30)", "premium > 30"),
        ("SELECT * FROM clients WHERE premium > 30 EXCEPT SELECT * FROM gone", "premium > 30"),
        ("DECLARE c CURSOR FOR SELECT * FROM clients WHERE premium > 30", "premium > 30"),
    ],
)
def test_what_cannot_be_told_gives_a_superset_with_its_reason(
    ask: Ask, truth: Truth, statement: str, larger: str
) -> None:
    found = ask(statement)
    assert found.replayed and not found.exact and found.reason
    assert len(found.ordinals) == len(truth.keys(larger))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM clients WHERE unknown_function(name) = 1",
        "SELECT * FROM clients c JOIN claims k ON k.id = c.client_id",
        "SELECT * FROM clients WHERE client_id = $1",
        "SELECT * FROM clients TABLESAMPLE SYSTEM (10)",
        "SELECT * FROM clients; SELECT * FROM clients",
        "SELECT * FROM clients a, clients b",
        "SELECT * FROM clients a JOIN clients b ON a.city = b.city",
        "SELECT * FROM other",
    ],
)
def test_not_replayable_says_why(ask: Ask, statement: str) -> None:
    found = ask(statement)
    assert not found.replayed and not found.exact and found.reason
    assert len(found.ordinals) == 0


def test_order_of_texts_is_a_doubt_unless_they_are_plain(ask: Ask) -> None:
    assert ask("SELECT * FROM clients WHERE client_id > 'C1030'").exact
    found = ask("SELECT * FROM clients WHERE name > 'B'")
    assert not found.exact and not found.bounded and "collation" in found.reason
    assert ask("SELECT * FROM clients WHERE name > 'B' COLLATE \"C\" AND name COLLATE \"C\" > 'B'").ordinals.size


@pytest.mark.parametrize(
    ("day", "whole", "north"),
    [
        (date(2019, 6, 1), set(), set()),
        (date(2020, 6, 1), {"C1", "C2"}, {"C1", "C2"}),
        (date(2021, 2, 28), {"C1", "C2"}, {"C1", "C2"}),
        (date(2021, 3, 1), {"C1", "C2"}, {"C2"}),
        (date(2021, 4, 1), {"C1"}, set()),
        (TODAY, {"C1", "C3"}, set()),
    ],
)
def test_versions_of_that_day(day: date, whole: set[str], north: set[str]) -> None:
    ask = Ask(history())
    assert ask.keys("COPY crm.clients TO STDOUT", day) == whole
    assert ask.keys("SELECT name FROM clients WHERE city = 'north'", day) == north


def test_boundaries_are_only_where_the_answer_may_change() -> None:
    sandbox = Ask(history()).sandbox

    def days(*columns: str) -> list[date]:
        return [date.fromordinal(date(1970, 1, 1).toordinal() + int(d)) for d in
                sandbox.boundaries("clients", frozenset(columns))]  # fmt: skip

    came, left, later = date(2020, 1, 1), date(2021, 4, 1), date(2021, 5, 1)
    assert days("name") == [came, left, later]
    assert days("city") == [came, date(2021, 3, 1), left, later]
    assert days("*") == days("city")


def test_a_key_has_one_ordinal_in_the_order_of_first_appearance() -> None:
    assert history().ordinals().to_pylist() == [0, 1, 0, 2]
    assert history().keys().to_pylist() == ["C1", "C2", "C3"]


def test_current_date_is_the_day_of_the_statement() -> None:
    ask = Ask(snapshot())
    assert len(ask("SELECT * FROM clients WHERE since < current_date", date(2014, 1, 1)).ordinals) < 60
    assert len(ask("SELECT * FROM clients WHERE since < current_date", date(2024, 1, 1)).ordinals) == 60


@pytest.mark.parametrize(
    ("values", "condition", "expected"),
    [
        (["1", "22", "3"], "k > 2", {"22", "3"}),
        (["1", "22", "3"], "k > '2'", {"22", "3"}),
        (["1", "22", "3"], "k LIKE '2%'", {"22"}),
        (["1", "22", "3"], "k = 'x'", set()),
        (["01", "22", "3"], "k = '01'", {"01"}),
        (["01", "22", "3"], "k = 1", {"01"}),
        (["15400000001", "15400000002"], "k > '154000000011'", {"15400000002"}),
        (["1.50", "2"], "k < 1.75", {"1.50"}),
        (["true", "false"], "k", {"true"}),
        (["2020-01-01 10:00", "2020-01-02 10:00"], "k > '2020-01-01 12:00:00'", {"2020-01-02 10:00"}),
        (["20200101", "20210101"], "k::text::date < '2020-06-01'", {"20200101"}),
    ],
)
def test_types_are_told_from_the_values(values: list[str], condition: str, expected: set[str]) -> None:
    ask = Ask(Snapshot(Dataset("clients", tables=("t",)), pa.table({"k": values}), "k"))
    assert ask.keys(f"SELECT * FROM t WHERE {condition}") == expected


def test_typed_columns_are_read_as_well() -> None:
    made = pa.table({"k": pa.array([1, 2], pa.int64()), "d": pa.array([date(2020, 1, 1), date(2021, 1, 1)])})
    ask = Ask(Snapshot(Dataset("clients", tables=("t",)), made, "k"))
    assert ask.keys("SELECT * FROM t WHERE d > '2020-06-01'") == {"2"}


def test_two_protected_tables_in_one_join() -> None:
    claims = Snapshot(
        Dataset("claims", tables=("claims",)),
        pa.table({"id": ["K1", "K2", "K3"], "client_id": ["C1001", "C1001", "C1003"]}),
        "id",
    )
    ask = Ask(snapshot(), claims)
    statement = "SELECT * FROM clients c JOIN claims k ON k.client_id = c.client_id WHERE c.client_id < 'C1003'"
    found = ask(statement)
    assert found.exact and found.count == 2
    assert found.ordinals.tolist() == [1]
    assert ask(statement, dataset="claims").ordinals.tolist() == [0, 1]
