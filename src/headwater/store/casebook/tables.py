"""The tables of the casebook. What names somebody or was written freely is sealed; times are ISO 8601 in UTC, as text.

Each row but those of the log ends with ``mac``, a keyed digest of all its other values: what was written past the
program is known. Rows are never removed.
"""

from __future__ import annotations

import sqlalchemy as sa

SEALED = {"sealed": True}
ID = 24
DIGEST = 64

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _sealed(name: str, *, optional: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=optional, info=SEALED)


def _text(name: str, *, optional: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=optional)


def _number(name: str, *, optional: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=optional)


def _of(name: str, table: str, *, optional: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(ID), sa.ForeignKey(f"{table}.id"), nullable=optional)


def _table(name: str, *rest: sa.Column[str] | sa.Column[bytes] | sa.Column[int] | sa.UniqueConstraint) -> sa.Table:
    key = sa.Column("id", sa.String(ID), primary_key=True)
    return sa.Table(name, METADATA, key, *rest, sa.Column("mac", sa.String(DIGEST), nullable=False))


FACTS = sa.Table(
    "facts", METADATA, sa.Column("name", sa.String(ID), primary_key=True), sa.Column("value", sa.Text, nullable=False)
)
USERS = _table(
    "users",
    _text("name_token"),
    _sealed("name"),
    _sealed("display"),
    _sealed("password"),
    _text("roles"),
    _number("disabled"),
    _number("failures"),
    _text("locked_until", optional=True),
    _text("valid_from"),
    _of("password_by", "users", optional=True),
    _text("at"),
    sa.UniqueConstraint("name_token"),
)
CASES = _table(
    "cases", _text("name_token"), _sealed("name"), _number("two_person"), _text("at"), sa.UniqueConstraint("name_token")
)
MEMBERS = _table(
    "members",
    _of("case_id", "cases"),
    _of("user_id", "users"),
    _number("active"),
    _text("at"),
    sa.UniqueConstraint("case_id", "user_id"),
)


def _things(name: str) -> sa.Table:
    """Things of a case that people speak of, known again by a token: what they are is sealed."""
    unique = sa.UniqueConstraint("case_id", "token")
    return _table(name, _of("case_id", "cases"), _text("token"), _sealed("known"), _text("at"), unique)


ALERTS, FINDINGS, INCIDENTS = _things("alerts"), _things("findings"), _things("incidents")
TAKERS, PEOPLE = _things("takers"), _things("people")
THINGS = {"alert": ALERTS, "finding": FINDINGS, "incident": INCIDENTS, "taker": TAKERS, "person": PEOPLE}

VERDICTS = _table(
    "verdicts",
    _of("case_id", "cases"),
    _text("kind"),
    _text("thing_id"),
    _of("user_id", "users", optional=True),
    _sealed("claimed", optional=True),
    _text("said"),
    _sealed("because"),
    _text("until", optional=True),
    _sealed("about"),
    _text("at"),
)
NOTES = _table(
    "notes",
    _of("case_id", "cases"),
    _of("user_id", "users"),
    _text("kind", optional=True),
    _text("thing_id", optional=True),
    _sealed("text"),
    _text("at"),
)
TASKS = _table(
    "tasks",
    _of("case_id", "cases"),
    _of("user_id", "users"),
    _of("assignee_id", "users", optional=True),
    _sealed("text"),
    _text("due", optional=True),
    _text("state"),
    _text("at"),
    _of("closed_by", "users", optional=True),
    _text("closed_at", optional=True),
)
EXHIBITS = _table(
    "exhibits",
    _of("case_id", "cases"),
    _text("path_token"),
    _sealed("path"),
    _text("sha256"),
    _text("sm3"),
    _number("size"),
    _text("at"),
    sa.UniqueConstraint("case_id", "path_token", "sha256"),
)
CUSTODY = _table(
    "custody",
    _of("case_id", "cases"),
    _of("exhibit_id", "exhibits"),
    _of("user_id", "users"),
    _text("act"),
    _text("happened"),
    _sealed("giver", optional=True),
    _sealed("receiver", optional=True),
    _text("sha256", optional=True),
    _text("sm3", optional=True),
    _number("same", optional=True),
    _sealed("note", optional=True),
    _text("at"),
)
REQUESTS = _table(
    "reveal_requests",
    _of("case_id", "cases"),
    _text("kind"),
    _text("thing"),
    _of("user_id", "users"),
    _sealed("reason"),
    _text("at"),
    _text("lapses"),
)
APPROVALS = _table(
    "reveal_approvals",
    _of("request_id", "reveal_requests"),
    _text("request_digest"),
    _of("user_id", "users"),
    _text("said"),
    _number("minutes"),
    _text("at"),
    _text("lapses"),
    _text("opened", optional=True),
    _text("closes", optional=True),
    sa.UniqueConstraint("request_id"),
)
SESSIONS = _table(
    "sessions",
    _of("user_id", "users"),
    _text("ticket_token"),
    _sealed("device"),
    _text("until"),
    _text("ended", optional=True),
    _text("at"),
    sa.UniqueConstraint("ticket_token"),
)
FACTORS = _table(
    "factors",
    _of("user_id", "users"),
    _sealed("secret"),
    _text("state"),
    _number("step"),
    _text("at"),
    sa.UniqueConstraint("user_id"),
)
RECOVERIES = _table(
    "recoveries",
    _of("user_id", "users"),
    _text("code_token"),
    _text("state"),
    _text("at"),
    sa.UniqueConstraint("user_id", "code_token"),
)
IDENTITIES = _table(
    "identities",
    _of("user_id", "users"),
    _text("issuer_token"),
    _text("subject_token"),
    _number("active"),
    _text("at"),
    sa.UniqueConstraint("issuer_token", "subject_token"),
)
TOKENS = _table(
    "tokens",
    _of("user_id", "users"),
    _sealed("name"),
    _text("secret_token"),
    _text("scopes"),
    _text("until"),
    _text("used", optional=True),
    _text("ended", optional=True),
    _text("at"),
    sa.UniqueConstraint("secret_token"),
)
LINKS = _table(
    "links",
    _text("purpose"),
    _text("secret_token"),
    _of("user_id", "users", optional=True),
    _of("for_id", "users", optional=True),
    _sealed("display", optional=True),
    _text("roles"),
    _text("cases"),
    _text("lapses"),
    _text("used", optional=True),
    _text("at"),
    sa.UniqueConstraint("secret_token"),
)
SETTINGS = _table(
    "settings",
    _of("case_id", "cases", optional=True),
    _of("user_id", "users"),
    _text("name"),
    _number("version"),
    _sealed("value"),
    _text("at"),
    sa.UniqueConstraint("case_id", "name", "version"),
)
HOOKS = _table(
    "hooks",
    _of("case_id", "cases"),
    _of("user_id", "users"),
    _text("kind"),
    _sealed("address"),
    _sealed("secret", optional=True),
    _text("events"),
    _text("ended", optional=True),
    _text("at"),
)
REPLIES = _table(
    "replies",
    _of("user_id", "users"),
    _text("key_token"),
    _text("request_digest"),
    _number("status"),
    _sealed("body", optional=True),
    _text("lapses"),
    _text("at"),
    sa.UniqueConstraint("user_id", "key_token"),
)
AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("at"),
    _text("actor"),
    _text("act"),
    _text("case_id", optional=True),
    _text("kind", optional=True),
    _text("row_id", optional=True),
    _text("row_digest", optional=True),
    _text("details"),
    sa.Column("before", sa.String(DIGEST), nullable=False),
    sa.Column("digest", sa.String(DIGEST), nullable=False),
    sa.Column("mac", sa.String(DIGEST), nullable=False),
    sa.Index(None, "kind", "row_id", "seq"),
    sa.Index(None, "actor", "seq"),
    sa.Index(None, "act", "seq"),
    sa.Index(None, "case_id", "seq"),
)
ROWS: tuple[sa.Table, ...] = (
    USERS, CASES, MEMBERS, *THINGS.values(), VERDICTS, NOTES, TASKS, EXHIBITS, CUSTODY, REQUESTS, APPROVALS,
    SESSIONS, FACTORS, RECOVERIES, IDENTITIES, TOKENS, LINKS, SETTINGS, HOOKS, REPLIES,
)  # fmt: skip
"""Tables of which the log knows every row."""
BY_NAME = {table.name: table for table in ROWS}


def is_sealed(column: sa.Column[object]) -> bool:
    """Whether a column holds sealed values."""
    return bool(column.info.get("sealed"))
