"""The whole run, stage by stage, in one process: what ``headwater investigate`` does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.cost import forget_peak, peak_mb
from headwater.casework.reports import html
from headwater.casework.reports import json as result_json
from headwater.investigation.case import open_investigation

STAGES = ("tables", "logs", "scan", "detect", "attribute", "report")


class _Stages:
    """Wall and CPU seconds and the highest memory of each stage."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, float]] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        forget_peak()
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "peak_mb": peak_mb()}
        self.told[name] = spent


def investigate(case: str, space: str) -> dict[str, Any]:
    """Run every stage on a case; gives what each cost and how many rows were read."""
    stages = _Stages()
    with open_investigation(Path(case), Path(space) / "workspace") as work:
        _read(work, stages)
        with stages.stage("scan"):
            work.scan()
        with work.scene() as scene:
            with stages.stage("detect"):
                detected = work.detect(scene)
            with stages.stage("attribute"):
                attribution = work.attribute(scene)
            with stages.stage("report"):
                result = work.result(work.prevent(work.conclude(scene, detected, attribution)))
                page, data = html.render(result, "en"), result_json.dumps(result)
                (Path(space) / "report.html").write_text(page, encoding="utf-8")
                (Path(space) / "result.json").write_bytes(data)
        return {"stages": stages.told, "rows": work.read()["totals"]["rows"]}


def _read(work: Any, stages: _Stages) -> None:
    """Tables and logs are one stage of the program: the first word of progress comes when the tables are done."""
    marks: list[tuple[float, float, float]] = []

    def watch(_path: str, _size: int) -> None:
        if not marks:
            marks.append((time.perf_counter(), time.process_time(), peak_mb()))
            forget_peak()

    wall, cpu = time.perf_counter(), time.process_time()
    forget_peak()
    work.ingest(watch)
    half, half_cpu, peak = marks[0]
    stages.told["tables"] = {"wall": half - wall, "cpu": half_cpu - cpu, "peak_mb": peak}
    stages.told["logs"] = {
        "wall": time.perf_counter() - half,
        "cpu": time.process_time() - half_cpu,
        "peak_mb": peak_mb(),
    }
