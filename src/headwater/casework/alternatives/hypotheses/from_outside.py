"""Somebody outside the house had got hold of the account.

Passwords are stolen. The test weighs by what was read how much of the reading came from addresses of public
networks. It stands where half of it did and people of the house are named; it is refuted where all of it came from
addresses inside, as far as the log names them. A thief within the house network, or one who steers a machine of the
house from afar, looks as if he were inside.
"""

from __future__ import annotations

from headwater.casework.alternatives.asked import Asked, percent, percent_zh
from headwater.casework.alternatives.tested import Tested, refuted, stands, untested, weakened
from headwater.detection.profiles.seats import outside

TITLE_ZH = "账号被外部人员盗用"
HOW_ZH = (
    "口令可能被盗。本检验按读取量统计有多少读取来自公网地址：指认了内部人员而一半以上来自外部，视为成立；"
    "日志载明的地址全部在内部，视为排除。"
    "身处内网或远程操控内部机器的窃贼，看起来与内部人员无异。"
)
HALF, KNOWN = 0.5, 0.9


def test(asked: Asked) -> Tested | None:
    """Weigh the reading by where its addresses lie."""
    if not asked.named:
        return None
    total = float(asked.weights.sum())
    placed = asked.rows["ip"].notna() | asked.rows["device"].notna()
    known = float(asked.weights[placed].sum()) / total
    if known < KNOWN:
        return untested(
            f"Cannot be tested: the log names a device or an address for {percent(known)} of the reading only.",
            f"无法检验：日志仅对 {percent_zh(known)} 的读取载明设备或地址。",
        )
    far = asked.rows["ip"].map(lambda ip: outside(ip) if isinstance(ip, str) else False).astype(bool)
    share = float(asked.weights[far].sum()) / total
    numbers = {
        "share_from_outside": round(share, 4),
        "share_with_a_place": round(known, 4),
        "sittings": len(asked.rows),
    }
    told = (
        f"{percent(share)} of the reading came from addresses of public networks ({int(far.sum())} of {len(asked.rows)} sitting(s)).",
        f"{percent_zh(share)} 的读取来自公网地址（{len(asked.rows)} 个时段中的 {int(far.sum())} 个）。",
    )
    if share >= HALF:
        return stands(*told, numbers)
    return weakened(*told, numbers) if share > 0 else refuted(*told, numbers)
