"""Bills of a made market: every row is read, nothing is set aside, and all sums and balances agree."""

from collections import Counter

import pytest
from bill_reading import read_file

from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.make import make_brokers


def survey(case):
    readers, rows, odd = Counter(), 0, []
    for file in sorted((case / "payments").rglob("*")):
        if file.is_file():
            got = read_file(file, file.relative_to(case).as_posix())
            readers[got.reader] += 1
            rows += len(got.payments)
            if got.rejected or got.doubts or got.not_read or None in got.column("account"):
                odd.append((file.name, got.rejected[:3], got.doubts[:3], got.not_read))
    return readers, rows, odd


def test_a_small_market(tmp_path):
    truth = make_brokers(tmp_path / "case", seed=5, habits=BrokerHabits(members=24, orders=160, days=30, chatter=0.5))

    readers, rows, odd = survey(tmp_path / "case")

    assert odd == [] and rows == truth["network"]["written"]["bill_rows"] > 500
    assert {"wechat-pay", "alipay"} <= set(readers) <= {"wechat-pay", "alipay", "bank-statement", "bank-reply"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_larger_markets(tmp_path, seed):
    truth = make_brokers(tmp_path / "case", seed=seed, habits=BrokerHabits(chatter=1.0))

    readers, rows, odd = survey(tmp_path / "case")

    assert odd == [] and rows == truth["network"]["written"]["bill_rows"]
    assert set(readers) == {"wechat-pay", "alipay", "bank-statement", "bank-reply"}
