"""Both engines match the same: texts, patterns, numbers, statements, correlations."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.detection.sigma.rule_lakes import HOSTILE, house, scene_of

from headwater.detection.scene import Scene
from headwater.detection.sigma.plan import planned
from headwater.detection.sigma.running import run
from headwater.model.settings import RuleFile

pytest.importorskip("pyspark")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.spark,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    pytest.mark.filterwarnings("default"),  # of Spark's own Python code
]


def one(name: str, source: str, detection: str) -> str:
    return f"title: T\nname: {name}\nlevel: high\nlogsource: {{{source}}}\ndetection:\n  s:\n    {detection}\n  condition: s\n"


def rules() -> str:
    told = [
        one("re", "category: proxy", "cs-host|re|i: '^ex.*com$'"),
        one("evil", "category: proxy", "cs-host|re: '^(e+)+$'"),
        one("glob", "category: proxy", "cs-host: '?xa*le.c*m'"),
        one("cidr", "category: proxy", "c-ip|cidr: 2001:db8::/32"),
        one("uri", "category: proxy", "c-uri|endswith: /c.zip"),
        one("number", "category: proxy", "sc-status: '20?'"),
        one("time", "category: proxy", "time|hour: 23\n    time|week: 10\n    time|minute: 0"),
        one("keywords", "category: database", "query|contains: crm.clients\n    object_name|contains: crm.calls"),
        one("hash", "category: file_event", f"Hashes|contains: SHA256={'AB' * 32}"),
        one("id", "product: windows, service: security", "EventID: [4624, 4625]"),
        "title: C\nname: c\ncorrelation: {type: value_count, rules: [all], timespan: 1m, group-by: [src_ip], "
        "condition: {gte: 4, field: user}}\nlevel: high\n",
        "title: O\nname: o\ncorrelation: {type: temporal_ordered, rules: [id, all], timespan: 2h}\nlevel: high\n",
        one("all", "category: proxy", "cs-method: post"),
    ]
    for i, value in enumerate(HOSTILE):
        quoted = json.dumps(value.replace("\\", "\\\\"), ensure_ascii=False)
        told += [one(f"v{i}", "category: proxy", f"cs-host|contains: {quoted}")]
    return "---\n".join(told)


def told(scene: Scene) -> dict[str, object]:
    """What each rule matched: how much, whose, when and on which lines."""
    made = planned((RuleFile("r.yml", rules()),))
    assert made.aside == ()
    found = {}
    for each in run(scene.engine, made, 100):
        days = [(r.account, r.device, r.ip, r.day, r.n, r.first, r.last) for r in each.days.itertuples()]
        lines = [(r.time, r.source, r.line) for r in each.lines.itertuples()]
        found[f"{each.rule.head.name} {each.table}"] = (
            each.total,
            each.accounts,
            each.busiest,
            sorted(days, key=str),
            lines,
        )
    return found


def test_both_engines_match_the_same(tmp_path: Path) -> None:
    with scene_of(house(), tmp_path / "duckdb") as scene:
        expected = told(scene)
    names = {name.split()[0] for name in expected}
    assert names == {
        "re",
        "glob",
        "cidr",
        "uri",
        "number",
        "time",
        "keywords",
        "hash",
        "c",
        "o",
        *(f"v{i}" for i in range(9)),
    }
    with scene_of(house(), tmp_path / "spark", "spark") as scene:
        assert told(scene) == expected
