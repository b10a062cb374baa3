"""A small lake for rules, and what rules match in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.detection.lakes import House, moment, opened

from headwater.detection.detectors.sigma_rules import DETECTOR
from headwater.detection.scene import Scene
from headwater.detection.sigma.plan import planned
from headwater.detection.sigma.running import run
from headwater.model.evidence import Finding
from headwater.model.settings import RuleFile, SigmaSettings

DAY = date(2026, 3, 2)
HOSTILE = (
    "'; drop table lake_web; --",
    "a' or 1=1 --",
    'x"y',
    "back\\slash",
    "100%_sure",
    "line\nbreak",
    "${x}",
    "é😀",
    "\\'",
)
"""Values that would be SQL if any of them were put into a text of SQL."""


def house() -> House:
    """Every kind of event once or twice; nobody is on any roster."""
    made = House()
    for i, host in enumerate(HOSTILE):
        made.event("web", moment(DAY, 9, i), account=f"w{i}", ip="10.0.0.1", host=host, path="/up/Load.php", method="POST",
                   status=200 + i, bytes_out=1000 * i, bytes_in=5)  # fmt: skip
    made.event("web", moment(DAY, 23), account=None, ip="10.0.0.2", host=None, path="/x", method="GET", status=None)
    made.event("web", moment(DAY, 23, 5), account="w1", ip="2001:db8::5", host="Example.COM", path="/a/b/c.zip")
    for i, (action, kind) in enumerate(
        [
            ("logon", "interactive"),
            ("failure", "network"),
            ("logon", "explicit"),
            ("lock", "interactive"),
            ("failure", None),
        ]
    ):
        made.event("logons", moment(DAY, 8, i), account=f"l{i}", device="PC-1", ip="10.0.0.9", action=action, kind=kind)
    for i, action in enumerate(["create", "read", "delete", "mount", "execute", "print"]):
        made.event("files", moment(DAY, 10, i), account=f"f{i}", device="PC-2", path=f"C:\\Temp\\{action}.ZIP", action=action,
                   digest="ab" * 32)  # fmt: skip
    made.add("statements", fingerprint="s1", kind="export", tables=["crm.clients", "crm.calls"],
             sample="SELECT * FROM crm.clients WHERE id > ?", understood=True)  # fmt: skip
    made.event("access", moment(DAY, 11), account="d0", ip="10.0.0.4", action="sql", statement="s1", rows=900)
    made.event("access", moment(DAY, 12), account="d1", ip="10.0.0.4", action="lookup", rows=1)
    made.event("flows", moment(DAY, 13), account="n0", src="10.1.2.3", dst="198.51.100.7", dst_port=22, protocol="tcp")
    return made


def rule(logsource: str, detection: str, condition: str = "s") -> str:
    return f"title: T\nname: t\nlogsource: {{{logsource}}}\ndetection:\n  condition: {condition}\n{detection}\n"


def accounts(scene: Scene, text: str) -> set[str | None]:
    """Whose events one rule matches."""
    made = planned((RuleFile("r.yml", text),))
    assert made.aside == ()
    return {a if isinstance(a, str) else None for found in run(scene.engine, made, 100) for a in found.days["account"]}


def findings(scene: Scene, text: str) -> list[Finding]:
    """What the detector says of a text of rules."""
    named = SigmaSettings(files=(RuleFile("rules/r.yml", text),))
    return list(DETECTOR.find(replace(scene, settings=replace(scene.settings, sigma=named))))


@contextmanager
def scene_of(made: House, root: Path, engine: str = "duckdb") -> Iterator[Scene]:
    """A scene over a house."""
    with opened(made, root, engine) as scene:
        yield scene
