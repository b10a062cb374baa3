"""The password once more, before something that outlasts a session: its failures are counted as those of signing in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from headwater.console.door.limiting import Limiter
from headwater.console.door.recognising import recognised
from headwater.console.door.rules import DoorRules
from headwater.console.here import Here
from headwater.store.casebook.signing_in import Given, prove


class Prover:
    """Asks for the password of who is signed in."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.rules: DoorRules = request.app.state.rules
        self._limiter: Limiter = request.app.state.limiter

    def insist(self, here: Here, password: str, code: str | None = None) -> None:
        """Insist on the password, and with ``code`` on that of the second factor, which is used up by it.

        :raises CaseError: when one is wrong, or the account is shut
        :raises BusyError: where too many failed, or too many wait
        """
        request, sealer, name = self._request, here.book.sealer, here.user.name
        browser = recognised(request, sealer, name, here.now)
        address = request.client.host if request.client else ""
        with self._limiter.signing_in(address, name, browser):
            given = Given(code=code, known=bool(browser))
            prove(here.book, here.user, password, here.now, self.rules.signing, given)


Proving = Annotated[Prover, Depends(Prover)]
