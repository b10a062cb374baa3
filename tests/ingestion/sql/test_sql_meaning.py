import pytest

from headwater.ingestion.sql.catalogue import Catalogue, Protected, name_parts
from headwater.ingestion.sql.meaning import Shape, understand
from headwater.ingestion.sql.shapes import scan

CATALOGUE = Catalogue([Protected("clients", "client_id", (("crm", "clients"),), frozenset({"name", "phone"}))])


def meaning(statement: str) -> Shape:
    return understand(scan(statement).masked, CATALOGUE)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("SELECT * FROM crm.clients WHERE client_id = 'C1'", "lookup"),
        ("SELECT * FROM clients c JOIN claims k USING (client_id) WHERE c.client_id = 'C1' AND k.n > 2", "lookup"),
        ("SELECT * FROM clients WHERE 'C1'::text = client_id::text", "lookup"),
        ("SELECT * FROM clients WHERE client_id = $1", "lookup"),
        ("SELECT * FROM clients WHERE client_id IN ('C1')", "lookup"),
        ("SELECT * FROM clients WHERE client_id = 'C1' OR city = 'north'", "filter"),
        ("SELECT * FROM clients WHERE client_id IN ('C1', 'C2')", "filter"),
        ("SELECT * FROM clients WHERE city = 'north'", "filter"),
        ("SELECT * FROM clients LIMIT 10", "filter"),
        ("SELECT name FROM clients WHERE premium > 5 AND since < '2020-01-01' ORDER BY name LIMIT 5", "range"),
        ("SELECT * FROM clients WHERE client_id BETWEEN 'C1' AND 'C9'", "range"),
        ("SELECT * FROM clients", "export"),
        ("TABLE crm.clients", "export"),
        ("COPY crm.clients TO STDOUT", "export"),
        ("COPY crm.clients (name, phone) TO '/tmp/x' WITH (FORMAT csv, HEADER)", "export"),
        ("COPY (SELECT * FROM clients WHERE city = 'north') TO PROGRAM 'gzip > x'", "export"),
        ("SELECT * INTO OUTFILE '/tmp/x' FIELDS TERMINATED BY ',' FROM clients", "export"),
        ("SELECT name FROM clients WHERE premium > 3 INTO OUTFILE '/tmp/x'", "export"),
        ("SELECT count(*) FROM clients WHERE client_id = 'C1'", "aggregate"),
        ("SELECT city, count(*), avg(premium) FROM clients GROUP BY city HAVING count(*) > 3", "aggregate"),
        ("SELECT DISTINCT city FROM clients", "aggregate"),
        ("SELECT avg(p) FROM (SELECT premium AS p FROM clients) s", "aggregate"),
        ("SELECT * FROM claims WHERE amount > (SELECT avg(premium) FROM clients)", "aggregate"),
        ("SELECT count(DISTINCT phone) FROM clients", "aggregate"),
        ("SELECT client_id, count(*) FROM clients GROUP BY client_id", "filter"),
        ("SELECT phone FROM clients GROUP BY phone", "filter"),
        ("SELECT DISTINCT phone FROM clients", "export"),
        ("SELECT string_agg(phone, ',') FROM clients", "export"),
        ("SELECT city, array_agg(name) FROM clients GROUP BY city", "filter"),
        ("SELECT json_agg(c) FROM clients c", "export"),
        ("SELECT name, count(*) OVER () FROM clients", "export"),
        ("INSERT INTO stage SELECT * FROM clients", "write"),
        ("CREATE TABLE stage AS SELECT * FROM clients", "write"),
        ("SELECT * INTO stage FROM clients", "write"),
        ("UPDATE clients SET phone = '1' WHERE client_id = 'C1'", "write"),
        ("DELETE FROM clients", "write"),
        ("COPY clients FROM STDIN", "write"),
        ("ANALYZE crm.clients", "maintenance"),
        ("VACUUM FULL clients", "maintenance"),
        ("EXPLAIN ANALYZE SELECT * FROM clients", "maintenance"),
        ("CREATE INDEX i ON clients (phone)", "maintenance"),
        ("LOCK TABLE clients", "maintenance"),
        ("SELECT pg_stat_get_backend_pid(1)", "maintenance"),
        ("SELECT dump_clients('x')", "function"),
        ("CALL dump_clients('x')", "function"),
        ("SELECT 1", "other"),
    ],
)  # fmt: skip
def test_kind(statement: str, kind: str) -> None:
    assert meaning(statement).kind == kind


@pytest.mark.parametrize(
    "statement",
    [
        'SELECT * FROM "CRM"."Clients"',
        "SELECT * FROM `crm`.`clients`",
        "SELECT * FROM shop.crm.CLIENTS c",
        "SELECT * FROM crm.dbo.clients",
        "SELECT * FROM claims WHERE client_id IN (SELECT client_id FROM clients)",
        "SELECT (SELECT phone FROM clients WHERE client_id = 'C1')",
        "SELECT EXISTS (SELECT 1 FROM clients WHERE client_id = 'C1')",
        "WITH c AS (SELECT * FROM clients) SELECT name FROM c",
        "WITH clients AS (SELECT * FROM clients) SELECT name FROM clients",
        "SELECT * FROM claims k LEFT JOIN clients c ON c.client_id = k.client_id",
        "SELECT name FROM claims UNION SELECT name FROM clients",
        "DECLARE c NO SCROLL CURSOR FOR SELECT * FROM clients",
        "PREPARE p (text) AS SELECT * FROM clients WHERE client_id = $1",
        "DELETE FROM clients WHERE client_id = 'C1' RETURNING *",
    ],
)
def test_reads_the_protected_table(statement: str) -> None:
    shape = meaning(statement)
    assert shape.understood
    assert shape.reads
    assert shape.datasets == ("clients",)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM old.clients",
        "SELECT * FROM clients_2",
        "WITH clients AS (SELECT * FROM claims) SELECT * FROM clients",
        "SELECT 'crm.clients' FROM t",
        "SELECT clients FROM t",
        "INSERT INTO t VALUES (1)",
    ],
)
def test_does_not_read_it(statement: str) -> None:
    assert meaning(statement).datasets == ()


@pytest.mark.parametrize(
    ("statement", "kind", "ours"),
    [
        ("bcp crm.dbo.clients out f -c", "export", True),
        ("mysqldump crm clients", "export", True),
        ("SELECT * FROM clients WHERE (", "other", True),
        ("BEGIN dbms_output.put_line('x'); SELECT * INTO r FROM crm.clients; END;", "function", True),
        ("expdp tables=other", "export", False),
    ],
)
def test_what_is_not_parsed_is_searched_for_words(statement: str, kind: str, ours: bool) -> None:
    shape = meaning(statement)
    assert not shape.understood
    assert (shape.kind, bool(shape.datasets)) == (kind, ours)


def test_a_shape_tells_its_parts_without_values() -> None:
    shape = meaning("SELECT c.name FROM crm.clients c WHERE c.phone LIKE '139%' AND premium >= 5 ORDER BY 1 LIMIT 3")
    assert shape.tables == ("crm.clients",)
    assert shape.columns == ("name", "phone", "premium")
    assert shape.predicates == ("phone like", "premium >=")
    assert shape.limit and shape.ordered and not shape.joined
    assert "139" not in repr(shape)


def test_which_literal_is_the_key() -> None:
    shape = meaning("SELECT 'x', name FROM clients WHERE client_id = 'C1'")
    assert shape.key is not None
    assert (shape.key.first, shape.key.after, shape.key.alone) == (1, 0, True)
    listed = meaning("SELECT name FROM clients WHERE client_id IN ('C1', 'C2', 'C3')")
    assert listed.key is not None
    assert (listed.key.first, listed.key.many) == (0, True)


@pytest.mark.parametrize("name", ["crm.clients", 'CRM."Clients"', "[crm].[clients]", "db.crm.clients", "clients"])
def test_names_with_and_without_prefix(name: str) -> None:
    assert CATALOGUE.dataset_of(name_parts(name)) == "clients"


WHOLE = Catalogue([Protected("clients", "client_id", (("crm", "clients"),), columns=("client_id", "name", "phone"))])


@pytest.mark.parametrize(
    ("statement", "shown", "order", "limit"),
    [
        ("SELECT * FROM crm.clients c ORDER BY c.phone DESC LIMIT 5", "client_id name phone", "phone-", True),
        ("SELECT phone, name AS n FROM clients ORDER BY n, phone", "phone name", "name+ phone+", False),
        ("SELECT c.*, k.sum FROM clients c, claims k", "client_id name phone ~?", "", False),
        ("SELECT c.*, k.* FROM clients c, claims k", "", "", False),  # what is not known may be a copy of ours
        ("SELECT o.*, c.name FROM orders_with_phone o JOIN clients c USING (client_id)", "", "", False),
        ("SELECT * FROM clients c JOIN claims k USING (client_id)", "", "", False),
        (
            "SELECT left(phone, 3) || '****', k.sum FROM clients c JOIN claims k USING (client_id)",
            "~phone ~?",
            "",
            False,
        ),
        ("COPY crm.clients (name, phone) TO STDOUT", "name phone", "", False),
        ("SELECT name FROM clients ORDER BY 1", "name", "?+", False),
        ("WITH c AS (SELECT * FROM clients) SELECT * FROM c", "", "", False),
        ("SELECT s.name FROM (SELECT name FROM clients) s", "", "", False),
        ("SELECT name FROM clients UNION SELECT name FROM clients", "", "", False),
        ("SELECT count(*) FROM clients", "", "", False),
    ],
)
def test_what_a_statement_shows_and_by_what_it_sorts(statement: str, shown: str, order: str, limit: bool) -> None:
    shows = understand(scan(statement).masked, WHOLE).shows
    told = [f"{'~' if s.changed else ''}{s.column or '?'}" for s in shows if s.part == "shown"]
    sorts = [f"{s.column or '?'}{'-' if s.falling else '+'}" for s in shows if s.part == "order"]
    assert (" ".join(told), " ".join(sorts)) == (shown, order)
    assert any(s.part == "limit" for s in shows) == limit


def test_a_star_over_columns_that_nobody_knows_tells_nothing() -> None:
    assert meaning("SELECT * FROM clients").shows == ()
