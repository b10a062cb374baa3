"""Settings of a case: the budget of alerts, mutes, declared logs, and the parameters of detectors; every change is a version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from pydantic import Field

from headwater.casework.reports.visible import visible
from headwater.console.errors import ConflictError, GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.jobs import chosen as choosing
from headwater.console.jobs import timetable
from headwater.console.jobs.chosen import Chosen, chosen_of, chosen_plain
from headwater.console.jobs.chosen_in_casebook import NAME
from headwater.console.jobs.parameters import differing
from headwater.console.jobs.settings_shown import (
    DetectorShown,
    Trial,
    detector_shown,
    history_shown,
    mutes_shown,
    trial_shown,
)
from headwater.console.jobs.told import zone_of
from headwater.console.jobs.trying import fault_of, tried
from headwater.console.models import Body, Done, Shown, Table
from headwater.console.twin import Act, Page, View
from headwater.detection.detector import load
from headwater.exhibits.declared_beside import declared_logs
from headwater.exhibits.folder import CaseFolder, open_case
from headwater.exhibits.log_blocks import LOG_TABLES
from headwater.model.errors import CaseError
from headwater.store.casebook import settings as kept
from headwater.store.casebook.cases import insist
from headwater.store.casebook.entering import reason
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.settings import Setting, StaleError
from headwater.store.casebook.transaction import Transaction

Seen = Field(ge=0, description="The version that was read before: another one that stands by now is a conflict.")


class Settings(Shown):
    """What people chose for a case, and who did so when."""

    version: int
    """Say it with a change, as `seen`: whoever changes what another one has changed meanwhile is told."""
    alerts_per_day: float
    watch_at: str
    """The time of day at which new evenings are looked at by themselves; empty for never."""
    next_watch: str
    """When that is next, in the case's zone; empty for never."""
    zone: str
    """The zone of the case."""
    mutes: Table
    logs: str
    """`[[logs]]` blocks, as `headwater.toml` has them."""
    fills: list[str]
    """The tables that a declared log may fill."""
    detectors: list[DetectorShown]
    history: Table
    """Every version, the newest first."""
    may: bool
    today: str
    case_folder: bool
    """Whether the server knows the case folder, and so can try a declaration."""


class TriedLogs(Done):
    """Declared logs, tried; nothing was saved."""

    logs: str
    version: int
    trials: list[Trial]
    sound: bool
    """Whether every block reads rows from a file of the case."""


class BudgetBody(Body):
    """How many alerts somebody is willing to look at."""

    seen: int = Seen
    alerts_per_day: float = Field(ge=0, le=choosing.MOST_A_DAY, examples=[5])
    """Statistical alerts a day for each 10,000 members of staff."""


class TimetableBody(Body):
    """When new evenings are to be looked at without anybody asking."""

    seen: int = Seen
    watch_at: str = Field("", max_length=10, examples=["22:00"])
    """A time of day in the case's zone, daily; empty for never."""


class MuteBody(Body):
    """What is to raise no alert for a time."""

    seen: int = Seen
    detector: str = Field(max_length=80, examples=["bulk-read"])
    account: str = Field("", max_length=20)
    """The pseudonym of an account, `U-…`; every account when left out."""
    until: date
    because: str = Field(min_length=1, max_length=2000, examples=["migration of the claims system, ticket 17"])


class UnmuteBody(Body):
    """A mute that is to end now."""

    seen: int = Seen
    number: int = Field(ge=1, description="Its place in the list, from 1.")


class LogsBody(Body):
    """Declared logs."""

    seen: int = Seen
    logs: str = Field("", max_length=20_000)
    anyway: bool = False
    """Save them though no file of the case fits them yet."""


class TuneBody(Body):
    """Parameters of one detector: names and values in the same order; an empty value is the default."""

    seen: int = Seen
    detector: str = Field(max_length=80, examples=["bulk-read"])
    names: list[str] = Field(max_length=50, examples=[["least"]])
    values: list[str] = Field(max_length=50, examples=[["30"]])


def settings(here: CaseHere) -> Settings:
    """What stands, with every version of it."""
    with here.reading() as tx:
        versions = kept.history(tx, here.case, NAME)
    chosen, today = chosen_of(versions[-1].value if versions else None), _today(here)
    zone = zone_of(here.served.out)
    daily = timetable.standing(versions, zone.zone)
    return Settings(
        version=versions[-1].version if versions else 0,
        alerts_per_day=chosen.alerts_per_day,
        watch_at=chosen.watch_at,
        next_watch=zone.told(timetable.following(daily, here.now))[:16] if daily else "",
        zone=zone.name,
        mutes=mutes_shown(chosen, here.say, today),
        logs=chosen.logs,
        fills=list(LOG_TABLES),
        detectors=[detector_shown(d, chosen, here.lang) for d in load().detectors],
        history=history_shown(versions, here.say, zone),
        may=here.user.may(Permission.settings),
        today=today.isoformat(),
        case_folder=here.served.case_folder is not None,
    )


def set_budget(here: CaseHere, body: BudgetBody) -> Done:
    """Set how many alerts a day are let through; the next evening that is looked at counts by it."""
    per_day = choosing.budget_of(body.alerts_per_day)
    return _changed(here, body.seen, lambda c: _with(c, alerts_per_day=per_day), "settings.budget_saved")


def set_timetable(here: CaseHere, body: TimetableBody) -> Done:
    """Have new evenings looked at daily at a time, while the server runs; or never, where none is said."""
    clock = timetable.clock_of(body.watch_at)
    if clock and here.served.case_folder is None:
        raise CaseError("the folder of this case is not known to the server: nothing can be run on it")
    return _changed(here, body.seen, lambda c: _with(c, watch_at=clock), "settings.timetable_saved")


def mute(here: CaseHere, body: MuteBody) -> Done:
    """Mute findings of a detector, about one account or all, until a day. Broken rules are never muted."""
    known = [d.id for d in load().detectors]
    made = choosing.mute_of(body.detector, body.account.strip(), body.until, reason(body.because), known, _today(here))

    def change(chosen: Chosen) -> Chosen:
        if len(chosen.mutes) >= choosing.MOST_MUTES:
            raise CaseError(f"{choosing.MOST_MUTES} mutes at most: end some of them first")
        return _with(chosen, mutes=(*chosen.mutes, made))

    return _changed(here, body.seen, change, "settings.muted")


def unmute(here: CaseHere, body: UnmuteBody) -> Done:
    """End a mute now: what it covered speaks again."""

    def change(chosen: Chosen) -> Chosen:
        if body.number > len(chosen.mutes):
            raise GoneError("there is no such mute")
        return _with(chosen, mutes=tuple(m for n, m in enumerate(chosen.mutes, 1) if n != body.number))

    return _changed(here, body.seen, change, "settings.unmuted")


def try_logs(here: CaseHere, body: LogsBody) -> TriedLogs:
    """Try declared logs on the beginning of the case's own files. Nothing is saved, and no value is shown."""
    with here.reading() as tx:
        insist(tx, here.user, here.case, Permission.settings)
    found = tried(_folder(here), body.logs)
    return TriedLogs(
        to=f"{here.root}/settings#logs",
        logs=body.logs,
        version=body.seen,
        trials=[trial_shown(one, zone_of(here.served.out)) for one in found],
        sound=bool(found) and not fault_of(found, anyway=False),
    )


def save_logs(here: CaseHere, body: LogsBody) -> Done:
    """Save declared logs, which must read what they are for; the case folder is not written to."""
    if body.logs.strip():
        declared_logs(body.logs)
        if any(visible(line) != line for line in body.logs.expandtabs().splitlines()):
            raise CaseError("the declaration holds characters that cannot be seen")
        if fault := fault_of(tried(_folder(here), body.logs), anyway=body.anyway):
            raise CaseError(fault)
    return _changed(here, body.seen, lambda c: _with(c, logs=body.logs), "settings.logs_saved")


def tune(here: CaseHere, body: TuneBody) -> Done:
    """Set parameters of a detector; the next work on the case asks it with these, and its answer says so."""
    found = next((d for d in load().detectors if d.id == body.detector), None)
    if found is None:
        raise GoneError("there is no such detector")
    if len(body.names) != len(body.values):
        raise CaseError("every parameter needs its value")
    values = differing(found, dict(zip(body.names, body.values, strict=True)))

    def change(chosen: Chosen) -> Chosen:
        others = {n: v for n, v in chosen.detectors.items() if n != body.detector}
        return _with(chosen, detectors=others | ({body.detector: values} if values else {}))

    return _changed(here, body.seen, change, "settings.tuned")


def _today(here: InCase) -> date:
    """The day that it is where the case is."""
    return here.now.astimezone(zone_of(here.served.out).zone).date()


def _with(chosen: Chosen, **changed: object) -> Chosen:
    told = {name: getattr(chosen, name) for name in Chosen.__slots__} | changed
    return Chosen(**told)


def _changed(here: InCase, version: int, change: Callable[[Chosen], Chosen], said: str) -> Done:
    with here.writing() as tx:
        stands = kept.get(tx, here.case, NAME)
        if (stands.version if stands else 0) != version:
            raise _conflict(here, stands)
        value = chosen_plain(change(chosen_of(stands.value if stands else None)))
        made = _put(here, tx, value, version)
    return Done(to=f"{here.root}/settings", said=here.say(said), id=str(made.version))


def _put(here: InCase, tx: Transaction, value: dict[str, object], version: int) -> Setting:
    try:
        return kept.put(tx, here.user, here.case, NAME, value, version)
    except StaleError as error:
        raise _conflict(here, error.stands) from error


def _conflict(here: InCase, stands: Setting | None) -> ConflictError:
    if stands is None:
        return ConflictError(here.say("settings.conflict"), here.say("settings.none_yet"), "0")
    at = zone_of(here.served.out).told(stands.at)
    told = here.say("settings.stands", version=stands.version, by=stands.by, at=at)
    return ConflictError(here.say("settings.conflict"), told, str(stands.version))


def _folder(here: InCase) -> CaseFolder:
    if here.served.case_folder is None:
        raise CaseError("the folder of this case is not known to the server: nothing can be tried on it")
    return open_case(here.served.case_folder)


_ROOT = "/cases/{case}/settings"
PAGE = Page(
    "settings",
    views=(View(_ROOT, settings, "settings.html.j2", "Budget, mutes, declared logs and detectors of a case"),),
    acts=(
        Act(f"{_ROOT}/budget", set_budget, "Set the budget of alerts", permission=Permission.settings),
        Act(f"{_ROOT}/timetable", set_timetable, "Set when new evenings are looked at", permission=Permission.settings),
        Act(f"{_ROOT}/mutes", mute, "Mute findings until a day", permission=Permission.settings),
        Act(f"{_ROOT}/mutes/end", unmute, "End a mute", permission=Permission.settings),
        Act(
            f"{_ROOT}/logs/try",
            try_logs,
            "Try declared logs on a sample; nothing is saved",
            permission=Permission.settings,
            template="tried_logs.html.j2",
        ),
        Act(f"{_ROOT}/logs", save_logs, "Save declared logs", permission=Permission.settings),
        Act(f"{_ROOT}/detectors", tune, "Set parameters of a detector", permission=Permission.settings),
    ),
)
