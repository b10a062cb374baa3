"""The stages of an investigation as jobs run them: with progress, with what people chose, going on behind what is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from headwater.console.jobs.chosen import Chosen, chosen_of, chosen_plain
from headwater.console.jobs.kept import Kept
from headwater.console.jobs.kind import Step, Working
from headwater.console.jobs.parameters import tuned
from headwater.console.staff.making import make_beside
from headwater.detection.detector import Detected, Detector, detect, load
from headwater.detection.scene import Scene
from headwater.exhibits.declared_beside import declared_logs, with_declared
from headwater.investigation.answering import write_answer
from headwater.investigation.calibrating import FILE as CALIBRATION
from headwater.investigation.case import Findings, Investigation, Options, open_investigation
from headwater.model.errors import CaseError, StoreError
from headwater.model.evidence import Finding
from headwater.model.words import Lang, Text
from headwater.network.verdicts import FILE as WHO_IS_WHO
from headwater.planting.canaries.registry import REGISTRY as CANARIES
from headwater.planting.marks.registry import FOLDER as MARKS

READ = Step(Text("Reads tables and logs.", "正在读取表格与日志。"), 4.0)
SCAN = Step(Text("Scans seized and leaked files.", "正在扫描查获与泄露的文件。"), 3.0)
CONCLUDE = (
    Step(Text("Asks the detectors.", "正在运行检测器。"), 6.0),
    Step(Text("Looks for who took what leaked.", "正在归因泄露数据的取走者。"), 3.0),
    Step(Text("Rebuilds the market from chats and bills.", "正在由聊天与账单重建买卖网络。"), 3.0),
    Step(Text("Replays the cases with controls in place.", "正在控制到位的条件下重放各案。"), 1.0),
    Step(Text("Writes the answer and the report.", "正在写出结果与报告。"), 1.0),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open investigation with what was chosen for it."""

    work: Investigation
    chosen: Chosen
    lang: Lang


@contextmanager
def opened(working: Working) -> Iterator[Opened]:
    """The investigation of a job's case, with the logs that were declared in the settings.

    :raises CaseError: where its folder is not known
    """
    job = working.job
    if job.case_folder is None:
        raise CaseError("the folder of this case is not known to the server")
    chosen = chosen_of(job.parameters.get("settings"))
    lang: Lang = "zh" if job.parameters.get("lang") == "zh" else "en"
    with open_investigation(job.case_folder, job.workspace, Options(called=job.name)) as work:
        yield Opened(replace(work, case=with_declared(work.case, chosen.logs)), chosen, lang)


def read(at: Opened, working: Working, step: int = 0) -> None:
    """Read tables, logs, chats and bills into the lake."""
    working.step(step)
    at.work.ingest(_counting(at.work, working, READ.said))


def scan(at: Opened, working: Working, step: int = 0) -> None:
    """Scan files into the lake."""
    working.step(step)
    at.work.scan(_counting(at.work, working, SCAN.said), datetime.now(UTC).date())


def figures(work: Investigation) -> dict[str, Any]:
    """What was read, in numbers."""
    totals: dict[str, Any] = work.read()["totals"]
    return {"totals": totals}


def conclude(at: Opened, working: Working, first: int, anew: Iterable[str] = ()) -> dict[str, Any]:
    """Ask, attribute, rebuild and replay, where that is not known yet, and write the answer.

    ``anew`` names stages that are done again in any case; steps are counted from ``first``.
    """
    stages = _Stages(at, working, first, frozenset(anew))
    with at.work.scene() as scene:
        found = stages.found(scene)
        working.step(first + 4)
        result, data = write_answer(
            working.job.out, at.lang, lambda lang: _noted(at.work.result(found, lang), at.chosen, lang)
        )
        with suppress(StoreError):  # pages say what is lacking, and how to have it made
            make_beside(at.work, scene, result["case"]["manifest"])
    counts = {name: len(result[name]) for name in ("findings", "incidents", "attribution")}
    market = {name: len(result["network"].get(name, ())) for name in ("people", "orders")}
    return {"counts": counts | market, "answer": hashlib.sha256(data).hexdigest(), "again": sorted(stages.again)}


class _Stages:
    """The stages that rest on the lake, each kept under a digest of what it rests on."""

    def __init__(self, at: Opened, working: Working, first: int, anew: frozenset[str]) -> None:
        self._at, self._working, self._first, self._anew = at, working, first, anew
        self._kept = Kept(at.work)
        self.again: set[str] = set()

    def found(self, scene: Scene) -> Findings:
        """Everything that the answer is made of."""
        work, kept = self._at.work, self._kept
        told = chosen_plain(self._at.chosen)["detectors"]
        one = kept.digest(repr(told))
        two = kept.digest(beside=(CALIBRATION, str(CANARIES), str(MARKS)))
        three = kept.digest(beside=(str(WHO_IS_WHO),))
        detected = self._stage(0, "detected", one, lambda: self._detect(scene))
        attribution = self._stage(1, "attribution", two, lambda: work.attribute(scene))
        market = self._stage(2, "market", three, lambda: work.network(scene))
        found = work.conclude(scene, detected, attribution, market)
        prevented = self._stage(3, "prevention", one + two, lambda: work.prevent(found).prevented)
        return replace(found, prevented=prevented)

    def _stage(self, place: int, name: str, digest: str, make: Callable[[], Any]) -> Any:
        self._working.step(self._first + place)
        known = None if name in self._anew else self._kept.load(name, digest)
        if known is None:
            known = make()
            self._kept.save(name, digest, known)
            self.again.add(name)
        return known

    def _detect(self, scene: Scene) -> Detected:
        return detected(scene, self._at.chosen, self._working)


def detected(scene: Scene, chosen: Chosen, working: Working) -> Detected:
    """What the detectors find with the parameters that were chosen; how many were asked is told."""
    loaded = load()
    found = detect(scene, followed(tuned(loaded.detectors, chosen.detectors), working))
    return replace(found, broken=(*loaded.broken, *found.broken))


class _Followed:
    """A detector that says when it is asked."""

    def __init__(self, detector: Detector, said: Callable[[], None]) -> None:
        self._detector, self._said = detector, said

    def __getattr__(self, name: str) -> Any:
        return getattr(self._detector, name)

    def find(self, scene: Scene) -> Iterable[Finding]:
        """What the detector finds."""
        self._said()
        return self._detector.find(scene)


def followed(detectors: Sequence[Detector], working: Working) -> list[Any]:
    """Detectors that tell how many of them were asked."""

    def saying(place: int, detector: Detector) -> Callable[[], None]:
        said = Text(
            f"Asks the detectors: {detector.title.en} ({place + 1} of {len(detectors)}).",
            f"正在运行检测器：{detector.title.zh}（第 {place + 1} 个，共 {len(detectors)} 个）。",
        )
        return lambda: working.tell(place, len(detectors), said)

    return [_Followed(d, saying(place, d)) for place, d in enumerate(detectors)]


def _counting(work: Investigation, working: Working, said: Text) -> Callable[[str, int], None]:
    """Counts bytes of the case. Names of files stay out of it: one may be a client's."""
    total, done = sum(e.size for e in work.case.exhibits), 0

    def watch(_path: str, size: int) -> None:
        nonlocal done
        done += size
        working.tell(min(done, total), total, _of(said, done, total))

    return watch


def _of(said: Text, done: int, total: int) -> Text:
    figures = f"{min(done, total) / 1e6:,.1f} MB", f"{total / 1e6:,.1f} MB"
    return Text(f"{said.en} {figures[0]} of {figures[1]}.", f"{said.zh}已完成 {figures[0]}，共 {figures[1]}。")


def _noted(result: dict[str, Any], chosen: Chosen, lang: Lang) -> dict[str, Any]:
    """The answer with a word on every setting that is not in the case folder: it must be said what a finding rests on."""
    told = [
        Text(
            f"Detector {name} was asked with other parameters than its own: {_values(values)}.",
            f"检测器 {name} 以非默认参数运行：{_values(values)}。",
        )
        for name, values in sorted(chosen.detectors.items())
        if values
    ]
    if chosen.logs.strip():
        count = len(declared_logs(chosen.logs))
        told.append(
            Text(
                f"{count} log(s) were read as declared in the console's settings, not in headwater.toml.",
                f"{count} 种日志按控制台设置中的声明读取，而非 headwater.toml。",
            )
        )
    return result | {"limits": [*(t.said(lang) for t in told), *result["limits"]]} if told else result


def _values(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in sorted(values.items()))
