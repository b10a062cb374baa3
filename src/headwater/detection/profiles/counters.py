"""What is counted of each person and day: log-ons, devices, sticks, files, prints, sites, what is sent and mailed.

Each counter is a whole number per person and day, made by one aggregation in the engine; nobody's single events are
held in memory. A counter whose table is missing is not there at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _

from headwater.detection.profiles.mailing import mailed
from headwater.detection.profiles.staff import Staff, acted
from headwater.detection.profiles.surfing import surfed
from headwater.store.engine import Engine


@dataclass(frozen=True, slots=True)
class Counter:
    """``family`` groups counters that rise and fall together; ``weight`` is fixed in advance, by what theft needs."""

    family: str
    weight: float
    en: str
    zh: str

    @property
    def noun(self) -> str:
        """The Chinese words without the measure word before them."""
        return self.zh.removeprefix("比特的").lstrip("次个台封")


COUNTERS: Mapping[str, Counter] = MappingProxyType(
    {
        "logons": Counter("machines", 0.3, "log-ons", "次登录"),
        "odd_logons": Counter("hours", 1.0, "log-ons out of the usual hours", "次非惯常时段登录"),
        "odd_sticks": Counter("hours", 2.0, "uses of a stick out of the usual hours", "次非惯常时段使用移动介质"),
        "odd_files": Counter("hours", 0.5, "file events out of the usual hours", "次非惯常时段文件操作"),
        "odd_reads": Counter("hours", 1.0, "readings out of the usual hours", "次非惯常时段读取"),
        "devices": Counter("machines", 1.0, "different devices", "台不同设备"),
        "new_devices": Counter("machines", 1.0, "bits of devices never used before", "比特的新设备惊异度"),
        "others_devices": Counter("machines", 1.0, "devices at which somebody else usually sits", "台他人常用设备"),
        "failures": Counter("machines", 1.0, "failed log-ons", "次登录失败"),
        "mounts": Counter("files", 2.0, "connections of removable media", "次接入移动介质"),
        "to_stick": Counter("files", 2.0, "files written to removable media", "个文件写入移动介质"),
        "sheets": Counter("files", 1.0, "spreadsheets and archives written", "个表格或压缩包写出"),
        "programs": Counter("files", 0.5, "programs written or copied", "个程序写出或复制"),
        "deletes": Counter("files", 0.5, "files deleted", "个文件删除"),
        "prints": Counter("files", 1.0, "prints", "次打印"),
        "file_events": Counter("files", 0.3, "file events", "次文件操作"),
        "posts": Counter("sent", 1.0, "posts to outside sites", "次向外部网站提交"),
        "kilobytes": Counter("sent", 1.0, "kB sent to outside sites", "kB 发往外部网站"),
        "new_hosts": Counter("sites", 1.0, "bits of sites never visited before", "比特的新网站惊异度"),
        "rare_visits": Counter("sites", 1.0, "requests to sites that hardly anybody knows", "次访问罕见网站"),
        "requests": Counter("sites", 0.3, "web requests", "次网页请求"),
        "mails": Counter("mail", 0.5, "mails to outside addresses", "封外发邮件"),
        "mail_kilobytes": Counter("mail", 1.0, "kB mailed to outside addresses", "kB 邮件外发"),
        "attachments": Counter("mail", 1.0, "attachments mailed to outside addresses", "个外发邮件附件"),
        "new_addresses": Counter("mail", 1.0, "bits of outside addresses never written to before", "比特的新外部收件地址惊异度"),
        "own_address": Counter("mail", 1.0, "mails to an address that looks like one's own", "封发往疑似本人私人邮箱的邮件"),
        "recipients": Counter("mail", 0.5, "recipients of one mail at most", "个单封邮件最多收件人"),
    }
)  # fmt: skip

FAMILIES: Mapping[str, float] = MappingProxyType(
    {"hours": 1.0, "machines": 1.0, "files": 1.3, "sent": 1.3, "sites": 0.7, "mail": 1.0}
)
"""How much each family weighs beside the others: where data leaves more, where curiosity goes less."""
SHEETS = r"\.(?:xlsx?|xlsb|xlsm|et|csv|tsv|sql|dump|db|mdb|accdb|parquet|zip|rar|7z|gz|tar)$"
PROGRAMS = r"\.(?:exe|msi|bat|cmd|ps1|vbs|scr|dll|jar|sh|apk)$"
STICKS = r"^(?:/media/|/run/media/|/volumes/|/mnt/usb)"
CONNECTED = ("mount", "connect", "attach", "insert", "plug")
"""What logs call the connection of removable media."""
NO_FILE_EVENTS = (*CONNECTED, "unmount", "disconnect", "print", "execute")
LOGGED_ON = ("logon", "unlock", "success")
WRITTEN = ("create", "copy", "rename", "update", "write", "move")
SELDOM_USED = 0.1
"""A drive letter with files on fewer of the person-days than this is taken for a stick's, C: never."""


@dataclass(frozen=True, slots=True)
class Counts:
    """``daily``: per counter a frame of person, day (since 1970), value, where it is not nothing.

    ``hours``: person, day, hour at work, with ``logons`` and ``logoffs``. ``used``: person, device, day, value.
    ``there``: person, day with any event, of each table.
    """

    daily: Mapping[str, pd.DataFrame]
    hours: pd.DataFrame
    used: pd.DataFrame
    there: Mapping[str, pd.DataFrame]
    odd: Mapping[str, pd.DataFrame] = field(default_factory=dict)  # person, day, hour, value: counted if out of hours
    table: Mapping[str, str] = field(default_factory=dict)  # which table a counter comes from


def counts(engine: Engine, staff: Staff, tables: tuple[str, ...]) -> Counts:
    """Count everything that these tables allow. Costs a few group-bys over each."""
    daily: dict[str, pd.DataFrame] = {}
    there: dict[str, pd.DataFrame] = {}
    odd: dict[str, pd.DataFrame] = {}
    used: list[pd.DataFrame] = []
    sessions: list[pd.DataFrame] = []
    source: dict[str, str] = {}
    for table in tables:
        made = _TABLES[table](engine, staff)
        there[table] = made.there
        daily |= made.daily
        odd |= made.odd
        source |= dict.fromkeys([*made.daily, *made.odd], table)
        used += [made.used] if len(made.used) else []
        sessions += [made.sessions] if len(made.sessions) else []
    hours = pd.concat([_NO_HOURS, *sessions, *(f[["person", "day", "hour"]] for f in odd.values())])
    at_work = hours.fillna(0).groupby(["person", "day", "hour"], as_index=False)[["logons", "logoffs"]].sum()
    devices = (
        pd.concat(used).groupby(["person", "device", "day"], as_index=False)["value"].sum() if used else _NO_DEVICES
    )
    return Counts(daily, at_work, devices, there, odd, source)


@dataclass(frozen=True, slots=True)
class _Made:
    """What one table gives."""

    daily: Mapping[str, pd.DataFrame]
    there: pd.DataFrame
    odd: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    used: pd.DataFrame = field(default_factory=pd.DataFrame)
    sessions: pd.DataFrame = field(default_factory=pd.DataFrame)


_NO_HOURS = pd.DataFrame({c: np.zeros(0, np.int64) for c in ("person", "day", "hour", "logons", "logoffs")})
_NO_DEVICES = pd.DataFrame({"person": [], "device": [], "day": [], "value": []})


def taken(engine: Engine, expression: ibis.Table) -> pd.DataFrame:
    """Run an aggregation; days become whole numbers since 1970, nulls of numbers nothing."""
    rows = engine.arrow(expression)
    for i, name in enumerate(rows.column_names):
        kind = rows.schema.field(i).type
        if pa.types.is_date(kind):
            rows = rows.set_column(i, name, rows.column(i).cast(pa.date32()).cast(pa.int32()))
        elif pa.types.is_decimal(kind):
            rows = rows.set_column(i, name, rows.column(i).cast(pa.float64()))
    return rows.to_pandas()


def _split(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """A wide frame as one frame per counter, without its zeros."""
    return {
        str(c): frame.loc[frame[c] > 0, ["person", "day", c]].rename(columns={c: "value"})
        for c in frame.columns
        if c not in ("person", "day")
    }


def _logons(engine: Engine, staff: Staff) -> _Made:
    rows = acted(engine, staff, "logons").mutate(did=_.action.fill_null("logon").lower())
    on, failed = rows.did.isin(LOGGED_ON), rows.did.contains("fail")
    grouped = rows.group_by(["person", "day", "hour", "device"]).agg(
        logons=on.ifelse(1, 0).sum(),
        failures=failed.ifelse(1, 0).sum(),
        logoffs=rows.did.isin(["logoff", "lock", "logout"]).ifelse(1, 0).sum(),
    )
    frame = taken(engine, grouped)
    daily = frame.groupby(["person", "day"], as_index=False)[["logons", "failures"]].sum()
    hours = frame[frame["logons"] > 0].groupby(["person", "day", "hour"], as_index=False)["logons"].sum()
    used = frame[(frame["logons"] > 0) & frame["device"].notna()].rename(columns={"logons": "value"})
    used = used.groupby(["person", "device", "day"], as_index=False)["value"].sum()
    return _Made(
        _split(daily), daily[["person", "day"]], {"odd_logons": hours.rename(columns={"logons": "value"})}, used
    )


def _files(engine: Engine, staff: Staff) -> _Made:
    rows = acted(engine, staff, "files")
    rows = rows.mutate(did=_.action.fill_null("").lower(), name=_.path.fill_null("").lower())
    stick = on_stick(rows, drives(engine))
    wrote = rows.did.isin(WRITTEN) | (rows.did == "")
    flags = {
        "mounts": rows.did.isin(CONNECTED),
        "to_stick": wrote & stick,
        "sheets": wrote & rows.name.re_search(SHEETS),
        "programs": wrote & rows.name.re_search(PROGRAMS),
        "deletes": rows.did == "delete",
        "prints": rows.did == "print",
        "file_events": ~rows.did.isin(NO_FILE_EVENTS),
    }
    sums = {name: flag.ifelse(1, 0).sum() for name, flag in flags.items()}
    frame = taken(engine, rows.group_by(["person", "day", "hour", "device"]).agg(**sums, n=_.count()))
    daily = frame.groupby(["person", "day"], as_index=False)[list(flags)].sum()
    hourly = frame.groupby(["person", "day", "hour"], as_index=False)[["mounts", "to_stick", "n"]].sum()
    odd = {
        "odd_sticks": hourly.assign(value=hourly["mounts"] + hourly["to_stick"]),
        "odd_files": hourly.rename(columns={"n": "value"}),
    }
    used = frame[frame["device"].notna()].groupby(["person", "device", "day"], as_index=False)["n"].sum()
    columns = ["person", "day", "hour", "value"]
    return _Made(
        _split(daily),
        daily[["person", "day"]],
        {k: f.loc[f["value"] > 0, columns] for k, f in odd.items()},
        used.rename(columns={"n": "value"}),
    )


def drives(engine: Engine) -> tuple[str, ...]:
    """Drive letters that are no stick's: C:, and those with files on many of the days that any account has files."""
    rows = engine.table("files")
    rows = rows.filter(rows.account.notnull()).mutate(drive=_.path.fill_null("").lower().re_extract(r"^([a-z]:)", 1))
    days = rows.select("account", "day", "drive").distinct()
    frame = engine.arrow(days.group_by("drive").agg(n=_.count())).to_pandas()
    total = engine.arrow(rows.select("account", "day").distinct().agg(n=_.count()))["n"][0].as_py()
    return tuple(sorted({"c:", *frame.loc[frame["n"] >= SELDOM_USED * max(1, total), "drive"]} - {""}))


def on_stick(rows: ibis.Table, house: tuple[str, ...]) -> ibis.BooleanValue:
    """Whether a path (``name``, lower case) lies on removable media; a bare name that was copied does too."""
    drive = rows.name.re_extract(r"^([a-z]:)", 1)
    lettered = rows.name.re_search(r"^[a-z]:") & ~drive.isin(house)
    bare = (rows.did == "copy") & ~rows.name.re_search(r"[:/\\]")
    return lettered | rows.name.re_search(STICKS) | bare


def _access(engine: Engine, staff: Staff) -> _Made:
    rows = acted(engine, staff, "access").filter(_.outcome.isnull() | (_.outcome != "denied"))
    frame = taken(engine, rows.group_by(["person", "day", "hour"]).agg(value=_.count()))
    return _Made({}, frame[["person", "day"]].drop_duplicates(), {"odd_reads": frame})


def _web(engine: Engine, staff: Staff) -> _Made:
    daily = surfed(engine, staff, taken)
    return _Made(_split(daily), daily[["person", "day"]])


def _mail(engine: Engine, staff: Staff) -> _Made:
    daily = mailed(engine, staff, taken)
    return _Made(_split(daily), daily[["person", "day"]])


_TABLES: Mapping[str, Callable[[Engine, Staff], _Made]] = MappingProxyType(
    {"logons": _logons, "files": _files, "access": _access, "web": _web, "mail": _mail}
)


def families(names: Iterator[str] | tuple[str, ...]) -> dict[str, list[str]]:
    """Counters by family, in the order of COUNTERS."""
    wanted = set(names)
    found: dict[str, list[str]] = {}
    for name, counter in COUNTERS.items():
        if name in wanted:
            found.setdefault(counter.family, []).append(name)
    return found


def matrix(frame: pd.DataFrame, people: int, first: int, days: int) -> np.ndarray:
    """A counter's frame as an array of people by days; nothing where there is no row."""
    values = np.zeros((people, days))
    values[frame["person"].to_numpy(int), frame["day"].to_numpy(int) - first] = frame["value"].to_numpy(float)
    return values
