"""What rules match: every kind of field and value, and values that try to be SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.detection.sigma.rule_lakes import HOSTILE, accounts, house, rule, scene_of

from headwater.detection.scene import Scene

ALL_WEB = {*(f"w{i}" for i in range(len(HOSTILE))), None}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with scene_of(house(), tmp_path_factory.mktemp("rules") / "w") as opened:
        yield opened


WEB = [
    ("cs-host: example.com", {"w1"}),
    ("cs-host|cased: example.com", set()),
    ("cs-host|cased: Example.COM", {"w1"}),
    ("cs-host: 'exam*com'", {"w1"}),
    ("cs-host: '?xample*'", {"w1"}),
    ("cs-host: '*'", ALL_WEB - {None}),
    ("cs-host|endswith: .com", {"w1"}),
    ("cs-host|re: '^Ex.*COM$'", {"w1"}),
    ("cs-host|re: '^ex.*com$'", set()),
    ("cs-host|re|i: '^ex.*com$'", {"w1"}),
    ("cs-host|re: '^(a+)+$'", set()),
    ("cs-host: null", {None}),
    ("cs-host|exists: false", {None}),
    ("cs-host|exists: true", ALL_WEB - {None}),
    ("cs-host|contains|all: ['drop', '--']", {"w0"}),
    ("c-uri|endswith: .com/a/b/c.zip", {"w1"}),
    ("sc-status: 203", {"w3"}),
    ("sc-status: '20*'", ALL_WEB - {None}),
    ("sc-status|neq: 203", ALL_WEB - {"w3"}),
    ("cs-bytes|gt: 6999", {"w7", "w8"}),
    ("cs-bytes|lte: 1000", {"w0", "w1"}),
    ("cs-bytes|gte: 3000\n    cs-bytes|lt: 5000", {"w3", "w4"}),
    ("c-ip|cidr: 10.0.0.0/31", ALL_WEB - {None}),
    ("c-ip|cidr: 2001:db8::/32", {"w1"}),
    ("cs-host|fieldref: c-uri-stem", set()),
    ("time|hour: 23", {None, "w1"}),
    ("time|day: 2\n    time|month: 3\n    time|year: 2026\n    time|week: 10\n    time|minute: 0", ALL_WEB),
    ("hour|gte: 22", {None, "w1"}),
    ("day: '2026-03-0*'", ALL_WEB),
    ("cs-host|base64: nothing", set()),
    ("C-IP: 10.0.0.2", {None}),
]


@pytest.mark.parametrize(("detection", "expected"), WEB)
def test_fields_of_a_proxy(scene: Scene, detection: str, expected: set[str | None]) -> None:
    assert accounts(scene, rule("category: proxy", f"  s:\n    {detection}")) == expected


@pytest.mark.parametrize(
    ("source", "detection", "expected"),
    [
        ("category: authentication", "action: failure", {"l1", "l4"}),
        ("product: windows, service: security", "EventID: 4624", {"l0"}),
        ("product: windows, service: security", "EventID: [4625, 4800]", {"l1", "l3", "l4"}),
        ("product: windows, service: security", "EventID: 4648", {"l2"}),
        ("product: windows, service: security", "EventID: 4625\n    LogonType: 3", {"l1"}),
        ("product: windows, service: security", "EventID: 4663\n    ObjectName|endswith: .zip", {"f1", "f2"}),
        ("product: windows, service: sysmon", "EventID: 11", {"f0"}),
        ("product: windows, service: sysmon", "EventID: 3\n    DestinationPort: 22", {"n0"}),
        ("category: file_event, product: windows", r"TargetFilename: 'c:\temp\\*.zip'", {"f0"}),
        ("category: file_delete", f"Hashes|contains: SHA256={'AB' * 32}", {"f2"}),
        ("category: process_creation", "Image|endswith: '\\execute.zip'", {"f4"}),
        ("category: firewall", "dst_ip: 198.51.100.7", {"n0"}),
        ("category: database", "object_name|contains: crm.calls", {"d0"}),
        ("category: database", "query|startswith: 'select \\*'\n    rows|gt: 100", {"d0"}),
        ("category: webserver", "action: lookup", {"d1"}),
        ("product: headwater, service: access", "rows|gte: 1", {"d0", "d1"}),
    ],
)
def test_log_sources(scene: Scene, source: str, detection: str, expected: set[str]) -> None:
    assert accounts(scene, rule(source, f"  s:\n    {detection}")) == expected


def test_keywords_search_the_statement(scene: Scene) -> None:
    assert accounts(scene, rule("category: database", "  s: ['FROM crm.clients', nothing]")) == {"d0"}
    assert accounts(scene, rule("category: database", "  s: ['%', '_']")) == set()


def test_negation_holds_where_a_field_is_empty(scene: Scene) -> None:
    told = rule("category: proxy", "  s:\n    cs-host: example.com\n  t:\n    hour|gte: 22", "t and not s")
    assert accounts(scene, told) == {None}


def test_lists_of_maps_and_selectors(scene: Scene) -> None:
    detection = "  a_1:\n    - cs-host: example.com\n    - sc-status: 203\n  a_2:\n    cs-bytes|gt: 7500"
    assert accounts(scene, rule("category: proxy", detection, "1 of a_*")) == {"w1", "w3", "w8"}
    assert accounts(scene, rule("category: proxy", detection, "all of them")) == set()


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("modifier", ["", "|contains", "|startswith", "|endswith", "|cased"])
def test_values_are_values_and_never_sql(scene: Scene, value: str, modifier: str) -> None:
    quoted = json.dumps(value.replace("\\", "\\\\"), ensure_ascii=False)
    found = accounts(scene, rule("category: proxy", f"  s:\n    cs-host{modifier}: {quoted}"))
    assert found == {f"w{i}" for i, host in enumerate(HOSTILE) if _like(host, value, modifier)}


def _like(host: str, value: str, modifier: str) -> bool:
    if modifier in ("", "|cased"):
        return host == value
    return {"|contains": value in host, "|startswith": host.startswith(value), "|endswith": host.endswith(value)}[
        modifier
    ]


@pytest.mark.parametrize("pattern", ["a' OR 1=1 --", "'; drop table lake_web; --", "\\\\'", 'x"y', "$"])
def test_patterns_are_patterns_and_never_sql(scene: Scene, pattern: str) -> None:
    import re

    found = accounts(scene, rule("category: proxy", f"  s:\n    cs-host|re: {json.dumps(pattern)}"))
    expected = {f"w{i}" for i, host in enumerate(HOSTILE) if re.search(pattern, host)}
    assert found - ({"w1"} if pattern == "$" else set()) == expected - ({"w1"} if pattern == "$" else set())


def test_fields_are_names_of_a_table_and_never_sql() -> None:
    from headwater.detection.sigma.plan import planned
    from headwater.model.settings import RuleFile

    for field in ("host; drop table lake_web", "host) or (1=1", 'host" or "1'):
        made = planned((RuleFile("r.yml", rule("category: proxy", f"  s:\n    {json.dumps(field)}: x")),))
        assert "is not kept" in made.aside[0].reason


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.text(st.sampled_from("ax'\"%_*?\\-;é\n"), max_size=6))
def test_any_wildcards_are_understood_as_written(scene: Scene, text: str) -> None:
    """Held against the standard library's own wildcards, over the hosts of the lake."""
    found = accounts(scene, rule("category: proxy", f"  s:\n    cs-host: {json.dumps(text)}"))
    hosts = {f"w{i}": host for i, host in enumerate(HOSTILE)}
    expected = {a for a, host in hosts.items() if fnmatchcase(host.lower(), _as_glob(text))}
    if fnmatchcase("example.com", _as_glob(text)):
        expected.add("w1")
    assert found == expected


def _as_glob(text: str) -> str:
    """Sigma's way of writing wildcards, in that of fnmatch: a backslash frees a star, a question mark or itself."""
    made, i = [], 0
    while i < len(text):
        freed = text[i] == "\\" and i + 1 < len(text) and text[i + 1] in "*?\\"
        char = text[i + 1] if freed else text[i]
        made.append(
            f"[{char}]" if freed and char in "*?" else char if freed or char in "*?" else char.replace("[", "[[]")
        )
        i += 2 if freed else 1
    return "".join(made).lower()
