"""A place is told by names that begin with one, and by nothing else."""

from __future__ import annotations

import pytest

from headwater.model.evidence import Citation
from headwater.model.network import Alias
from headwater.network.people.residence import residence


def named(*values: str, kind: str = "nickname") -> tuple[Alias, ...]:
    return tuple(Alias(v, kind, "wxid_a", (Citation("chats/a.csv", n),)) for n, v in enumerate(values, 1))


@pytest.mark.parametrize(
    ("names", "place"),
    [
        (("湖南老王",), "湖南"),
        (("老王", "🔥湖南老王", "湖南王"), "湖南"),
        (("缅北老王",), "缅北"),
        (("老王湖南",), ""),
        (("湖南老王", "广西老王"), ""),
        (("A湖南",), ""),
        ((), ""),
    ],
)
def test_a_name_that_begins_with_a_place_tells_it(names: tuple[str, ...], place: str) -> None:
    found, said = residence(named(*names))
    assert found == place
    assert len(said) == bool(place)


def test_it_weighs_nothing_cites_each_name_and_repeats_none() -> None:
    _, (said,) = residence(named("湖南老王", "老王", "湖南15400000001"))
    assert said.bits == 0
    assert [c.line for c in said.evidence] == [1, 3]
    assert "154" not in said.text.en + said.text.zh


def test_a_masked_real_name_is_no_place() -> None:
    assert residence(named("江苏*", kind="name")) == ("", ())
