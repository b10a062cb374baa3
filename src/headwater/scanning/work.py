"""What is to be scanned of a case: one exhibit, with everything that scanning it asks for, so that another process can do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from headwater.exhibits.contents import reader_of
from headwater.exhibits.magic import HEAD, packing
from headwater.exhibits.member import Member
from headwater.exhibits.opening import members
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import Exhibit, NotRead
from headwater.scanning.housed import House
from headwater.scanning.own import OwnShape
from headwater.scanning.scan import Scanned, scan
from headwater.store.tokens import Tokeniser

_AT_HOME = frozenset({"columnar"})  # Parquet and its like


@dataclass(frozen=True, slots=True)
class Work:
    """One exhibit to be scanned: its role, the key of its tokens, the shapes and names of the data sets' columns, and the house."""

    exhibit: Exhibit
    role: str
    tokeniser: Tokeniser = field(repr=False)
    own: tuple[OwnShape, ...] = ()
    known: tuple[str, ...] = ()
    house: House = field(default_factory=House)

    def results(self) -> Iterator[Scanned | NotRead]:
        """Scan every file of the exhibit, one after the other; what could not be opened comes with its reason."""
        aside: list[NotRead] = []
        for scanned in scan(
            self._readable(aside),
            role=self.role,
            holder=self.exhibit.holder,
            tokeniser=self.tokeniser,
            own=self.own,
            known=self.known,
            house=self.house,
        ):
            yield scanned
            yield from aside
            aside.clear()
        yield from aside

    def is_plain(self) -> bool:
        """Whether the exhibit is a text or a table that is not packed: no library beyond those of tables has to read it."""
        try:
            with self.exhibit.file.open("rb") as stream:
                packed = packing(stream.read(HEAD))
            first = next(members(self.exhibit), None) if packed in (None, "zip") else None
            if not isinstance(first, Member) or first.file is None:
                return False
            reader = reader_of(first)
        except (OSError, UnreadableError):
            return False
        return reader is None or reader.name in _AT_HOME

    def _readable(self, aside: list[NotRead]) -> Iterator[Member]:
        """Each file: what tears while it is read is known when the next is asked for."""
        for member in members(self.exhibit):
            if isinstance(member, Member):
                yield member
            else:
                aside.append(member)
