"""It is chance: whoever looks at many people finds somebody.

Among thousands of people something rare happens to somebody every day. The test multiplies how many people were
looked at with how seldom so much evidence comes about for one of them who did nothing. Findings of an incident are
not independent, so that a bit counts only for the part that it was worth in made cases with known truth. It stands
from one expected story in ten, and is refuted below one in a hundred.
"""

from __future__ import annotations

from headwater.casework.alternatives.asked import Asked
from headwater.casework.alternatives.tested import Tested, refuted, stands, weakened
from headwater.casework.incidents import DOUBT, WORTH

TITLE_ZH = "纯属偶然：看的人多了，总会有人显得异常"
HOW_ZH = (
    "数千人之中，每天总有人碰上罕见之事。本检验以被查看的人数乘以无辜者碰巧出现如此多证据的概率。同一事件的各项发现并不相互独立，"
    "因此每一比特只按其在已知真相的模拟案件中的实际价值计算。预期达到十分之一件即视为成立，低于百分之一视为排除。"
)
MUCH, LITTLE = 0.1, 0.01


def test(asked: Asked) -> Tested:
    """Work out how many such stories luck alone would give in this house."""
    people, incident = asked.house.looked_at, asked.incident
    prior = incident.statements[0].bits
    each = min(1.0, 2.0 ** -min(WORTH * (incident.bits) - DOUBT - prior, 300.0))
    expected = people * each
    numbers = {
        "people_looked_at": people,
        "bits": round(incident.bits, 2),
        "expected_by_chance": float(f"{expected:.3g}"),
    }
    told = (
        f"{people:,} people (or accounts of nobody) were looked at. With {incident.bits:.1f} bits after the prior, luck alone would give "
        f"{_number(expected)} such stories in a house of this size, each bit counted for what it was worth in made cases.",
        f"共查看 {people:,} 人（或无主账号）。扣除先验后证据为 {incident.bits:.1f} 比特；"
        f"按每一比特在模拟案件中的实际价值计算，这一规模的机构仅凭偶然会出现约 {_number_zh(expected)} 件这样的事。"
        "",
    )
    if expected >= MUCH:
        return stands(*told, numbers)
    return refuted(*told, numbers) if expected < LITTLE else weakened(*told, numbers)


def _number(expected: float) -> str:
    """A small number that a reader can say.

    >>> _number(0.25), _number(0.004), _number(1e-9)
    ('0.25', '0.004', 'less than 0.0001')
    """
    return "less than 0.0001" if expected < 0.0001 else f"{expected:.1g}" if expected < 0.1 else f"{expected:.2g}"


def _number_zh(expected: float) -> str:
    return _number(expected).replace("less than ", "不到 ")
