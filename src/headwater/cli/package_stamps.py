"""Where a package's time stamp comes from: a server, or files that are carried to a machine that reaches one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from headwater.casework.package.asking import TimeStampError, asked
from headwater.casework.package.stamping import authority_of, held
from headwater.cli.run import put
from headwater_verify import stamp_query


@dataclass(frozen=True, slots=True)
class Stamping:
    """Gives a stamp over a signature, checked, or nothing: an address, a request to be written, an answer, a root."""

    url: str | None = None
    request: Path | None = None
    response: Path | None = None
    authority: Path | None = None

    def __call__(self, signature: bytes) -> bytes:
        """The stamp.

        :raises TimeStampError: when there is none, or it is no stamp of this signature
        """
        query = stamp_query(signature)
        if self.request:
            put(self.request, query)
        if self.response:
            stamp = self._answer(self.response)
        elif self.url:
            stamp = asked(self.url, query)
        else:
            return b""
        held(stamp, signature, authority_of(self.authority) if self.authority else ())
        return stamp

    @staticmethod
    def _answer(file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            raise TimeStampError(f"the time stamp cannot be read: {error.strerror}", str(file)) from None
