"""One investigation: the case folder, its workspace, and the stages in order.

Every stage may be called by itself on a workspace that has what it needs; what is done is not done again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from headwater.attribution.attribute import attribute
from headwater.attribution.calibration.curve import Calibration
from headwater.attribution.planted import registries
from headwater.casework.duties.part import duties_part
from headwater.casework.fairness import beside
from headwater.casework.holdings import holdings, together
from headwater.casework.incidents import incidents
from headwater.casework.judging.results import with_verdicts
from headwater.casework.judging.watched import said_of
from headwater.casework.limits import limits
from headwater.casework.prevention.control import Control
from headwater.casework.prevention.replay import NO_CASE, Prevention, prevention
from headwater.casework.prevention.telling import PreventionPart
from headwater.casework.result import ResultMaker, not_read
from headwater.detection.detector import Detected, detect
from headwater.detection.scene import Scene
from headwater.detection.sigma.plan import plan
from headwater.exhibits.folder import CaseFolder, open_case
from headwater.ingestion.ingest import ALL_TABLES, Progress, ingest
from headwater.ingestion.traffic.stage import attachments, ingest_traffic
from headwater.investigation.calibrating import calibrate, keep, kept
from headwater.investigation.surveys.apart import apart
from headwater.model.attribution import Attribution
from headwater.model.incident import Incident
from headwater.model.network import Market
from headwater.model.words import Lang
from headwater.network.market import market
from headwater.network.verdicts import standing
from headwater.scanning.housed import House
from headwater.scanning.stage import scan_case
from headwater.store.engine import open_engine
from headwater.store.manifest import Input, Manifest
from headwater.store.places import unsigned
from headwater.store.workspace import Workspace, open_workspace

SHOWN_REJECTED = 1000
"""So many rejected lines are named one by one; all are counted."""


@dataclass(frozen=True, slots=True)
class Options:
    """How an investigation runs."""

    engine: str = "duckdb"
    memory: int | None = None
    """Bytes that the engine may hold; half of the machine's memory when not given."""
    threads: int | None = None
    casebook: str | None = None
    """Address of the casebook; ``HEADWATER_CASEBOOK`` or the workspace's own when not given."""
    called: str = ""
    """What the casebook calls the case; by its folder when not given."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the investigation found, before it is put into words of one language."""

    scene: Scene = field(repr=False)
    detected: Detected = field(repr=False)
    attribution: Attribution = field(repr=False)
    incidents: tuple[Incident, ...] = field(repr=False)
    market: Market = field(default=Market(), repr=False)
    prevented: Prevention = field(default=NO_CASE, repr=False)


@dataclass(frozen=True, slots=True)
class Investigation:
    """A case folder with its open workspace."""

    case: CaseFolder
    workspace: Workspace
    options: Options = Options()

    def ingest(self, progress: Progress | None = None) -> None:
        """Read tables and logs, chats, bills and address books into the lake."""
        with self.workspace.manifest.changing():
            ingest(self.case, self.workspace, progress)
            ingest_traffic(self.case, self.workspace, progress)

    def scan(self, progress: Progress | None = None, today: date | None = None) -> None:
        """Scan seized and leaked files, and what was sent in chats, into the lake; ``today`` is the day on which the allow-list is read."""
        sent = {e.path for e in attachments(self.case, self.workspace)}
        with self.workspace.manifest.changing():
            scan_case(self.case, self.workspace, progress, apart, today, sent)

    @contextmanager
    def scene(self) -> Iterator[Scene]:
        """The lake as detectors see it, through the chosen engine."""
        options = self.options
        with open_engine(options.engine, self.workspace, options.memory, options.threads) as engine:
            yield Scene(engine, self.workspace.lake, self.case.settings)

    def detect(self, scene: Scene) -> Detected:
        """Run the detectors."""
        return detect(scene)

    def attribute(self, scene: Scene) -> Attribution:
        """Explain leaks, holdings and complaints; what was calibrated on these histories bounds the probabilities.

        Decoys and marks of the workspace's registries are looked for in every leaked and seized file.
        """
        calibrated = kept(self.workspace.root)
        return attribute(scene, calibrated=calibrated, registries=registries(self.workspace, self.case.exhibits))

    def network(self, scene: Scene) -> Market:
        """Rebuild the market from chats, bills and address books, by what people said of who is who."""
        return market(scene, standing(self.workspace))

    def calibrate(
        self, scene: Scene, leaks: int, seed: int, say: Callable[[], None] = lambda: None
    ) -> list[Calibration]:
        """Plant leaks over the histories of every data set, and keep what they say beside the lake."""
        found = calibrate(scene, leaks, seed, say)
        keep(self.workspace.root, found)
        return found

    def result(self, found: Findings, lang: Lang = "en") -> dict[str, Any]:
        """The whole answer as ``result.json`` has it, in English or Chinese."""
        scene, manifest = found.scene, self.workspace.manifest
        maker = ResultMaker(
            self.name,
            self.case.settings,
            scene.org,
            self._digest(),
            lang,
        )
        told = limits(scene, found.detected, found.incidents, manifest.counts(), len(manifest.not_read()))
        declared = House(self.case.settings.recognisers).categories
        held = holdings(scene.engine, declared) if scene.has("documents") else ()
        more = beside(scene, found.incidents, found.attribution, lang)
        made = maker.make(
            self.read(),
            found.detected.findings,
            found.incidents,
            found.attribution,
            held,
            told,
            found.market,
            more,
            found.prevented,
        )
        judged = with_verdicts(
            made,
            said_of(self.workspace.root, self.name, self.options.casebook),
            lang,
            lambda settled, disputed: maker.answer(
                found.incidents, found.attribution, held, found.market, more, settled, disputed
            ),
        )
        records = together(scene.engine) if held else {}
        return judged | {"duties": duties_part(judged, lang, records)}

    @property
    def name(self) -> str:
        """The case's name: that of its folder, unless it is called otherwise."""
        if self.options.called:
            return self.options.called
        return self.case.root.parent.name if self.case.root.name == "case" else self.case.root.name

    def _digest(self) -> str:
        return digest_of(self._inputs())

    def _inputs(self) -> list[Input]:
        return read_of(self.workspace.manifest)

    def read(self) -> dict[str, Any]:
        """What was read, what was not and why, and which lines were set aside."""
        manifest = self.workspace.manifest
        inputs, unread = self._inputs(), manifest.not_read()
        aside = [*manifest.rejected(), *plan(self.case.settings.sigma).aside]
        files = [
            {
                "path": i.path,
                "format": i.reader,
                "bytes": i.size,
                "sha256": i.sha256,
                "rows": i.rows,
                "rejected": i.rejected,
            }
            for i in sorted(inputs, key=lambda i: i.path)
            if i.reader
        ]
        return {
            "files": files,
            "not_read": not_read(unread),
            "rejected": [{"source": r.source, "line": r.line, "reason": r.reason} for r in aside[:SHOWN_REJECTED]],
            "totals": {
                "files": len(files),
                "rows": sum(f["rows"] for f in files),
                "rejected": len(aside),
                "not_read": len(unread),
            },
        }

    def conclude(
        self, scene: Scene, detected: Detected, attribution: Attribution, rebuilt: Market | None = None
    ) -> Findings:
        """Join findings into incidents, beside the market that was rebuilt."""
        joined = incidents(detected.findings, attribution, scene.org)
        return Findings(scene, detected, attribution, joined, rebuilt or Market())

    def prevent(self, found: Findings, controls: Sequence[Control] | None = None) -> Findings:
        """Replay what was found with controls in place: all of them, or those given with other parameters."""
        prevented = prevention(found.scene, found.incidents, found.attribution, controls)
        return replace(found, prevented=prevented)

    def prevention_part(self, found: Findings, lang: Lang = "en") -> list[dict[str, Any]]:
        """What would have stopped each case, as ``result.json`` has it: for asking again with other parameters."""
        return PreventionPart(lang, found.scene.zone).make(found.prevented)


def read_of(manifest: Manifest) -> list[Input]:
    """Every file that was read into a lake."""
    return [i for i in manifest.inputs() if i.path != ALL_TABLES]


def digest_of(inputs: Iterable[Input]) -> str:
    """A digest of every file that was read: path as it is cited, and SHA-256; the workspace's key is not in it."""
    lines = sorted(f"{unsigned(i.path)}\0{i.sha256}" for i in inputs)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@contextmanager
def open_investigation(case: Path, workspace: Path, options: Options | None = None) -> Iterator[Investigation]:
    """Open a case folder with a workspace (made when it is not there)."""
    folder = open_case(case)
    with open_workspace(workspace) as opened:
        yield Investigation(folder, opened, options or Options())
