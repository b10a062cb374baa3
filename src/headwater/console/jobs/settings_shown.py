"""Settings as pages show them: forms of detectors, mutes, versions with what they changed, and declarations that were tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from headwater.casework.reports.words import Words
from headwater.console.desk.detectors import sees, title
from headwater.console.jobs.chosen import Chosen, Mute, chosen_of
from headwater.console.jobs.parameters import Value, parameters
from headwater.console.jobs.sentences import sentence
from headwater.console.jobs.told import Zone
from headwater.console.jobs.trying import Tried
from headwater.console.models import Cell, Column, Shown, Table
from headwater.detection.detector import Detector
from headwater.exhibits.declared_beside import declared_logs
from headwater.model.words import Lang
from headwater.store.casebook.settings import Setting


class ParameterShown(Shown):
    """A parameter of a detector."""

    name: str
    form: Literal["whole", "number", "yes", "text", "numbers"]
    value: str
    """What stands, as it is typed."""
    default: str
    sentence: str
    changed: bool


class DetectorShown(Shown):
    """A detector with its parameters."""

    id: str
    title: str
    about: str
    """What it sees, which innocent work looks the same, what it misses."""
    alike: list[str]
    changed: int
    """So many parameters differ from their defaults."""
    parameters: list[ParameterShown]


class TrialColumn(Shown):
    """A column that a declaration fills."""

    name: str
    filled: int
    pictures: list[str]
    """What cells look like: digits as 0, letters as a; never the values."""


class Trial(Shown):
    """What one block makes of the first file that fits it."""

    block: int
    files: str
    table: str
    file: str
    rows: int
    rejected: int
    reasons: list[str]
    starts: str
    ends: str
    zone: str
    """The zone of the two moments."""
    columns: list[TrialColumn]
    fault: str
    reads: bool


def detector_shown(detector: Detector, chosen: Chosen, lang: Lang) -> DetectorShown:
    """A detector with the form of its parameters."""
    values = chosen.detectors.get(detector.id, {})
    shown = [
        ParameterShown(
            name=p.name,
            form=p.form,
            value=_typed(values.get(p.name, p.default)),
            default=_typed(p.default),
            sentence=sentence(detector.id, p, lang),
            changed=p.name in values,
        )
        for p in parameters(detector)
    ]
    return DetectorShown(
        id=detector.id,
        title=detector.title.said(lang),
        about=sees(detector, lang),
        alike=[text.said(lang) for text in detector.alike],
        changed=sum(p.changed for p in shown),
        parameters=shown,
    )


def _typed(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(f"{v:g}" for v in value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def mutes_shown(chosen: Chosen, say: Words, today: date) -> Table:
    """The mutes, numbered as they are ended by."""
    rows: list[dict[str, Cell]] = [
        {
            "number": number,
            "detector": title(m.detector, say.lang),
            "account": m.account or say("settings.every_account"),
            "until": m.until.isoformat(),
            "stands": say("settings.mute_over" if m.until < today else "settings.mute_stands"),
            "because": m.because,
        }
        for number, m in enumerate(chosen.mutes, 1)
    ]
    columns = [
        Column(key="number", title=say("settings.number"), kind="number"),
        *(
            Column(key=key, title=say(f"settings.{key}"), kind="code" if key == "account" else "text")
            for key in ("detector", "account", "until", "stands_head", "because")
        ),
    ]
    for row in rows:
        row["stands_head"] = row.pop("stands")
    return Table(name="mutes", title=say("settings.mutes"), columns=columns, rows=rows, total=len(rows))


def history_shown(versions: Sequence[Setting], say: Words, zone: Zone) -> Table:
    """Every version with what it changed, the newest first."""
    rows: list[dict[str, Cell]] = []
    before = Chosen()
    for one in versions:
        now = chosen_of(one.value)
        rows.append(
            {"version": one.version, "by": one.by, "at": zone.told(one.at), "what": _difference(say, before, now)}
        )
        before = now
    columns = [
        Column(key="version", title=say("settings.version"), kind="number"),
        Column(key="by", title=say("settings.by")),
        Column(key="at", title=say("settings.at", zone=zone.name)),
        Column(key="what", title=say("settings.what")),
    ]
    return Table(name="history", title=say("settings.history"), columns=columns, rows=rows[::-1], total=len(rows))


def _difference(say: Words, before: Chosen, now: Chosen) -> str:
    """What a version changed, in words."""
    told: list[str] = []
    if before.alerts_per_day != now.alerts_per_day:
        figures = f"{before.alerts_per_day:g} → {now.alerts_per_day:g}"
        told.append(say("settings.changed_budget", figures=figures))
    if before.watch_at != now.watch_at:
        told.append(say("settings.changed_watch", at=now.watch_at) if now.watch_at else say("settings.no_watch"))
    for key, mutes in (("mute", set(now.mutes) - set(before.mutes)), ("unmute", set(before.mutes) - set(now.mutes))):
        told += [say(f"settings.changed_{key}", which=_named(m)) for m in sorted(mutes, key=_named)]
    if before.logs != now.logs:
        told.append(say("settings.changed_logs", n=len(declared_logs(now.logs))))
    for name in sorted({*before.detectors, *now.detectors}):
        one, other = before.detectors.get(name, {}), now.detectors.get(name, {})
        if one != other:
            values = ", ".join(f"{n} = {_typed(v)}" for n, v in sorted(other.items()))
            told.append(say("settings.changed_detector", name=name, values=values or say("settings.defaults")))
    return say("console.semicolon").join(told)


def _named(mute: Mute) -> str:
    return " ".join(filter(None, (mute.detector, mute.account)))


def trial_shown(one: Tried, zone: Zone) -> Trial:
    """What came of trying one block."""
    return Trial(
        block=one.block,
        files=one.files,
        table=one.table,
        file=one.file,
        rows=one.rows,
        rejected=one.rejected,
        reasons=[f"{why} ({count:,})" for why, count in one.reasons],
        starts=zone.told(one.starts),
        ends=zone.told(one.ends),
        zone=zone.name,
        columns=[TrialColumn(name=c.name, filled=c.filled, pictures=list(c.pictures)) for c in one.columns],
        fault=one.fault,
        reads=one.reads,
    )
