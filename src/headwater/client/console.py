"""A console and its cases, as a program uses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import TracebackType
from typing import Any, BinaryIO, Literal

from headwater.client.alerts import Alert, alert
from headwater.client.asking import Asking
from headwater.client.jobs import Job, job
from headwater.client.shown import Row, TablePart, tables

MOST = 500
Said = Literal["confirmed", "explained", "refuted", "unsure", "withdrawn"]


class Console:
    """A console by its address and a token (*My account*, tokens).

    ::

        with Console("https://console.example.com", token) as console:
            for case in console.cases():
                for finding in console.case(case).findings(detector="bulk-read"):
                    print(finding["title"], finding["bits"])
    """

    def __init__(self, address: str, token: str, **more: Any) -> None:
        self.asking = Asking(address, token, **more)

    def __enter__(self) -> Console:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.asking.close()

    def cases(self) -> list[str]:
        """The slugs of the cases that the token's owner may look at."""
        return [row.links["case"].href.rpartition("/")[2] for row in self.rows("/cases", "cases")]

    def case(self, slug: str) -> CaseClient:
        """One case."""
        return CaseClient(self, slug)

    def get(self, path: str, **asked: Any) -> Any:
        """Anything: the JSON at an address below ``/api/v1``; every page has its own there."""
        return self.asking.get(path, **asked)

    def rows(self, path: str, name: str, **asked: Any) -> Iterator[Row]:
        """All rows of a table of a page, page by page as they are asked for."""
        for part in self.parts(path, name, **asked):
            yield from part.rows

    def parts(self, path: str, name: str, **asked: Any) -> Iterator[TablePart]:
        """The pages of a table of a page.

        :raises KeyError: when the page has no table of that name
        """
        after: str | None = None
        while True:
            part = _named(self.get(path, after=after, **asked), name)
            yield part
            if part.next is None or part.next == after:
                return
            after = part.next


class CaseClient:
    """One case of a console."""

    def __init__(self, console: Console, slug: str) -> None:
        self.console, self.slug = console, slug

    def __repr__(self) -> str:
        return f"CaseClient({self.slug})"

    def get(self, path: str = "", **asked: Any) -> Any:
        """The JSON at an address below the case's."""
        return self.console.get(f"/cases/{self.slug}{path}", **asked)

    def rows(self, path: str, name: str, **asked: Any) -> Iterator[Row]:
        """All rows of a table of one of the case's pages."""
        return self.console.rows(f"/cases/{self.slug}{path}", name, **{"limit": MOST} | asked)

    def findings(self, **asked: Any) -> Iterator[Row]:
        """The findings; ``q``, ``detector``, ``severity``, ``sort`` as on the page."""
        return self.rows("/findings", "findings", **asked)

    def incidents(self, **asked: Any) -> Iterator[Row]:
        """The incidents, ranked."""
        return self.rows("/incidents", "incidents", **asked)

    def alerts(self, limit: int = 100) -> Iterator[Alert]:
        """The released alerts: those that nobody judged first.

        All of them, ``limit`` at a time, before any is given: whoever judges one moves it to another place of the list.
        """
        found: dict[str, Alert] = {}
        asked: set[str | None] = set()
        after: str | None = None
        while after not in asked:
            asked.add(after)
            told = self.get("/today", after=after, limit=limit)
            found |= {one.id: one for one in map(alert, told["cards"])}
            after = told["next"]  # nothing at the end, which was asked for at first
        yield from found.values()

    def alert(self, name: str) -> Alert:
        """One alert by its id, released or below the line."""
        return alert(self.get(f"/today/{name}")["card"])

    def judge(self, one: Alert, said: Said, because: str = "", until: date | None = None) -> str:
        """Say what an alert is, and give the word's id.

        :raises ConflictError: when somebody else said something since the alert was read
        """
        body = {"said": said, "because": because, "until": until.isoformat() if until else None, "seen": one.seen}
        return str(self.send(f"/today/{one.id}/verdict", body)["id"])

    def begin(self, kind: str, **asked: Any) -> Job:
        """Begin long work (``investigate``, ``watch``, ``scan`` …); it goes on when the program that began it ends."""
        return self.job(str(self.send("/jobs", {"kind": kind} | asked)["id"]))

    def job(self, name: str) -> Job:
        """How far a job is."""
        return job(self.get(f"/jobs/{name}"))

    def end(self, one: Job) -> Job:
        """End a job; what it read is kept."""
        self.send(f"/jobs/{one.id}/end")
        return self.job(one.id)

    def followed(self, one: Job, every: float = 2.0) -> Iterator[Job]:
        """A job as it goes on, looked at again after so many seconds, until it is over."""
        while True:
            one = self.job(one.id)
            yield one
            if one.over:
                return
            self.console.asking.rest(every)

    def drop(self, name: str, content: BinaryIO | bytes) -> str:
        """Drop a leaked file: it is kept below the workspace and matched. Gives its address below the console's."""
        return str(self.send("/leaks/dropped", files={"file": (name, content)})["to"])

    def send(self, path: str, body: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """Do something at an address below the case's."""
        return self.console.asking.send(f"/cases/{self.slug}{path}", body, **more)

    def events(self) -> bytes:
        """The whole answer as events of the Open Cybersecurity Schema Framework, one JSON object on a line."""
        return self.console.asking.download(f"/cases/{self.slug}/telling/case.ocsf.jsonl")


def _named(told: Any, name: str) -> TablePart:
    for part in tables(told):
        if part.name == name:
            return part
    raise KeyError(f"this page has no table {name}")
