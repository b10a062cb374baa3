"""Findings become incidents: joined, weighed, ranked, and told as a story.

Findings of one family rest on the same readings, so a family counts once, with its strongest member: what was read
(bulk-read, unexplained-access, more records than a right allows), under whose name (after-departure, borrowed-account),
against which rule (beyond-entitlement), what was kept (staged-file), what left (outflow, chain), what else was unlike any
day before (unusual-conduct), and where it turned up (leak). Unusual conduct is told by the files, posts and letters that
are kept and sent: the heavier of the two sides counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from headwater.casework.families import FAMILY, NAMING, TOGETHER, family_of
from headwater.casework.linking import linked
from headwater.casework.parts import parts
from headwater.model.attribution import Attribution, Taker
from headwater.model.evidence import Finding, Moment, PersonOdds, Statement
from headwater.model.incident import Incident
from headwater.model.organisation import Organisation
from headwater.model.words import Text

BASE = 100
"""Before any evidence a member of staff is behind a theft in the span with odds of one to this at most, however small the
house: believed, not measured. In a larger house the odds are one to its staff, since as many stories may be told of it."""
LEAST = 1.0
"""An incident has at least so many bits after the prior: two to one that it is more than chance."""
WORTH, DOUBT = 0.57, 2.25
"""What a bit of a story is worth for the odds that it was a theft, and the doubt in bits beyond the prior: families of findings
are not independent, and the innocent explains more than any of them knows. Logistic regression over the 36 stories with more
evidence than the prior in 16 made worlds (docs/trials.md), which are none of the suites."""
LEAK_CAP = 20.0
"""Bits that a leak's explanation may add to an incident."""
TIMELINE = 400


def incidents(findings: Sequence[Finding], attribution: Attribution, org: Organisation) -> tuple[Incident, ...]:
    """Ranked incidents; those that may as well be chance (fewer bits than LEAST) are left out."""
    made = stories(findings, attribution, org)
    kept = sorted((i for i in made if i.bits >= LEAST), key=lambda i: (-i.bits, i.starts, i.accounts))
    return tuple(replace(incident, rank=n) for n, incident in enumerate(kept, start=1))


def stories(findings: Sequence[Finding], attribution: Attribution, org: Organisation) -> tuple[Incident, ...]:
    """Findings joined and weighed, whatever they weigh, in the order of their first finding."""
    staff = len(org.people) or len({a for f in findings for a in f.accounts})
    return tuple(_incident(group, attribution, org, _prior(staff)) for group in linked(findings))


def _prior(staff: int) -> Statement:
    """The first line of the waterfall."""
    weight = -float(np.log2(max(BASE, staff)))
    if staff >= BASE:
        text = Text(
            f"Before any evidence: one story among {staff} members of staff.",
            f"在任何证据之前：{staff} 名员工中的一件事。",
        )
    else:
        text = Text(
            f"Before any evidence: one story among {BASE} members of staff. This house has {staff}; small houses have no more "
            "thieves a head.",
            f"在任何证据之前：{BASE} 名员工中的一件事。本机构有 {staff} 人；小机构按人计并不更多窃密者。",
        )
    return Statement(text, weight)


def _incident(group: tuple[Finding, ...], attribution: Attribution, org: Organisation, prior: Statement) -> Incident:
    accounts = _accounts(group)
    takers = _takers(accounts, attribution)
    apart = parts(group, lambda part: _weight(part, attribution, prior))
    weighing = apart.heaviest if apart else group
    statements = _statements(group, weighing, takers, prior)
    bits = sum(s.bits for s in statements)
    people = tuple(_doubted(p, apart.of(p.employee) if apart else bits) for p in _people(group))
    ordered = sorted(group, key=lambda f: (f.starts, f.detector, f.key))
    moments = sorted((m for f in ordered for m in f.moments), key=lambda m: (m.time, m.lane, m.text.en))
    return Incident(
        rank=0,
        title=_title(group, people, accounts, org),
        accounts=accounts,
        people=people,
        devices=tuple(sorted({d for f in group for d in f.devices})),
        findings=tuple(ordered),
        statements=statements,
        bits=bits,
        starts=min(f.starts for f in group),
        ends=max(f.ends for f in group),
        subjects=max(f.subjects for f in group),
        story=_story(ordered, takers, org),
        timeline=_thinned(_once(moments)),
        clears=_unique(t for f in group for t in f.clears),
        against=_unique(s.text for f in group for s in f.statements if s.bits < 0),
        channel=_channel(group),
    )


def _takers(accounts: Sequence[str], attribution: Attribution) -> list[tuple[str, Taker]]:
    """Leaks that go back to these accounts."""
    return [(leak.leak, t) for leak in attribution.leaks for t in leak.takers if t.account in accounts]


def _weight(part: Sequence[Finding], attribution: Attribution, prior: Statement) -> float:
    """What some findings weigh as a story of their own."""
    return sum(s.bits for s in _statements(part, part, _takers(_accounts(part), attribution), prior))


def _doubted(person: PersonOdds, bits: float) -> PersonOdds:
    """The odds of a person with the doubt whether anything happened: who sat there matters only if something did."""
    told = WORTH * bits - DOUBT
    return replace(person, probability=person.probability / (1 + 2.0 ** -min(told, 60.0)))


def _accounts(group: Iterable[Finding]) -> tuple[str, ...]:
    """Accounts by the weight of what was found about them."""
    weight: dict[str, float] = defaultdict(float)
    for finding in group:
        for account in finding.accounts:
            weight[account] += max(finding.bits, 0.1) * (1.0 if finding.subjects else 0.01)
    return tuple(sorted(weight, key=lambda a: (-weight[a], a)))


def _people(group: Iterable[Finding]) -> tuple[PersonOdds, ...]:
    """People by how much of what was found they are thought to have done.

    Where a finding says who sat at an account, it says so for that account: a bulk reading that looks like the
    owner's is nobody's but the borrower's.
    """
    best: dict[str, PersonOdds] = {}
    weight: dict[str, float] = defaultdict(float)
    told = {a for f in group if f.detector in NAMING for a in f.accounts}
    for finding in sorted(group, key=lambda f: (f.detector, f.key)):
        if FAMILY.get(finding.detector) in ("reading", "rule") and told & set(finding.accounts):
            continue
        for place, person in enumerate(finding.people):
            known = best.get(person.employee)
            if known is None or person.probability > known.probability:
                best[person.employee] = person
            weight[person.employee] += person.probability * max(finding.bits, 0.1) / (1 + place)
    ranked = sorted(best, key=lambda e: (-weight[e], e))
    return tuple(best[e] for e in ranked)


def _statements(
    group: Sequence[Finding], weighing: Sequence[Finding], takers: Sequence[tuple[str, Taker]], prior: Statement
) -> tuple[Statement, ...]:
    """The waterfall: the prior, then the strongest finding of each family, statement by statement.

    Of findings that are not ``weighing`` it is told only what they found.
    """
    made = [prior]
    families: dict[str, list[Finding]] = defaultdict(list)
    for finding in weighing:
        families[family_of(finding)].append(finding)
    best = {name: max(found, key=lambda f: (f.bits, f.key)) for name, found in families.items()}
    lighter = _lighter({name: finding.bits for name, finding in best.items()})
    order = list(dict.fromkeys(FAMILY.values()))
    for name in sorted(families, key=lambda f: (order.index(f) if f in order else len(order), f)):
        strongest = best[name]
        made += [replace(s, bits=0.0) for s in strongest.statements] if name in lighter else strongest.statements
        made += [replace(f.statements[0], bits=0.0) for f in families[name] if f is not strongest]
    made += [replace(f.statements[0], bits=0.0) for f in group if f not in weighing]
    own = set(_accounts([f for f in weighing if family_of(f) != TOGETHER]))  # what ties several is about all of theirs
    counted = [t for t in takers if t[1].account in own]
    heaviest = max(counted, key=lambda t: (t[1].bits, t[0], t[1].account), default=None)
    for leak, taker in takers:
        text = Text(
            f"{taker.rows_explained:,} rows of {leak} are laid to account {taker.account} (probability {taker.probability:.0%}).",
            f"{leak} 中有 {taker.rows_explained:,} 行归于账号 {taker.account}（概率 {taker.probability:.0%}）。",
        )
        lines = tuple(c for s in taker.statements for c in s.evidence)
        weight = min(LEAK_CAP, max(0.0, taker.bits)) if heaviest == (leak, taker) else 0.0
        made.append(Statement(text, weight, lines))
    return tuple(made)


def _lighter(bits: Mapping[str, float]) -> set[str]:
    """Families that do not count, since heavier ones weigh the same files, posts and letters."""
    told = [{"conduct"} & bits.keys(), {"kept", "sent"} & bits.keys()]
    return min(told, key=lambda names: sum(bits[n] for n in names)) if all(told) else set()


def _title(
    group: Sequence[Finding], people: Sequence[PersonOdds], accounts: tuple[str, ...], org: Organisation
) -> Text:
    named = [_name(org, p.employee) for p in people if p.probability > 0.5 and p.employee != "?"]
    strongest = max(group, key=lambda f: (family_of(f) != TOGETHER, f.bits, f.key))
    if not named:
        outsider = any(p.employee == "?" and p.probability > 0.5 for p in people)
        who, who_zh = (
            ("somebody who is not on the roster", "花名册之外的人员") if outsider else ("nobody named", "无人被指认")
        )
        title = _unnamed(strongest)
        return Text(f"{title.en} — {who}", f"{title.zh}（{who_zh}）")
    names, names_zh = " and ".join(named), "、".join(named)
    owner = org.owner(accounts[0]) if accounts else None
    lent = any(f.detector in NAMING for f in group)
    if lent and accounts and not (owner and any(p.employee == owner.employee and p.probability > 0.5 for p in people)):
        return Text(
            f"{names} read clients' records over account {accounts[0]}, which is not theirs",
            f"{names_zh} 使用不属于自己的账号 {accounts[0]} 读取客户记录",
        )
    title = _unnamed(strongest) if family_of(strongest) == TOGETHER else strongest.title
    return Text(f"{names}: {title.en}", f"{names_zh}：{title.zh}")


def _unnamed(finding: Finding) -> Text:
    """A finding's title, or one that names nobody where the finding's own does."""
    if family_of(finding) == TOGETHER:
        return Text("Several people may have acted together", "可能有多人共同行动")
    if finding.detector not in NAMING or not any(p.employee in finding.title.en for p in finding.people):
        return finding.title
    return Text(
        f"Account {finding.accounts[0]} may have been used by somebody other than its owner",
        f"账号 {finding.accounts[0]} 可能被所有人以外的人使用",
    )


def _name(org: Organisation, employee: str) -> str:
    person = org.people.get(employee)
    return f"{employee} ({person.name})" if person and person.name else employee


def _story(group: Sequence[Finding], takers: Sequence[tuple[str, Taker]], org: Organisation) -> tuple[Text, ...]:
    """One sentence per step, in time order."""
    steps: list[tuple[str, Text]] = []
    for account in sorted({a for f in group for a in f.accounts if f.detector == "after-departure"}):
        owner = org.owner(account)
        if owner and owner.left:
            notice = f", having given notice on {owner.resigned}" if owner.resigned else ""
            notice_zh = f"（{owner.resigned} 提出离职）" if owner.resigned else ""
            text = Text(
                f"{_name(org, owner.employee)}, the owner of account {account}, left the house{notice}. The account stayed open.",
                f"账号 {account} 的所有人 {_name(org, owner.employee)} 离职{notice_zh}，账号未关闭。",
            )
            steps.append((str(owner.left), text))
    for finding in group:
        steps.append((str(finding.starts.date()), finding.statements[0].text))
    story = [Text(f"{day}: {t.en}", f"{day}：{t.zh}") for day, t in sorted(steps, key=lambda s: s[0])]
    return _unique([*story, *(_explained(leak, taker) for leak, taker in takers)])


def _explained(leak: str, taker: Taker) -> Text:
    """Why rows of a leak are laid to an account: what it read, or what was planted alone."""
    account, rows = taker.account, f"{taker.rows_explained:,}"
    kinds = {s.kind for s in taker.statements}
    if "hits" in kinds or not kinds & {"canary", "mark"}:
        return Text(
            f"{leak}: {rows} of its rows come from what account {account} read between {taker.starts} and {taker.ends}.",
            f"{leak}：其中 {rows} 行来自账号 {account} 在 {taker.starts} 至 {taker.ends} 间的读取。",
        )
    read = (
        f"it read decoys of these between {taker.starts} and {taker.ends}",
        f"其于 {taker.starts} 至 {taker.ends} 间读取过其中的诱饵",
    )
    when = read if taker.starts else ("when they were taken is not known", "取走时间不明")
    return Text(
        f"{leak}: {rows} of its rows show decoys or marks of account {account}'s copy; its reading is not known to explain the leak, "
        f"and {when[0]}.",
        f"{leak}：其中 {rows} 行带有账号 {account} 副本的诱饵或标记；未知其读取可以解释该泄露，{when[1]}。",
    )


def _unique(texts: Iterable[Text]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(texts))


def _once(moments: Iterable[Moment]) -> list[Moment]:
    """The same sitting is in several findings, and once on the time line."""
    return list(dict.fromkeys(moments))


def _thinned(moments: list[Moment]) -> tuple[Moment, ...]:
    if len(moments) <= TIMELINE:
        return tuple(moments)
    largest = sorted(moments, key=lambda m: (-m.count, m.time))[:TIMELINE]
    return tuple(sorted(largest, key=lambda m: (m.time, m.lane, m.text.en)))


def _channel(group: Iterable[Finding]) -> tuple[tuple[str, int, int], ...]:
    """Bytes and posts by place. Several detectors tell of the same posts: of one place the one that saw most counts."""
    seen: dict[str, tuple[int, int]] = {}
    for detector in sorted({f.detector for f in group}):
        total: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for finding in group:
            for host, size, posts in finding.details.get("channel", ()) if finding.detector == detector else ():  # type: ignore[attr-defined]
                total[host][0] += size
                total[host][1] += posts
        for host, (size, posts) in total.items():
            seen[host] = max(seen.get(host, (0, 0)), (size, posts))
    return tuple((h, b, p) for h, (b, p) in sorted(seen.items(), key=lambda x: (-x[1][0], x[0])))
