"""What follows suspicious sittings is counted once, however many sittings it follows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd

from headwater.detection.profiles.following import following

DAY = datetime(2021, 3, 30, 9)
ACTIVE = [date(2021, 3, 1) + timedelta(days=n) for n in range(30)]


def sittings(*starts: datetime) -> pd.DataFrame:
    rows = [(s, s + timedelta(minutes=20), s.date(), "PC-1", "u1") for s in starts]
    return pd.DataFrame(rows, columns=["first", "last", "day", "seat", "account"])


def posts(*times: datetime) -> pd.DataFrame:
    rows = [(t, t.date(), "PC-1", "E1", "u1") for t in times]
    return pd.DataFrame(rows, columns=["time", "day", "seat", "person", "account"])


def test_one_post_after_three_sittings_is_one_success() -> None:
    three = sittings(*(DAY + timedelta(hours=n) for n in range(3)))
    found = following(three, posts(DAY + timedelta(hours=4)), "E1", 8, ACTIVE)
    alone = following(three[:1], posts(DAY + timedelta(hours=4)), "E1", 8, ACTIVE)
    assert (found.followed, found.sittings, found.p) == (1, 1, alone.p)


def test_sittings_that_nothing_follows_still_count_against_it() -> None:
    days = sittings(*(DAY - timedelta(days=n) for n in (6, 4, 2, 0)))
    found = following(days, posts(DAY + timedelta(hours=1)), "E1", 8, ACTIVE)
    assert (found.followed, found.sittings) == (1, 4)


def test_a_post_after_each_of_three_days_counts_three_times() -> None:
    starts = [DAY - timedelta(days=n) for n in (4, 2, 0)]
    found = following(sittings(*starts), posts(*(s + timedelta(hours=1) for s in starts)), "E1", 8, ACTIVE)
    assert (found.followed, found.sittings) == (3, 3)
    assert found.p < 1e-3


def test_a_colleague_s_posts_at_a_shared_desk_are_his_own() -> None:
    starts = [DAY - timedelta(days=n) for n in (4, 2, 0)]
    later = posts(*(s + timedelta(hours=1) for s in starts))
    his = following(sittings(*starts), later.assign(person="E9", account="u9"), "E1", 8, ACTIVE)
    assert (his.followed, his.events, his.p) == (0, (), 1.0)
    lent = following(
        sittings(*starts), later.assign(person="E9"), "E1", 8, ACTIVE
    )  # under the account that was read with
    unnamed = following(sittings(*starts), later.assign(person="E9", account=None), "E1", 8, ACTIVE)
    assert lent.followed == unnamed.followed == 3
