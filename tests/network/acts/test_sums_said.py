"""Sums as they are written and as people say them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from headwater.network.acts.amounts import amounts


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("今天2单 785", 785.0),
        ("三百", 300.0),
        ("能,一千二", 1200.0),
        ("打了两千五百", 2500.0),
        ("一万二", 12000.0),
        ("两万零五百", 20500.0),
        ("1.5万", 15000.0),
        ("好的", np.nan),
    ],
)
def test_sum_of_a_text(text: str, amount: float) -> None:
    messages = pd.DataFrame({"shape": pd.Categorical([text]), "amount": [np.nan]})
    told = amounts(messages, np.array([0]))
    np.testing.assert_array_equal(told, [amount])
