"""The events of Sigma's log sources, taken from the lake."""

from __future__ import annotations

import ibis
from ibis import _

from headwater.detection.sigma.conditions import Events
from headwater.detection.sigma.taxonomy import OF_STATEMENTS, LogSource
from headwater.model.tables import SCHEMAS
from headwater.store.engine import Engine


def events(engine: Engine, source: LogSource) -> Events:
    """The events of a source, as an engine has them."""
    table = engine.table(source.table)
    return Events(source, _with_statements(table, engine.table("statements"), source), engine.matches)


def declared(source: LogSource) -> Events:
    """The events of a source as its table is declared, without any lake: to see whether a rule can be used."""
    tables = [ibis.table(ibis.Schema.from_pyarrow(SCHEMAS[name]), name=name) for name in (source.table, "statements")]
    return Events(source, _with_statements(tables[0], tables[1], source), lambda text, pattern: text.re_search(pattern))


def _with_statements(table: ibis.Table, statements: ibis.Table, source: LogSource) -> ibis.Table:
    """Each act with the text of its statement, its literals masked."""
    if not source.statements:
        return table
    texts = statements.group_by("fingerprint").agg(  # two files may have given the same shape
        statement_text=_["sample"].max(),
        statement_kind=_["kind"].max(),
        statement_tables=_["tables"].join(", ").max(),
    )
    assert set(OF_STATEMENTS) <= set(texts.columns)
    return table.left_join(texts, table.statement == texts.fingerprint).drop("fingerprint")
