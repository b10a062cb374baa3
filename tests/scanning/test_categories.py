from __future__ import annotations

import pyarrow as pa

from headwater.identifiers.kinds import KINDS
from headwater.scanning.categories import categories, category_of, sensitive_kind

VOCABULARY = {
    *("name", "id", "contact", "address", "account", "property", "credit", "track", "communication", "lodging"),
    *("health", "transaction", "vehicle", "other"),
}


def test_every_identifier_has_its_category() -> None:
    assert {name: category_of(name).category for name in KINDS} == {k.name: k.category for k in KINDS.values()}
    assert category_of("own:policy_no").kind == "own"


def test_categories_and_groups_are_of_the_vocabulary() -> None:
    assert {c.category for c in categories().values()} <= VOCABULARY
    assert {c.group for c in categories().values()} <= {"n3", "n4", "n5", ""}


def test_a_header_without_fitting_cells_is_not_enough() -> None:
    assert sensitive_kind("余额", pa.array(["见附件", "略"])) is None
    assert sensitive_kind("余额", pa.array([None, ""], pa.string())) is None
    found = sensitive_kind("账户余额", pa.array(["1,200.50", "￥3元", None]))
    assert found is not None
    assert (found.kind, found.category, found.group) == ("balance", "property", "n3")


def test_plain_columns_are_not_sensitive() -> None:
    for header in ("姓名", "product", "备注", "platform", "id"):
        assert sensitive_kind(header, pa.array(["1.5", "x"])) is None
