"""The whole answer as ``result.json`` has it, in one language. Order and bytes depend on the input alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from headwater import __version__
from headwater.casework.answer import answer
from headwater.casework.fairness import explained, standing
from headwater.casework.holdings import Holding, person_of
from headwater.casework.market_weighing import market_tallies
from headwater.casework.network_part import NetworkPart
from headwater.casework.prevention.replay import NO_CASE, Prevention
from headwater.casework.prevention.telling import PreventionPart
from headwater.casework.reports.why import code_of
from headwater.casework.weighing import tallies
from headwater.law.rules import for_jurisdiction
from headwater.model.attribution import Attribution, Leak, Suspect, Taker
from headwater.model.evidence import Citation, Finding, PersonOdds, Statement
from headwater.model.exhibit import NotRead
from headwater.model.incident import Incident
from headwater.model.network import Market
from headwater.model.organisation import Organisation
from headwater.model.settings import Settings
from headwater.model.words import Lang, Text

SCHEMA = "headwater/result/1"
NO_MARKET = Market()


class ResultMaker:
    """Puts what was found into the form of the contract, in one language and the case's time zone."""

    def __init__(self, name: str, settings: Settings, org: Organisation, manifest_digest: str, lang: Lang) -> None:
        self._name, self._settings, self._org = name, settings, org
        self._digest, self._lang = manifest_digest, lang
        self._zone = ZoneInfo(settings.timezone)

    def make(
        self,
        read: Mapping[str, Any],
        findings: Sequence[Finding],
        incidents: Sequence[Incident],
        attribution: Attribution,
        held: Sequence[Holding],
        limits: Iterable[Text],
        market: Market = NO_MARKET,
        beside: Sequence[Mapping[str, Any]] = (),
        prevented: Prevention = NO_CASE,
    ) -> dict[str, Any]:
        """The result; ``beside`` has what else is told of each incident."""
        ids = {id(f): f"{f.detector}:{f.key}" for f in findings}
        persons = {h.holder if h.role == "leak" else f"seized/{h.holder}": h.persons for h in held}
        preventing = PreventionPart(self._lang, self._zone)
        best = preventing.of_incidents(prevented)
        return {
            "schema": SCHEMA,
            "case": self._case(),
            "answer": self.answer(incidents, attribution, held, market, beside),
            "read": dict(read),
            "findings": [self._finding(f, ids[id(f)]) for f in findings],
            "incidents": [
                self._incident(i, ids) | dict(beside[n] if beside else {}) | best.get(i.rank, {})
                for n, i in enumerate(incidents)
            ],
            "attribution": [self.leak(leak, persons) for leak in attribution.leaks],
            "complaints": self._complaints(attribution),
            "holdings": [self.holding(h) for h in held],
            "network": self._network(market),
            "tally": tallies(
                self._settings.jurisdiction, held, incidents, self._org, self._lang, market, attribution.leaks
            ),
            "prevention": preventing.make(prevented),
            "limits": [self._say(t) for t in limits],
        }

    def answer(
        self,
        incidents: Sequence[Incident],
        attribution: Attribution,
        held: Sequence[Holding],
        market: Market = NO_MARKET,
        beside: Sequence[Mapping[str, Any]] = (),
        settled: Collection[int] = (),
        disputed: Collection[int] = (),
    ) -> list[str]:
        """The answer in a few sentences, without the incidents that people ``settled`` (ranks).

        Nothing is to be done at once about those that they dispute, or of which an innocent explanation stands.
        """
        left = [i for i in incidents if i.rank not in settled]
        tested = [(i.rank, each) for i, each in zip(incidents, beside, strict=False) if i.rank not in settled]
        open_ = {*disputed, *(rank for rank, each in tested if explained(each))}
        told = answer(left, attribution, held, self._org, market, len(incidents) - len(left), open_)
        return [*map(self._say, told), *standing(tested, self._lang)]

    def _network(self, market: Market) -> dict[str, Any]:
        graded = market_tallies(self._settings.jurisdiction, market, self._lang)
        return NetworkPart(self._lang, self._zone).make(market) | {"tally": graded}

    def _say(self, text: Text) -> str:
        return text.said(self._lang)

    def _time(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).isoformat()

    def _case(self) -> dict[str, Any]:
        rules = for_jurisdiction(self._settings.jurisdiction)
        sets = [{"id": rules.id, "version": rules.version, "digest": rules.digest}] if rules else []
        return {
            "name": self._name,
            "organisation": self._settings.organisation,
            "jurisdiction": self._settings.jurisdiction,
            "timezone": self._settings.timezone,
            "program": f"headwater {__version__}",
            "rule_sets": sets,
            "manifest": self._digest,
        }

    def _statements(self, statements: Iterable[Statement]) -> list[dict[str, Any]]:
        return [{"text": self._say(s.text), "bits": s.bits, "evidence": _lines(s.evidence)} for s in statements]

    def _pieces(self, taker: Taker) -> list[dict[str, Any]]:
        """A taker's statements, each with its kind and the probability that remains without it."""
        without = taker.without or (None,) * len(taker.statements)
        told = zip(self._statements(taker.statements), taker.statements, without, strict=True)
        return [said | {"kind": s.kind, "without": rest} for said, s, rest in told]

    def _finding(self, finding: Finding, name: str) -> dict[str, Any]:
        return {
            "id": name,
            "detector": finding.detector,
            "title": self._say(finding.title),
            "severity": finding.severity,
            "fact": finding.fact,
            "accounts": list(finding.accounts),
            "employees": [p.employee for p in finding.people if p.probability > 0.5 and p.employee != "?"],
            "devices": list(finding.devices),
            "from": self._time(finding.starts),
            "to": self._time(finding.ends),
            "subjects": finding.subjects,
            "bits": finding.bits,
            "p_value": finding.p_value,
            "statements": self._statements(finding.statements),
            "evidence": _lines(finding.evidence),
            "clears": [self._say(t) for t in finding.clears],
            "techniques": list(finding.techniques),
        }

    def _person(self, odds: PersonOdds) -> dict[str, Any]:
        person = self._org.people.get(odds.employee)
        return {
            "employee": odds.employee,
            "name": person.name if person else None,
            "department": person.department if person else None,
            "probability": odds.probability,
            "bits": odds.bits,
            "statements": self._statements(odds.statements),
        }

    def _incident(self, incident: Incident, ids: Mapping[int, str]) -> dict[str, Any]:
        return {
            "rank": incident.rank,
            "title": self._say(incident.title),
            "accounts": list(incident.accounts),
            "employees": list(incident.employees),
            "people": [self._person(p) for p in incident.people],
            "devices": list(incident.devices),
            "findings": [ids[id(f)] for f in incident.findings],
            "bits": incident.bits,
            "prior": incident.statements[0].bits,
            "from": self._time(incident.starts),
            "to": self._time(incident.ends),
            "subjects": incident.subjects,
            "statements": self._statements(incident.statements[1:]),
            "story": [self._say(t) for t in incident.story],
            "timeline": [
                {"time": self._time(m.time), "lane": m.lane, "text": self._say(m.text), "count": m.count}
                for m in incident.timeline
            ],
            "clears": [self._say(t) for t in incident.clears],
            "against": [self._say(t) for t in incident.against],
            "channel": [{"host": h, "bytes": b, "posts": p} for h, b, p in incident.channel],
            "departed": [self._departed(a) for a in incident.accounts if self._departed(a)],
        }

    def _departed(self, account: str) -> str:
        owner = self._org.owner(account)
        if not owner or not owner.left:
            return ""
        text = Text(
            f"{owner.employee} ({owner.name}), owner of {account}, left on {owner.left}.",
            f"账号 {account} 的所有人 {owner.employee}（{owner.name}）于 {owner.left} 离职。",
        )
        return self._say(text)

    def leak(self, leak: Leak, persons: Mapping[str, int]) -> dict[str, Any]:
        """One leak; ``persons``: how many stand in each leak, where that is known better."""
        return {
            "leak": leak.leak,
            "dataset": leak.dataset,
            "rows": leak.rows,
            "persons": persons.get(leak.leak, leak.persons),  # once each, in whatever sheets and files of it they stand
            "ours": leak.ours,
            "perhaps": leak.perhaps,
            "not_ours": leak.not_ours,
            "takers": [self._taker(t) for t in leak.takers],
            "unexplained": leak.unexplained,
            "dated": {
                "not_before": leak.not_before.isoformat() if leak.not_before else None,
                "not_after": leak.not_after.isoformat() if leak.not_after else None,
            },
            "note": " ".join(self._say(n) for n in leak.notes) or None,
        }

    def _taker(self, taker: Taker) -> dict[str, Any]:
        named = [p.employee for p in taker.people if p.probability > 0.5 and p.employee != "?"]
        return {
            "account": taker.account,
            "employee": named[0] if named else None,
            "employees": named,
            "people": [self._person(p) for p in taker.people],
            "devices": list(taker.devices),
            "from": taker.starts.isoformat() if taker.starts else None,
            "to": taker.ends.isoformat() if taker.ends else None,
            "rows_explained": taker.rows_explained,
            "share": taker.share,
            "probability": taker.probability,
            "bits": taker.bits,
            "statements": self._pieces(taker),
            "alike": list(taker.alike),
        }

    def _complaints(self, attribution: Attribution) -> dict[str, Any]:
        found = attribution.complaints
        return {
            "received": found.received,
            "ours": found.ours,
            "persons": found.persons,
            "verdict": found.verdict,
            "p_value": found.p_value,
            "p_always": found.p_always,
            "by_chance": found.by_chance,
            "chance_low": found.chance_low,
            "chance_high": found.chance_high,
            "common": [self._suspect(s) for s in found.common],
            "statements": self._statements(found.statements),
        }

    def _suspect(self, suspect: Suspect) -> dict[str, Any]:
        return {
            "account": suspect.account,
            "employees": [p.employee for p in suspect.people if p.probability > 0.5 and p.employee != "?"],
            "complaints": suspect.complaints,
            "expected": suspect.expected,
            "p_value": suspect.p_value,
            "from": suspect.starts.isoformat() if suspect.starts else None,
            "to": suspect.ends.isoformat() if suspect.ends else None,
            "share": suspect.share,
            "share_low": suspect.share_low,
            "share_high": suspect.share_high,
            "silent": suspect.silent,
            "to_come": suspect.to_come,
            "delay": suspect.delay,
            "probability": suspect.probability,
            "bits": suspect.bits,
            "statements": self._statements(suspect.statements),
            "alike": list(suspect.alike),
        }

    def holding(self, holding: Holding) -> dict[str, Any]:
        """What one holder has, or one leaked file."""
        return {
            "holder": holding.holder,
            "role": holding.role,
            "employee": person_of(holding.holder, self._org),
            "files": [{"path": p, "rows": n, "persons": k} for p, n, k in holding.files],
            "rows": holding.rows,
            "persons": holding.persons,
            "items": dict(holding.categories),
            "datasets": [d for d, _n in holding.overlap],
            "overlap": dict(holding.overlap),
        }


def _lines(citations: Iterable[Citation]) -> list[dict[str, Any]]:
    return [{"source": c.source, "line": c.line} for c in citations]


def not_read(items: Iterable[NotRead]) -> list[dict[str, Any]]:
    """Files that nobody could read, as the contract has them."""
    return [{"path": n.path, "reason": n.reason, "code": code_of(n.reason), "first_line": n.first_line} for n in items]
