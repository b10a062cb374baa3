"""Which outside addresses look like one's own."""

from __future__ import annotations

import pytest

from headwater.detection.profiles.mailing import alike, own_names


@pytest.mark.parametrize(
    ("name", "address", "own"),
    [
        ("ann.lee", "annlee88@post.example", True),
        ("ann.lee", "lee.ann@post.example", True),
        ("ann.lee", "ann.miller@post.example", False),
        ("wang.fang", "wang.wei@post.example", False),
        ("chris", "chris88@post.example", True),
        ("chris", "christina@post.example", False),
        ("e03", "e03@home.example", True),
        ("e03", "e033@home.example", False),
        ("li", "lina@post.example", False),
    ],
)
def test_all_parts_of_a_name_or_the_very_same(name: str, address: str, own: bool) -> None:
    assert alike(name, address) is own


def test_every_address_of_a_person_counts_in_any_order() -> None:
    senders = [(0, "ann.lee@house.example"), (0, "sales.north@house.example"), (1, "sales.north@house.example")]
    expected = {0: {"ann.lee"}, 2: {"abc0123"}}
    for order in (senders, senders[::-1]):
        assert own_names(order, ("E01", "E02", "ABC0123")) == expected
