"""Sides of an exchange in temporary folders, and what happens between them. Numbers begin with 154: they are nobody's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from headwater.exchange import holder, parcel, party, tokens
from headwater.exchange.holder import Opening
from headwater.exchange.identity import Card
from headwater.exchange.ledger import Entry
from headwater.exchange.office import Office, Policy, make_office
from headwater.exchange.overlap import Overlap
from headwater.exchange.rules import Approval
from headwater.exchange.terms import Method, Reveal, Terms

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LAST = date(2026, 12, 31)
LI = Approval("Li")
HEADER = "手机号"
RULES = Policy(fewest=3, cap=100, daily=50, second_over=20)


def numbers(*ranges: Iterable[int]) -> list[str]:
    return [f"154{number:08}" for each in ranges for number in each]


def listed(path: Path, phones: Iterable[str], header: str = HEADER) -> Path:
    path.write_text("".join(f"{line}\n" for line in (header, *phones)), encoding="utf-8")
    return path


def columns(file: Path) -> dict[str, str]:
    """The column of telephones, so that these tests need not recognise it each time."""
    return {HEADER: "mobile"} if file.read_text("utf-8").startswith(f"{HEADER}\n") else {}


OURS, THEIRS = numbers(range(8)), numbers(range(5, 12))


@dataclass(frozen=True)
class Table:
    """Holder and two parties at one table; files lie in ``root``."""

    root: Path
    police: Office
    first: Office
    second: Office

    def open(
        self,
        method: Method = "voprf",
        reveal: Reveal = "rows",
        bits: int = 128,
        parties: tuple[Card, Card] | None = None,
    ) -> Terms:
        opening = Opening("case 17", "whose data is it", LAST, method, reveal, bits)
        cards = parties or (self.first.card, self.second.card)
        return holder.open_exchange(self.police, cards, opening, LI, self.root / "terms", NOW)

    def ask(self, office: Office, terms: Terms, file: Path, at: datetime = NOW) -> Path:
        out = self.root / f"{office.card.name}.request"
        party.request(office, terms, [file], out, "case 17", at, columns(file), known=terms.parties)
        return out

    def answer(self, request: Path, by: Approval = LI, at: datetime = NOW) -> tuple[Path, Entry]:
        out = request.with_suffix(".answer")
        return out, holder.answer(self.police, request, out, by, at)

    def tokens(self, office: Office, terms: Terms, file: Path) -> Path:
        """Ask, answer, finish."""
        answer, _ = self.answer(self.ask(office, terms, file))
        out = self.root / f"{office.card.name}.tokens"
        party.make_tokens(office, terms, answer, [file], out, columns(file))
        return out

    def match(self, terms: Terms, ours: Path, theirs: Path) -> Overlap:
        """The whole way, as the first party sees it, or as the police counts."""
        first, second = self.tokens(self.first, terms, ours), self.tokens(self.second, terms, theirs)
        if terms.reveal == "size":
            return holder.count(self.police, terms, first, second, self.root / "count", NOW)
        bound = second.with_name(second.name + ".commitment")
        return party.intersect(self.first, terms, second, bound)


def table(root: Path, rules: Policy = RULES) -> Table:
    return Table(root, *(make_office(root / name, name, rules) for name in ("police", "insurer", "bank")))


def sealed(sides: Table, terms: Terms, file: Path) -> list[bytes]:
    """The tokens of a file as the holder who counts sees them."""
    found: list[bytes] = tokens.sealed_of(parcel.open_parcel(file), sides.police, terms).tokens.to_pylist()
    return found
