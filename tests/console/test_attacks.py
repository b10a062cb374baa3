"""An outsider's attempts, and those of a colleague who is not of the case: they get nothing, and nothing breaks.

Every address of every page and of its twin is tried, whoever added it.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from httpx2 import Response
from tests.console.conftest import BASE, Console
from tests.console.hostile import ATTACKS, NULL
from tests.console.ready_cases import INSURER, QUICK, password

from headwater.console.app import make_app
from headwater.console.door.rules import DoorRules
from headwater.console.pages import pages
from headwater.console.twin import API
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.signing_in import Rules
from headwater.store.casebook.tables import AUDIT

FLOOD = 500
OPEN = {"/sign-in"}
"""Pages that need nobody signed in."""
SECRETS = re.compile(r"insurer|policyholders|P010\d\d|bx10\d\d\d|A-[0-9a-f]{12}|S-[0-9a-f]{10}")
"""What nobody may read who is not of the case: its name, staff, accounts, alerts, pseudonyms."""


def addresses(case: str = INSURER) -> Iterator[tuple[str, str]]:
    """Method and path of all that can be asked, with ids that could be."""
    for page in pages():
        for view in page.views:
            yield "GET", API + _filled(view.path, case)
            if view.template:
                yield "GET", _filled(view.path, case)
        for act in page.acts:
            yield act.method, API + _filled(act.path, case)
            yield "POST", _filled(act.path, case)


def _filled(path: str, case: str) -> str:
    return re.sub(r"\{[^}]*\}", "1", path.replace("{case}", case))


MARK = re.compile(r'<p class="taken">.*?</p>')
"""Who took a page and when, which printed pages bear."""
OF_A_CASE = [(method, path) for method, path in addresses("CASE") if "/cases/CASE" in path]


def ask(client: TestClient, method: str, path: str, **how: object) -> Response:
    """Ask, with a body where there has to be one."""
    if method != "GET" and not how.keys() & {"json", "data", "content", "files"}:
        how["json" if path.startswith(API) else "data"] = {}
    return client.request(method, path, **how)  # type: ignore[arg-type]


def got_nothing(answer: Response, path: str) -> None:
    """Whoever is not signed in is told so, and nothing else."""
    if path.startswith(API):
        assert answer.status_code in {401, 403}, path
        assert answer.headers["content-type"] == "application/problem+json"
    else:
        assert answer.status_code in {303, 403}, (path, answer.status_code)
        assert answer.status_code == 403 or answer.headers["location"].startswith("/sign-in"), path
    assert not SECRETS.search(answer.text), (path, answer.text[:300])


def test_a_stranger_gets_nothing_at_any_address(console: Console) -> None:
    stranger = console.stranger()
    for method, path in addresses("nowhere"):
        if path not in OPEN:
            got_nothing(ask(stranger, method, path), path)


def test_somebody_of_another_case_sees_what_he_sees_of_a_case_that_is_not_there(console: Console) -> None:
    chen = console.as_user("chen")
    for method, path in OF_A_CASE:
        theirs, none = (ask(chen, method, path.replace("CASE", slug)) for slug in (INSURER, "nowhere"))
        assert theirs.status_code == none.status_code, path
        assert theirs.status_code in {403, 404}, path
        said = [MARK.sub("", t.text).replace(slug, "X") for t, slug in ((theirs, INSURER), (none, "nowhere"))]
        assert said[0] == said[1], path
        assert not SECRETS.search(theirs.text.replace(INSURER, "X"))


def test_who_may_look_everywhere_does_nothing_where_he_is_no_member(console: Console) -> None:
    li, wang = console.as_user("li"), console.as_user("wang")
    wangs = next(row["name"] for row in li.get(f"{API}/users").json()["users"]["rows"] if row["name"]["text"] == "wang")
    roles = f"{API}{wangs['href']}/roles"
    assert li.post(roles, json={"roles": ["auditor", "analyst", "investigator"]}).status_code == 200
    case = f"/cases/{INSURER}"
    for face in ("", API):
        assert wang.post(f"{face}{case}/leaks/dropped", files={"file": b"x"}).status_code == 403
        assert wang.get(f"{face}{case}/telling/case.ocsf.jsonl").status_code == 403
    for page in pages():
        for act in page.acts:
            if "{case}" in act.path and act.permission is not Permission.approve:  # auditors agree to names everywhere
                assert ask(wang, "POST", _filled(act.path, INSURER)).status_code == 403, act.path
        for view in page.views:
            if "{case}" in view.path and view.permission is not None:
                assert ask(wang, "GET", _filled(view.path, INSURER)).status_code == 403, view.path
    assert not (console.ready.workspace() / "dropped").exists()
    assert wang.get(f"/cases/{INSURER}").status_code == 200
    assert li.post(roles, json={"roles": ["auditor"]}).status_code == 200


def test_an_id_of_another_case_is_not_found_through_ones_own(console: Console) -> None:
    li = console.as_user("li")
    findings = [f["id"] for f in console.ready.result()["findings"]]
    alerts = re.findall(r"A-[0-9a-f]{12}", li.get(f"{API}/cases/insurer/today").text)
    for page in pages():
        for view in page.views:
            if view.path.count("{") == 2 and "{case}" in view.path:
                for id_ in (findings[0], *alerts[:1]):
                    path = re.sub(r"\{[^}]*\}", id_, view.path.replace("{case}", "market"))
                    answer = console.as_user("chen").get(API + path)
                    assert answer.status_code in {403, 404, 422}, path


def forged(cookie: str) -> Iterator[str]:
    """Cookies that are none: each part of it spoilt, left out, doubled."""
    yield from (
        "",
        "x" * 7000,
        "x" * 100_000,
        "null",
        "~~",
        "'; DROP TABLE users;--",
        "hw1.....~1~x",
        cookie[:-1],
        cookie + "x",
    )
    yield cookie.swapcase()
    for separator in "~.":
        parts = cookie.split(separator)
        for place in range(len(parts)):
            for other in ("", "0", parts[place][:-1], parts[place] * 2, "9" * 16, "-1"):
                if other != parts[place]:
                    yield separator.join([*parts[:place], other, *parts[place + 1 :]])
            yield separator.join(parts[:place] + parts[place + 1 :])


def cookie_of(client: TestClient) -> tuple[str, str]:
    """The session's cookie, name and value."""
    ((name, value),) = [
        (c.name, c.value or "") for c in client.cookies.jar if c.name in {"headwater", "__Host-headwater"}
    ]
    return name, value


def signed_in(console: Console, name: str) -> TestClient:
    """A session of one's own, so that it can be spoilt."""
    client = console.stranger()
    assert client.post("/sign-in", data={"name": name, "password": password(name)}).status_code == 303
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/cases").text)
    assert found
    client.headers["x-csrf"] = found[1]
    return client


def test_a_forged_session_is_none(console: Console) -> None:
    name, ticket = cookie_of(console.as_user("zhao"))
    for made in forged(ticket):
        stranger = console.stranger()
        for path in ("/cases", f"{API}/cases", f"{API}/cases/{INSURER}/about"):
            got_nothing(stranger.get(path, headers={"cookie": f"{name}={made}"}), path)


@pytest.mark.parametrize(
    "told", ["Bearer x", "Bearer " + "9" * 5000, "Basic bGk6bGk=", "Bearer hw1.1.1.1.1.1", "bearer", "Bearer \xff"]
)
def test_a_forged_token_is_none(console: Console, told: str) -> None:
    stranger = console.stranger()
    for path in ("/cases", f"{API}/cases"):
        got_nothing(stranger.get(path, headers={"authorization": told.encode("latin-1")}), path)


def test_a_session_that_was_left_cannot_be_used_again(console: Console) -> None:
    wu = signed_in(console, "wu")
    name, ticket = cookie_of(wu)
    assert wu.get("/cases").status_code == 200
    assert wu.post("/sign-out").status_code == 303
    again = console.stranger()
    got_nothing(again.get("/cases", headers={"cookie": f"{name}={ticket}"}), "/cases")
    got_nothing(again.get(f"{API}/cases", headers={"cookie": f"{name}={ticket}"}), f"{API}/cases")


def test_no_change_without_the_token_of_this_very_session(console: Console) -> None:
    zhao, other = signed_in(console, "zhao"), console.as_user("li").headers["x-csrf"]
    own = zhao.headers.pop("x-csrf")
    acts = [(method, path) for method, path in addresses() if method != "GET"]
    for wrong in ({}, {"x-csrf": other}, {"x-csrf": own[:-1]}, {"x-csrf": own, "sec-fetch-site": "cross-site"}):
        for method, path in [("POST", "/sign-out"), *acts]:
            assert ask(zhao, method, path, headers=wrong).status_code in {403, 422}, (wrong, path)
    assert zhao.get("/cases").status_code == 200, "the session was ended all the same"


PATHS = (
    "/static/../app.py",
    "/static/..%2fapp.py",
    "/static/%2e%2e/app.py",
    "/static/%2e%2e%2f%2e%2e%2fpyproject.toml",
    "/static//etc/passwd",
    "/static/..\\app.py",
    "/static/console.css%00.html",
    "/static/",
    "/static/vendor/",
    "/static/%c0%ae%c0%ae/app.py",
    "//192.0.2.1/x",
    "/cases/../static/../app.py",
    "/cases/insurer%2f..%2fmarket",
    "/cases/%2e%2e/about",
    "/cases/..%5c..%5c/about",
    "/cases/insurer%00/about",
    f"/cases/{'a' * 5000}/about",
    f"{API}/cases/%2e%2e%2f/about",
    f"{API}/cases/insurer%0d%0aSet-Cookie:x=1/about",
    "/.git/config",
    "/console/../casebook.sqlite",
)


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out_of_the_console(console: Console, path: str) -> None:
    for client in (console.stranger(), console.as_user("li")):
        answer = client.get(path)
        assert answer.status_code in {303, 307, 400, 401, 404, 405, 414, 422}, (path, answer.status_code)
        assert "root:" not in answer.text
        assert "def make_app" not in answer.text
        assert "set-cookie" not in answer.headers or "x=1" not in answer.headers["set-cookie"]
        assert not re.match(r"(https?:)?//(?!127\.0\.0\.1)", answer.headers.get("location", ""))


@pytest.mark.parametrize(
    "to",
    [
        "//192.0.2.1/",
        "https://192.0.2.1/",
        "/\\192.0.2.1",
        "\\\\192.0.2.1",
        "/\t/192.0.2.1",
        "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b",
        "/\n/192.0.2.1",
        "",
    ],
)
def test_nobody_is_led_to_another_site(console: Console, to: str) -> None:
    answers = [
        console.stranger().get("/language/zh", params={"to": to}),
        console.stranger().post("/sign-in", data={"name": "li", "password": password("li"), "to": to}),
    ]
    for answer in answers:
        led = answer.headers.get("location", "/")
        assert re.match(r"/(?![/\\\s])|/$", led), led
        assert not re.search(r"[\r\n\t]", led)
        assert "a" not in answer.cookies


def at_a_new_door(console: Console) -> TestClient:
    """A server on the same house that has counted nothing yet: the others of this module are not slowed down."""
    rules = DoorRules(signing=Rules(hasher=QUICK))
    return TestClient(make_app(console.house, rules), base_url=BASE, follow_redirects=False)


def test_names_and_wrong_passwords_get_the_same_words(console: Console) -> None:
    texts, door = set(), at_a_new_door(console)
    for name in ("zhao", "nobody", "x' OR '1'='1", NULL, "l\u0456", "LI" * 40, *ATTACKS.values()):
        answer = door.post("/sign-in", data={"name": name, "password": "wrong wrong wrong"})
        assert answer.status_code in {400, 401, 403, 422, 429}, name
        if answer.status_code != 422:
            texts.add(re.sub(r'value="[^"]*"', "", answer.text))
        assert "set-cookie" not in answer.headers
    assert len(texts) <= 2, "one of them may be that there were too many"


def test_a_flood_of_log_ins_costs_little_and_opens_nothing(console: Console) -> None:
    door, li = at_a_new_door(console), console.as_user("li")
    with console.house.book.reading() as tx:
        before = tx.connection.scalar(sa.select(sa.func.count()).select_from(AUDIT))
    codes = Counter(
        door.post("/sign-in", data={"name": f"guess{number % 50}", "password": f"number {number:06}"}).status_code
        for number in range(FLOOD)
    )
    with console.house.book.reading() as tx:
        after = tx.connection.scalar(sa.select(sa.func.count()).select_from(AUDIT))
    assert codes.keys() <= {401, 403, 429, 503}
    assert codes[429] > FLOOD * 0.9
    assert (after or 0) - (before or 0) < 50, "each of them wrote to the log"
    assert li.get("/cases").status_code == 200, "who is here works on"


UNDECLARED: tuple[dict[str, str | bytes], ...] = (
    {"x-forwarded-for": "192.0.2.9"},
    {"x-http-method-override": "DELETE"},
    {"x-original-url": "/users"},
    {"x-forwarded-proto": "https"},
    {"accept-language": "\u20ac<script>".encode()},
    {"referer": "javascript:alert(1)"},
)


@pytest.mark.parametrize("headers", UNDECLARED, ids=str)
def test_headers_that_nobody_declared_change_nothing(console: Console, headers: dict[str, str | bytes]) -> None:
    stranger = console.stranger()
    got_nothing(stranger.get("/cases", headers=headers), "/cases")  # type: ignore[arg-type]
    assert console.as_user("li").get("/cases", headers=headers).status_code == 200  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["192.0.2.1", "headwater.example", "127.0.0.1.example", "127.0.0.1@192.0.2.1", ""])
def test_another_hosts_name_is_not_answered(console: Console, host: str) -> None:
    answer = console.as_user("li").get("/cases", headers={"host": host})
    assert answer.status_code in {400, 421}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND"])
def test_no_page_answers_to_a_method_that_it_has_not(console: Console, method: str) -> None:
    assert console.as_user("li").request(method, "/cases").status_code in {403, 404, 405}


@pytest.mark.parametrize("told", [str(1 << 40), None], ids=["says so", "says nothing"])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", f"{API}/cases/{INSURER}/notes"])
def test_a_body_that_is_too_large_is_not_read(console: Console, path: str, told: str | None) -> None:
    wu = signed_in(console, "wu")
    name, ticket = cookie_of(wu)
    length = [(b"content-length", told.encode())] if told else [(b"transfer-encoding", b"chunked")]
    scope = {
        **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http"},
        **{"path": path, "raw_path": path.encode(), "query_string": b"", "root_path": ""},
        **{"server": ("127.0.0.1", 80), "client": ("127.0.0.1", 5)},
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"cookie", f"{name}={ticket}".encode()),
            (b"x-csrf", wu.headers["x-csrf"].encode()),
            (b"content-type", b"application/x-www-form-urlencoded"),
            *length,
        ],
    }
    read, codes = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1 << 16
        return {"type": "http.request", "body": b"x" * (1 << 16), "more_body": read < 1 << 30}

    async def send(message: MutableMapping[str, Any]) -> None:
        codes.append(message.get("status"))

    with ThreadPoolExecutor(1) as apart:  # a browser's driver may have a loop of its own in this thread
        apart.submit(lambda: asyncio.run(console.app(scope, receive, send))).result()
    assert codes[0] in {303, 400, 403, 404, 405, 413, 422}
    assert read < 1 << 23, f"{read >> 20} MB were read"


@pytest.mark.parametrize(
    "name", ["../../casebook.sqlite", "a/../../b", "nothing", "", NULL, "cases'", "cases\r\nx: y", "=1+1"]
)
def test_a_download_is_a_table_of_the_page_or_nothing(console: Console, name: str) -> None:
    answer = console.as_user("li").get("/cases", params={"download": name})
    assert answer.status_code in {400, 404, 422}


CURSORS = ("x", "{}", "0", NULL, "A" * 1999, "eyJhIjoxfQ==", "-1", "' OR 1=1", "\u202e")


def test_a_cursor_that_nobody_gave_leads_nowhere(console: Console) -> None:
    li = console.as_user("li")
    for page in pages():
        for view in page.views:
            if "after" in view.function.__annotations__ and view.path.count("{") <= 1:
                for cursor in CURSORS:
                    answer = li.get(API + _filled(view.path, INSURER), params={"after": cursor})
                    assert answer.status_code in {200, 400, 403, 404, 422}, (view.path, cursor, answer.text[:300])
