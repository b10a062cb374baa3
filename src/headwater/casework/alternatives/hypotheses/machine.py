"""A program or a nightly job of the house read, and no person.

Programs read at an even pace and at hours when nobody is there. The test looks at how the account is listed, at the
pauses between its acts of reading within a sitting, and at what was read between midnight and five. It stands for a
service account, and where half of at least thirty pauses last equally long to the second or less than one second,
unless half of the reading came from outside the house; it is refuted for a person's account where less than a fifth
do. A log that tells whole minutes only shows no pauses.
"""

from __future__ import annotations

from ibis import _

from headwater.casework.alternatives.asked import Asked
from headwater.casework.alternatives.measures import KINDS
from headwater.casework.alternatives.tested import Tested, refuted, stands, untested, weakened
from headwater.detection.profiles.seats import outside
from headwater.detection.reads import acts

TITLE_ZH = "是机构自己的程序或夜间批处理所读，并非人员"
HOW_ZH = (
    "程序读取节奏均匀，且常在无人时段。本检验查看账号类别、同一时段内相邻读取的间隔，以及零点至五点的读取。"
    "服务账号，或至少三十个间隔中一半等长（精确到秒）或不足一秒，"
    "视为成立（一半以上来自外部者除外）；个人账号且不足五分之一，视为排除。日志时间仅精确到分钟时，看不出间隔。"
)
FEWEST, HALF, FIFTH = 30, 0.5, 0.2
MINUTE = 60


def _outside(address: object) -> bool:
    return isinstance(address, str) and outside(address)


def test(asked: Asked) -> Tested:
    """Measure the pauses between acts of reading."""
    account = str(asked.account)
    kind = asked.scene.org.kind(account)
    paused = _pauses(asked, account)
    if paused is None and kind != "service":
        return untested(
            "Cannot be tested: the log tells whole minutes only, and pauses within a minute are not seen.",
            "无法检验：日志时间仅精确到分钟，看不出一分钟以内的间隔。",
        )
    pauses, alike, instant = paused or (0, 0.0, 0.0)
    even = max(alike, instant)
    local = asked.rows["first"].dt.tz_convert(asked.scene.zone).dt.hour
    night = float(asked.weights[local < 5].sum() / asked.weights.sum())
    far = float(asked.weights[asked.rows["ip"].map(_outside).astype(bool)].sum() / asked.weights.sum())
    numbers = {
        "pauses": pauses,
        "share_equally_long": round(alike, 4),
        "share_below_a_second": round(instant, 4),
        "share_read_at_night": round(night, 4),
        "share_from_outside": round(far, 4),
    }
    row = asked.scene.org.account(account)
    evidence = (row.cited,) if row else ()
    told = (
        f"Account {account} is listed as: {kind}. Of {pauses:,} pause(s) between acts of reading {alike:.0%} "
        f"last equally long and {instant:.0%} "
        f"less than a second; {night:.0%} was read in sittings that began between midnight and five; {far:.0%} "
        "came from outside the house, where no job of it runs.",
        f"账号 {account} 的类别为：{KINDS.get(kind, kind)}。相邻读取的 {pauses:,} 个间隔中，{alike:.0%} 等长，"
        f"{instant:.0%} 不足一秒；{night:.0%} 的读取所在时段始于零点至五点；{far:.0%} 来自机构外部，"
        "那里不会运行机构自己的任务。",
    )
    if kind == "service" or (pauses >= FEWEST and even >= HALF):
        return (stands if far < HALF else weakened)(*told, numbers, evidence)
    if kind == "person" and pauses >= FEWEST and even < FIFTH:
        return refuted(*told, numbers, evidence)
    return weakened(*told, numbers, evidence)


def _pauses(asked: Asked, account: str) -> tuple[int, float, float] | None:
    """How many pauses there are within sittings; the share of the commonest whole second, and of those below one second.

    ``None`` where the reading of everybody on these days is at whole minutes: the log tells no seconds.
    """
    engine = asked.scene.engine
    everybody = acts(engine).filter(_.day.isin(list(asked.days)))
    if not engine.arrow(everybody.filter(_.at % MINUTE != 0).select("at").limit(1)).num_rows:
        return None
    own = everybody.filter(_.account == account)
    frame = engine.arrow(own.group_by(["place", "sitting", "at"]).agg(n=_.count())).to_pandas()
    frame = frame.sort_values(["place", "sitting", "at"], ignore_index=True)
    gaps = frame.groupby(["place", "sitting"])["at"].diff().dropna()
    instant = int((frame["n"] - 1).sum())
    total = instant + len(gaps)
    if not total:
        return 0, 0.0, 0.0
    commonest = int(gaps.value_counts().max()) if len(gaps) else 0
    return total, commonest / total, instant / total
