"""Log lines were written twice.

A log that is collected by two ways holds everything twice. The test counts lines that are equal in time, account,
place, act and record, in the log of reading and, where sending is part of the story, in that of requests. People's
records are counted once each however often a line stands there, so that doubled lines can raise acts, bytes and
posts only. It is refuted below one line in fifty, and stands where more than three lines in ten of what was sent
are doubled.
"""

from __future__ import annotations

from ibis import _

from headwater.casework.alternatives.asked import Asked
from headwater.casework.alternatives.tested import Tested, refuted, stands, weakened

TITLE_ZH = "日志行被重复记录"
HOW_ZH = (
    "经两条途径收集的日志会把一切记录两遍。本检验统计读取日志中时间、账号、位置、动作、对象完全相同的行；事件涉及外传时也统计请求日志。"
    "同一人的记录无论出现多少行都只计一次，因此重复行只会抬高操作次数、字节数和发送次数。低于五十分之一视为排除；"
    "外传记录中超过十分之三重复，视为成立。"
)
FEW, MANY = 0.02, 0.3
SENT = frozenset({"outflow", "forbidden-site", "chain"})
READING = [
    "time",
    "account",
    "device",
    "ip",
    "application",
    "dataset",
    "action",
    "rows",
    "subject",
    "ordinal",
    "statement",
    "returned",
]
SENDING = ["time", "account", "device", "ip", "host", "method", "bytes_out"]


def test(asked: Asked) -> Tested:
    """Count lines that are equal in all that they say."""
    accounts = sorted(set(asked.rows["account"]))
    read, twice = _doubled(asked, "access", READING, accounts)
    sent = sent_twice = 0
    if SENT & asked.detectors and asked.scene.has("web"):
        theirs = [a for a, rows in asked.scene.org.accounts.items() if any(r.owner in asked.employees for r in rows)]
        sent, sent_twice = _doubled(asked, "web", SENDING, sorted({*accounts, *theirs}))
    share, share_sent = (twice / read if read else 0.0), (sent_twice / sent if sent else 0.0)
    numbers = {"lines_of_reading": read, "doubled": twice, "lines_of_sending": sent, "doubled_of_sending": sent_twice}
    told = (
        f"{twice:,} of {read:,} line(s) of reading ({share:.1%}) are repeated word for word"
        + (f", and {sent_twice:,} of {sent:,} line(s) of requests ({share_sent:.1%})" if sent else "")
        + ". People's records are counted once each.",
        f"读取日志 {read:,} 行中有 {twice:,} 行（{share:.1%}）完全重复"
        + (f"，请求日志 {sent:,} 行中有 {sent_twice:,} 行（{share_sent:.1%}）完全重复" if sent else "")
        + "。同一人的记录只计一次。",
    )
    if share_sent > MANY:
        return stands(*told, numbers)
    return refuted(*told, numbers) if max(share, share_sent) < FEW else weakened(*told, numbers)


def _doubled(asked: Asked, table: str, columns: list[str], accounts: list[str]) -> tuple[int, int]:
    """Lines of some accounts on the days of the story, and how many of them repeat another."""
    rows = asked.scene.engine.table(table)
    rows = rows.filter(_.account.isin(accounts) & _.day.isin(list(asked.days)))
    lines = rows.select(*columns, "source", "line").distinct()
    groups = lines.group_by(columns).agg(n=_.count())
    found = asked.scene.engine.arrow(groups.agg(lines=_.n.sum(), groups=_.count())).to_pylist()[0]
    return int(found["lines"] or 0), int(found["lines"] or 0) - int(found["groups"] or 0)
