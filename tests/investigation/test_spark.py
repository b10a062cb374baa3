"""Both engines give the same answer from the same files."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
import pytest
from tests.made_cases import Answered
from tests.processes import KEY, QUICK_JAVA

from headwater.attribution.attribute import attribute
from headwater.casework.reports.json import dumps
from headwater.detection.detector import Detected, detect
from headwater.detection.scene import Scene
from headwater.investigation.case import Findings, Investigation, Options, open_investigation
from headwater.model.attribution import Attribution
from headwater.model.evidence import Finding, PersonOdds, Statement
from headwater.model.tables import SCHEMAS
from headwater.store.keys import ENVIRONMENT

pytest.importorskip("pyspark")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.spark,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    pytest.mark.filterwarnings("default"),  # of Spark's own Python code
]
EXACT = 1e-9
SMALL = {
    "spark.ui.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.leafNodeDefaultParallelism": "1",
}
"""Tables are so small here that Spark would take longer to make and compile Java of each query than to answer it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one engine made of a workspace."""

    found: Findings
    data: bytes
    tables: dict[str, list[str]]


@contextmanager
def opened(answered: Answered, engine: str) -> Iterator[tuple[Investigation, Scene]]:
    options = Options(engine=engine, memory=2 << 30, threads=2)
    with open_investigation(answered.made.folder, answered.workspace, options) as work, work.scene() as scene:
        yield work, scene


def answer(answered: Answered, engine: str) -> Answer:
    with opened(answered, engine) as (work, scene):
        found = work.prevent(work.conclude(scene, detect(scene), attribute(scene)))
        tables = {name: _rows(scene.engine.arrow(scene.engine.table(name))) for name in ("access", "returned", "mail")}
        return Answer(found, dumps(work.result(found)), tables)


def _rows(table: pa.Table) -> list[str]:
    return sorted(map(str, table.to_pylist()))


@pytest.fixture(scope="module")
def answers(plain_answered: Answered, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Answer, Answer]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT, KEY)
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("JDK_JAVA_OPTIONS", QUICK_JAVA)
        folder = tmp_path_factory.mktemp("spark")
        (folder / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in SMALL.items()))
        patch.setenv("SPARK_CONF_DIR", str(folder))
        patch.chdir(folder)  # Spark may leave a warehouse where it is started
        yield answer(plain_answered, "duckdb"), answer(plain_answered, "spark")


def test_rows_are_equal(answers: tuple[Answer, Answer]) -> None:
    duck, spark = answers
    assert duck.tables == spark.tables
    assert len(duck.tables["access"]) > 1000


def test_no_detector_fails_or_is_blind_on_one_engine_only(answers: tuple[Answer, Answer]) -> None:
    for found in (a.found.detected for a in answers):
        assert found.broken == ()
        assert found.blind == ()


def test_findings_are_equal(answers: tuple[Answer, Answer]) -> None:
    duck, spark = (found(a.found.detected) for a in answers)
    assert duck
    assert duck == spark


def test_evidence_is_equal_to_the_last_bit_that_counts(answers: tuple[Answer, Answer]) -> None:
    for one, other in zip(*(a.found.detected.findings for a in answers), strict=True):
        assert bits(one) == pytest.approx(bits(other), abs=EXACT), f"{one.detector}:{one.key}"
        assert one.p_value == (None if other.p_value is None else pytest.approx(other.p_value, rel=EXACT))


def test_attribution_is_equal(answers: tuple[Answer, Answer]) -> None:
    duck, spark = (laid(a.found.attribution) for a in answers)
    assert duck
    assert duck == spark


def test_incidents_and_the_result_are_equal(answers: tuple[Answer, Answer]) -> None:
    duck, spark = answers
    assert duck.data == spark.data


def test_the_result_is_the_one_that_the_command_line_wrote(
    answers: tuple[Answer, Answer], plain_answered: Answered
) -> None:
    assert answers[1].data == plain_answered.data


def test_empty_tables_have_the_columns_of_their_schema(plain_answered: Answered) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT, KEY)
        with opened(plain_answered, "duckdb") as (_, scene):
            assert scene.engine.arrow(scene.engine.table("mail")).column_names == SCHEMAS["mail"].names


def said(statements: tuple[Statement, ...]) -> list[tuple[object, ...]]:
    return [(s.text.en, s.text.zh, s.evidence) for s in statements]


def who(people: tuple[PersonOdds, ...]) -> list[tuple[object, ...]]:
    return [(p.employee, round(p.probability, 9), round(p.bits, 9), said(p.statements)) for p in people]


def bits(finding: Finding) -> list[float]:
    return [finding.bits, *(s.bits for s in finding.statements)]


def found(detected: Detected) -> list[tuple[object, ...]]:
    """Everything of each finding but its weights."""
    return [
        (
            *(f.detector, f.key, f.title, f.severity, f.accounts, f.devices, f.starts, f.ends, f.subjects, f.fact),
            *(said(f.statements), who(f.people), f.clears, f.moments, f.techniques),
        )
        for f in detected.findings
    ]


def laid(attribution: Attribution) -> list[tuple[object, ...]]:
    """Who took which leak, and what complaints have in common."""
    takers = [
        (
            leak.leak,
            t.account,
            who(t.people),
            t.devices,
            t.starts,
            t.ends,
            t.rows_explained,
            round(t.share, 9),
            said(t.statements),
        )
        for leak in attribution.leaks
        for t in leak.takers
    ]
    leaks = [
        (k.leak, k.rows, k.ours, k.not_ours, k.unexplained, k.not_before, k.not_after, k.notes)
        for k in attribution.leaks
    ]
    return [*takers, *leaks, (attribution.complaints,)]
