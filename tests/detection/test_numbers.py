"""The numbers that findings print are recomputed from the rows, by other means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from tests.detection.conftest import Played
from tests.detection.lakes import House
from tests.detection.scenarios import Scenario, load, written

from headwater.model.evidence import Finding

Play = Callable[[Scenario], Played]
SCENARIOS = [s for name in written() for s in load(name)]


def access(house: House) -> pd.DataFrame:
    frame = pd.DataFrame(house.rows["access"])
    for column in ("subject", "returned", "rows", "exact"):
        if column not in frame:
            frame[column] = None
    return frame


def read_of(house: House, rows: pd.DataFrame) -> tuple[set[str], int]:
    """Distinct records that rows of the log name or surely returned, and how many more they count."""
    sure = rows["returned"].notna() & (rows["exact"].isna() | rows["exact"].eq(True))
    sets = set(rows.loc[sure, "returned"])
    named = set(rows["subject"].dropna()) | {r["subject"] for r in house.rows["returned"] if r["returned"] in sets}
    nameless = rows[rows["subject"].isna() & ~sure]["rows"].fillna(0).sum()
    return named, int(nameless)


def on(rows: pd.DataFrame, account: str, days: set[date]) -> pd.DataFrame:
    return rows[(rows["account"] == account) & rows["day"].isin(days)]


def told(play: Play, detector: str) -> Iterator[tuple[Played, Finding, str]]:
    for scenario in SCENARIOS:
        if scenario.detector == detector:
            played = play(scenario)
            for finding in {f.title.en: f for several in played.found for f in several}.values():
                yield played, finding, " ".join(s.text.en for s in finding.statements)


def number(text: str) -> int:
    return int(text.replace(",", ""))


def match(pattern: str, text: str) -> re.Match[str]:
    hit = re.search(pattern, text)
    assert hit, f"{pattern} is not in: {text}"
    return hit


def opened(house: House, rows: pd.DataFrame) -> int:
    """Distinct records opened one by one: named in the log, or one of at most three that a statement gave."""
    sets = pd.DataFrame(house.rows["returned"], columns=["returned", "subject"]).drop_duplicates()
    sizes = sets.groupby("returned")["subject"].nunique()
    small = sets[sets["returned"].isin(set(rows["returned"].dropna())) & (sets["returned"].map(sizes) <= 3)]
    return len(set(rows["subject"].dropna()) | set(small["subject"]))


def listed(house: House, rows: pd.DataFrame) -> int:
    """Distinct records that lists gave, and the rows that the log counts without naming them."""
    sets = pd.DataFrame(house.rows["returned"], columns=["returned", "subject"]).drop_duplicates()
    sizes = sets.groupby("returned")["subject"].nunique()
    large = sets[sets["returned"].isin(set(rows["returned"].dropna())) & (sets["returned"].map(sizes) > 3)]
    return int(large["subject"].nunique()) + read_of(house, rows)[1]


def test_bulk_read(play: Play) -> None:
    seen = 0
    for played, finding, text in told(play, "bulk_read"):
        rows, account = access(played.house), finding.accounts[0]
        days: set[date] = set(finding.details["days"])  # type: ignore[call-overload]
        for hit in re.finditer(
            r"On (\S+) account \S+ (opened|drew lists of) ([\d,]+) people's records; [\d,]+ were to be expected"
            r"(?:, never above ([\d,]+) on the other (\d+) days)?\. (\d+) day\(s\) like this",
            text,
        ):
            count = opened if hit[2] == "opened" else listed
            assert count(played.house, on(rows, account, {date.fromisoformat(hit[1])})) == number(hit[3])
            assert int(hit[6]) <= len(days)
            if hit[4] and int(hit[6]) == len(days):
                others = set(rows[rows["account"] == account]["day"]) - days
                counts = [count(played.house, on(rows, account, {d})) for d in others]
                assert (max(counts), len(counts)) == (number(hit[4]), int(hit[5]))
            seen += 1
        assert len(read_of(played.house, on(rows, account, days))[0]) == finding.subjects
    assert seen


def test_slow_reading(play: Play) -> None:
    seen = 0
    for played, finding, text in told(play, "slow_reading"):
        rows, account = access(played.house), finding.accounts[0]
        hit = match(r"In the (\d+) days to (\S+) account \S+ opened ([\d,]+) people's records", text)
        last = date.fromisoformat(hit[2])
        days = [last - timedelta(days=i) for i in range(int(hit[1]))]
        assert sum(opened(played.house, on(rows, account, {d})) for d in days) == number(hit[3])
        seen += 1
    assert seen


def test_after_departure(play: Play) -> None:
    seen = 0
    for played, finding, text in told(play, "after_departure"):
        rows, account = access(played.house), finding.accounts[0]
        if hit := re.search(r"on (\d+) day\(s\) from (\S+) to (\S+), after .* on (\S+)\.", text):
            late = rows[(rows["account"] == account) & (rows["day"] > date.fromisoformat(hit[4]))]
            days = sorted(set(late["day"]))
            assert (len(days), str(days[0]), str(days[-1])) == (int(hit[1]), hit[2], hit[3])
            assert len(read_of(played.house, late)[0]) == finding.subjects
        else:
            hit = match(r"read protected data on (\d+) day", text)
            assert rows[rows["account"] == account]["day"].nunique() == int(hit[1])
        seen += 1
    assert seen


def test_beyond_entitlement(play: Play) -> None:
    seen = 0
    for played, finding, text in told(play, "beyond_entitlement"):
        if finding.details.get("about") == "rule":
            continue  # told by test_list_numbers
        rows, account = access(played.house), finding.accounts[0]
        action = finding.key.rsplit(":", 1)[1]
        rows = rows[rows["action"] == action]
        if hit := re.search(r"on (\d+) day\(s\), ([\d,]+) records", text):
            days = set(rows[rows["account"] == account]["day"])
            counts = [len(n) + m for d in days for n, m in [read_of(played.house, on(rows, account, {d}))]]
            assert (len(days), sum(counts)) == (int(hit[1]), number(hit[2]))
        else:
            hit = match(r"allows ([\d,]+) records .* on (\d+) day\(s\), most on (\S+) with ([\d,]+)", text)
            named, more = read_of(played.house, on(rows, account, {date.fromisoformat(hit[3])}))
            assert len(named) + more == number(hit[4])
            over = [
                d
                for d in set(rows[rows["account"] == account]["day"])
                for n, m in [read_of(played.house, on(rows, account, {d}))]
                if len(n) + m > number(hit[1])
            ]
            assert len(over) == int(hit[2])
        seen += 1
    assert seen


def test_borrowed_account(play: Play) -> None:
    seen = 0
    for played, finding, text in told(play, "borrowed_account"):
        rows, account = access(played.house), finding.accounts[0]
        hit = match(r"(\S+) records read in (\d+) sitting", text)
        own = played.org.owner(account)
        elsewhere = rows[(rows["account"] == account) & (rows["ip"] != (own.ip if own else None))]
        days = elsewhere["day"].nunique()
        assert int(match(r"on (\d+) day\(s\) at", text)[1]) == days == int(hit[2])
        total = sum(len(read_of(played.house, day)[0]) for _d, day in elsewhere.groupby("day"))
        assert total == number(hit[1])
        seen += 1
    assert seen


def test_outflow(play: Play) -> None:
    seen = 0
    for played, finding, text in told(play, "outflow"):
        sent = pd.DataFrame(played.house.rows["web"])
        own = sent[sent["account"] == finding.accounts[0]]
        if hit := re.search(r"([\d,]+) kB in (\d+) post\(s\) on (\S+),", text):
            day = own[own["day"] == date.fromisoformat(hit[3])]
            assert f"{day['bytes_out'].sum() / 1000:,.0f}" == hit[1]
            assert len(day) == int(hit[2])
        title = match(r"sent ([\d.]+) MB to (.*) on (\d+) day", finding.title.en)
        lines = {c.line for c in finding.evidence if c.source == "logs/proxy.log"}
        cited = sent[sent["line"].isin(lines)]
        assert cited["bytes_out"].sum() <= (float(title[1]) + 0.06) * 1e6
        assert set(cited["host"]) <= set(title[2].split(", "))
        seen += 1
    assert seen


def test_staged_file(play: Play) -> None:
    seen = 0
    for played, finding, text in told(play, "staged_file"):
        hit = match(r"\((\d+) files?, ([\d.]+) MB\)", text)
        files = pd.DataFrame(played.house.rows["files"])
        lines = {c.line for c in finding.evidence if c.source == "logs/endpoint.log"}
        cited = files[files["line"].isin(lines)]
        assert (len(cited), f"{cited['bytes'].sum() / 1e6:.1f}") == (int(hit[1]), hit[2])
        assert not cited["path"].str.endswith(".docx").any()
        seen += 1
    assert seen


def test_hijacked_account(play: Play) -> None:
    seen = 0
    for played, finding, text in told(play, "hijacked_account"):
        house, account = played.house, finding.accounts[0]
        rows = access(house)
        own, new = rows[rows["account"] == account], finding.devices
        there = own[own["ip"].isin(new) & own["day"].isin(finding.details["days"])]  # type: ignore[call-overload]
        hit = match(r"read ([\d,]+) records in (\d+) sitting\(s\) from addresses new to it: .* \(since (\S+)\)", text)
        assert (len(_sittings_of(there)), sum(_sittings_of(there))) == (int(hit[2]), number(hit[1]))
        since = date.fromisoformat(hit[3])
        assert since == own[own["ip"].isin(new)]["day"].min()
        used = {
            r["day"]
            for t in ("access", "logons")
            for r in house.rows[t]
            if r["account"] == account and r["day"] < since
        }
        assert len(used) == int(match(r"new to the account after (\d+) days of use", text)[1])
        if failed := re.search(r"(\d+) wrong password\(s\) came within three hours", text):
            wrong = [r["time"] for r in house.rows["logons"] if (r["account"], r["action"]) == (account, "failure")]
            starts = [there[there["day"] == d]["time"].min() for d in set(there["day"])]
            assert max(sum(s - timedelta(hours=3) <= t <= s for t in wrong) for s in starts) == int(failed[1])
        if business := re.search(r"explains ([\d,]+) of the ([\d,]+) records opened one by one", text):
            mine = {r["subject"] for r in house.rows["relations"] if r["employee"] == f"E{account[1:]}"}
            read = [set(day["subject"]) for _d, day in there.groupby("day")]
            assert sum(len(r & mine) for r in read) == number(business[1])
            assert sum(map(len, read)) == number(business[2])
        if much := re.search(r"On (\S+) ([\d,]+) records were read from there; the account read ([\d,]+) a day", text):
            assert there[there["day"] == date.fromisoformat(much[1])]["subject"].nunique() == number(much[2])
            before = own[own["day"] < since].groupby("day")["subject"].nunique()
            assert f"{before.mean():,.0f}" == much[3]
        seen += 1
    assert seen


def _sittings_of(rows: pd.DataFrame) -> list[int]:
    """How many distinct records each sitting read."""
    return [len({subject for subject, _day in sitting}) for _key, sitting in _sittings(rows)]


def test_software(play: Play) -> None:
    seen = 0
    for played, finding, text in told(play, "software"):
        rows, account = access(played.house), finding.accounts[0]
        for pattern, column in (
            (r"From (\S+ \S+) to (\S+ \S+) account \S+ opened ([\d,]+) .* vary by a factor of ([\d.]+)\. On", "spread"),
            (r"Of the ([\d,]+) records opened from (\S+ \S+) to (\S+ \S+), each lies ([\d.,]+) places", "step"),
        ):
            if hit := re.search(pattern, text):
                first, last, count = (hit[1], hit[2], hit[3]) if column == "spread" else (hit[2], hit[3], hit[1])
                windows = _windows(rows[rows["account"] == account])
                ends = windows[windows["day"] == pd.Timestamp(last).date()]
                assert {f"{ends['first'].min():%Y-%m-%d %H:%M}", f"{ends['last'].max():%Y-%m-%d %H:%M}"} == {
                    first,
                    last,
                }
                assert 30 * len(ends) == number(count)
                middle = float(ends[column].median())
                assert (
                    f"{np.exp(middle) if column == 'spread' else 2**middle - 1:,.{2 if column == 'spread' else 1}f}"
                    == hit[4]
                )
                seen += 1
    assert seen


def _windows(rows: pd.DataFrame) -> pd.DataFrame:
    """Whole windows of thirty first openings of an account that works at one place."""
    once = rows.sort_values(["time", "line"]).drop_duplicates(["ip", "day", "subject"]).copy()
    assert once["ip"].nunique() == 1
    passed = once["time"].dt.floor("s").diff().dt.total_seconds()
    once["spread"] = np.log(passed.where(passed <= 3600) + 0.5)
    once["step"] = np.log2(once["ordinal"].diff().abs() + 1)
    groups = once.groupby(np.arange(len(once)) // 30)
    told = pd.DataFrame({
        "records": groups.size(), "day": groups["day"].max(), "first": groups["time"].min(), "last": groups["time"].max(),
        "spread": groups["spread"].std(ddof=0), "step": groups["step"].mean(), "pauses": groups["spread"].count(),
    })  # fmt: skip
    return told[(told["records"] == 30) & (told["pauses"] >= 20)]


@pytest.mark.parametrize("margin", [timedelta(days=7)])
def test_unexplained_access(play: Play, margin: timedelta) -> None:
    seen = 0
    for played, finding, text in told(play, "unexplained_access"):
        hit = match(r"From (\S+) to (\S+) account (\S+) opened ([\d,]+) records one by one; for ([\d,]+) of them", text)
        rows, account = access(played.house), finding.accounts[0]
        first, last = date.fromisoformat(hit[1]), date.fromisoformat(hit[2])
        mine = rows[(rows["account"] == account) & (rows["day"] >= first) & (rows["day"] <= last)]
        who = f"E{account[1:]}"
        spans: dict[tuple[str, str], list[tuple[date, date]]] = {}
        for r in played.house.rows["relations"]:
            span = ((r.get("starts") or date.min + margin) - margin, (r.get("ends") or date.max - margin) + margin)
            spans.setdefault((r["employee"], r["subject"]), []).append(span)
        away = {
            (r["employee"], r["starts"] + timedelta(days=i))
            for r in played.house.rows["absences"]
            for i in range((r["ends"] - r["starts"]).days + 1)
        }
        mates = {p.employee for p in played.org.people.values() if p.role == played.org.people[who].role} - {who}
        total = left = 0
        for _key, sitting in _sittings(mine):
            for subject, day in sitting:
                reasons = [who, *(m for m in mates if (m, day) in away)]
                total += 1
                left += not any(a <= day <= b for e in reasons for a, b in spans.get((e, subject), ()))
        assert (total, left) == (number(hit[4]), number(hit[5])), text
        seen += 1
    assert seen


def _sittings(rows: pd.DataFrame) -> Iterator[tuple[int, set[tuple[str, date]]]]:
    """Distinct (record, day) of each sitting: one place, until it rests for an hour."""
    for _place, place in rows.groupby("ip"):
        ordered = place.sort_values(["time", "line"])
        number_of = (ordered["time"].diff() > pd.Timedelta(hours=1)).cumsum()
        for key, sitting in ordered.groupby(number_of):
            yield key, set(zip(sitting["subject"], sitting["day"], strict=True))
