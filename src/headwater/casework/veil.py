"""Staff are people too: in lists of alerts they bear pseudonyms, until two people reveal one with a reason.

A pseudonym is the same in every list of a workspace and says nothing without its key. Whatever names a person is
replaced, in every sentence and however it is spelt: employee numbers, masked names beside them, accounts (also those
that no table lists), devices, the addresses of desks, and files that bear such a name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from headwater.model.alert import Alert
from headwater.model.evidence import Citation, PersonOdds, Statement
from headwater.model.organisation import Organisation
from headwater.model.words import Lang, Text
from headwater.store.tokens import Tokeniser

HIDDEN_FILE = Text("a file", "一个文件")
_FILE = re.compile(
    r"[^\s\"'“”‘’「」《》<>,;:|，；：、。（）()]+\.(?:csv|tsv|txt|xls[xbm]?|et|docx?|wps|pdf|pptx?|zip|7z|rar|gz|tgz|tar|bz2|xz|zst|"
    r"db|sqlite3?|mdb|jsonl?|xml|sql|parquet|dump|dmp|bak|log|evtx|html?|md|dat|bin|exe|py|sh|ps1|png|jpe?g|eml|msg)"
    r"(?![A-Za-z0-9])",
    re.I,
)
_RUN = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
_LETTER = re.compile(r"[a-z0-9]")
_COUNT = re.compile(r"(?:\d{4}-\d\d-\d\d|\d{1,3}(?:,\d{3})+|\d+\.\d+(?!\.?\d))(?![a-z0-9])")
"""Days, counts and figures: an employee whose number is 12 is not in them."""
_INSIDE = 4
"""Names of so many characters, a letter among them, are looked for inside the words of a file's name."""


@dataclass(frozen=True)
class Veil:
    """Pseudonyms of one house. ``accounts`` and ``devices`` are those of the logs: the tables may not list them."""

    org: Organisation
    tokeniser: Tokeniser
    accounts: frozenset[str]
    devices: frozenset[str]
    _known: dict[str, str] = field(default_factory=dict)

    def person(self, employee: str) -> str:
        """``S-`` and ten hexadecimal digits: the same person, the same pseudonym."""
        return "?" if employee == "?" else f"S-{self._digits('staff', employee)}"

    def account(self, account: str) -> str:
        """``U-`` and ten hexadecimal digits, however the account's capitals are written."""
        return f"U-{self._digits('account name', account)}"

    def device(self, device: str) -> str:
        """``D-`` and ten hexadecimal digits, however the device's capitals are written."""
        return f"D-{self._digits('device', device)}"

    def path(self, path: str, lang: Lang = "en") -> str:
        """A path with every name replaced; a part that has one inside a word is shown as ``a file`` with digits of its own."""
        return "/".join(map(partial(self._part, lang=lang), path.split("/"))) if self._bears_a_name(path) else path

    def _part(self, part: str, lang: Lang) -> str:
        shown = self._without_names(part, lang)
        if any(name in shown.casefold() for name in self._inside):
            return f"{HIDDEN_FILE.said(lang)} {self._digits('file', part)}"
        return shown

    def text(self, said: str, lang: Lang = "en") -> str:
        """A sentence with every name replaced."""
        hidden = _FILE.sub(lambda hit: HIDDEN_FILE.said(lang) if self._bears_a_name(hit[0]) else hit[0], said)
        return self._without_names(hidden, lang)

    def texts(self, text: Text) -> Text:
        """A sentence in both languages with every name replaced."""
        return Text(self.text(text.en, "en"), self.text(text.zh, "zh"))

    def alert(self, alert: Alert) -> Alert:
        """An alert that names nobody. Lines of evidence stay: whoever may read the logs may look."""
        return replace(
            alert,
            title=self.texts(alert.title),
            accounts=tuple(self.account(a) for a in alert.accounts),
            people=tuple(PersonOdds(self.person(p.employee), p.probability, p.bits) for p in alert.people),
            said_names=tuple(map(self.person, alert.said_names)),
            statements=tuple(
                Statement(self.texts(s.text), s.bits, tuple(map(self._line, s.evidence))) for s in alert.statements
            ),
            clears=tuple(self.texts(t) for t in alert.clears),
            about=tuple(map(self._subject, alert.about)),
        )

    def _subject(self, subject: str) -> str:
        kind, _, name = subject.partition(":")
        if kind == "account":
            return f"{kind}:{self.account(name)}"
        return f"{kind}:{self.person(name) if kind == 'person' else self._digits('finding', name)}"

    def _line(self, line: Citation) -> Citation:
        return replace(line, source=HIDDEN_FILE.en) if self._bears_a_name(line.source) else line

    def _digits(self, kind: str, name: str) -> str:
        key = f"{kind}\0{name.casefold()}"
        if key not in self._known:
            self._known[key] = self.tokeniser.token(f"pseudonym of {kind}", name.casefold())[:10]
        return self._known[key]

    @cached_property
    def _names(self) -> dict[str, Text]:
        """What stands for each name, in small letters. A later one overrules: an account may bear its owner's number."""
        names: dict[str, Text] = {}
        for device in self.devices:
            names[device.casefold()] = _same(self.device(device))
        for account in {*self.accounts, *self.org.accounts}:
            names[account.casefold()] = _same(self.account(account))
        for person in self.org.people.values():
            said = self.person(person.employee)
            for place in (person.workstation, person.ip):
                if place:
                    names[place.casefold()] = Text(f"the desk of {said}", f"{said} 的工位")
            names[person.employee.casefold()] = _same(said)
            if person.name:
                names[f"{person.employee} ({person.name})".casefold()] = _same(said)
                names[f"{person.employee}（{person.name}）".casefold()] = _same(said)
        return {name: said for name, said in names.items() if name.strip() and name != "?"}

    @cached_property
    def _by_start(self) -> dict[str, list[str]]:
        """Names by their first word or sign, the longest first: a sentence is searched for the few that may be in it."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._names, key=lambda n: (-len(n), n)):
            if start := _RUN.search(name):
                found[start[0]].append(name)
        return found

    def _without_names(self, said: str, lang: Lang) -> str:
        parts, done = [], 0
        for starts, ends, instead in self._hits(said):
            parts += [said[done:starts], instead.said(lang)]
            done = ends
        return "".join([*parts, said[done:]]) if done else said

    def _hits(self, said: str) -> Iterator[tuple[int, int, Text]]:
        """Where a sentence has a name, from left to right, and what stands for it. No pattern of all names: they are many."""
        folded, done = _folded(said), 0
        for run in _RUN.finditer(folded):
            at, begins = run.start(), self._by_start.get(run[0], ())
            if not begins and not run[0][0].isdigit():  # most words: no name begins so, and it is no figure
                continue
            if at < done or _LETTER.match(folded, at - 1 if at else len(folded)):
                continue
            names = [n for n in begins if folded.startswith(n, at)]
            fits = [n for n in names if not _LETTER.match(folded, at + len(n))]
            number = all(n.isdigit() for n in fits)
            if number and (count := _COUNT.match(folded, at)):
                done = count.end()
            elif fits:
                name = next((n for n in fits if not n.isdigit()), fits[0])
                done = at + len(name)
                yield at, done, self._names[name]

    @cached_property
    def _inside(self) -> tuple[str, ...]:
        return tuple(n for n in self._names if len(n) >= _INSIDE and not n.isdigit())

    @cached_property
    def _files(self) -> dict[str, bool]:
        return {}

    def _bears_a_name(self, path: str) -> bool:
        if path not in self._files:
            folded = path.casefold()
            self._files[path] = any(True for _ in self._hits(path)) or any(n in folded for n in self._inside)
        return self._files[path]


def _folded(said: str) -> str:
    """Small letters, one for each character."""
    folded = said.casefold()
    return folded if len(folded) == len(said) else "".join(c.casefold() if len(c.casefold()) == 1 else c for c in said)


def _same(said: str) -> Text:
    return Text(said, said)
