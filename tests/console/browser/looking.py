"""Looking at the console in a browser: windows of people who signed in, what goes wrong in them, and axe-core."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from tests.console.hostile import MARKER
from tests.console.ready_cases import password

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SERIOUS = ("serious", "critical")
BROKEN = """
window.__broken = [];
document.addEventListener("securitypolicyviolation", e => {
  window.__broken.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`);
  console.error(`POLICY ${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`);
});
"""
EXPECTED = "Failed to load resource: the server responded with a status of 4"
"""What Chromium says on the console of a page that was refused: the test that asked for it looks at the page."""


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


class Looker:
    """A browser. Who signed in once at a server need not do so again."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self._signed: dict[tuple[str, str], Any] = {}

    def window(self, base: str, name: str | None = None, **how: Any) -> Looking:
        """A window of its own, with cookies of its own; with a name somebody is signed in."""
        known = self._signed.get((base, name)) if name else None
        context = self.browser.new_context(
            **{"base_url": base, "locale": "en-GB", "timezone_id": "Asia/Shanghai", "storage_state": known, **how}
        )
        looking = Looking(context, base)
        if name and known is None:
            looking.sign_in(name, password(name))
            self._signed[base, name] = context.storage_state()
        return looking

    def forget(self, base: str, name: str) -> None:
        """Forget that somebody signed in there."""
        self._signed.pop((base, name), None)


class Looking:
    """One window, and what went wrong in it."""

    def __init__(self, context: Any, base: str) -> None:
        self.context, self.base = context, base
        self.troubles: list[str] = []
        self.allowed: list[str] = []
        context.add_init_script(BROKEN)
        context.set_default_timeout(20_000)
        self.page = self.another()

    def another(self) -> Any:
        """Another tab."""
        page = self.context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("dialog", self._dialog)
        self.page = page
        return page

    def sign_in(self, name: str, secret: str) -> None:
        """Sign in as people do."""
        self.page.goto("/sign-in")
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=password]", secret)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def at(self, path: str, status: int = 200) -> Any:
        """Go there, and insist on the status."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status} {self.text()[:800]}"
        return self.page

    def text(self) -> str:
        """What the main part of the page says."""
        found = self.page.query_selector("main") or self.page.query_selector("body")
        return str(found.inner_text()) if found else ""

    def links(self, within: str = "main") -> list[str]:
        """Where its links lead."""
        found = self.page.eval_on_selector_all(f"{within} a[href]", "all => all.map(a => a.getAttribute('href'))")
        return [str(href) for href in found]

    def axe(self, *rules: str) -> list[str]:
        """The serious faults that axe-core finds by all its rules, or by these, each with where it is."""
        session = self.context.new_cdp_session(self.page)
        session.send("Runtime.evaluate", {"expression": _axe(), "silent": True})
        told = {"resultTypes": ["violations"], "preload": False, **({"runOnly": list(rules)} if rules else {})}
        call = f"axe.run(document, {json.dumps(told)}).then(found => JSON.stringify(found.violations))"
        answer = session.send("Runtime.evaluate", {"expression": call, "awaitPromise": True, "returnByValue": True})
        session.detach()
        assert "value" in answer["result"], answer
        return [
            f"{self.page.url}: {fault['id']} {node['target']} {node['failureSummary'][:200]}"
            for fault in json.loads(answer["result"]["value"])
            if fault["impact"] in SERIOUS
            for node in fault["nodes"][:5]
        ]

    def picture(self, folder: Path | None, name: str) -> None:
        """Take a picture of the whole page, where somebody wants pictures."""
        if folder is not None:
            self.page.screenshot(path=folder / f"{re.sub(r'[^a-z0-9]+', '-', name).strip('-')}.png", full_page=True)

    def is_itself(self) -> None:
        """Insist that no text that came in has become anything but text."""
        assert self.page.title() != MARKER
        for selector in (
            "img[onerror]",
            "[onfocus]",
            "[onload]",
            "a[href^='javascript:' i]",
            "main math",
            "[hx-on\\:\\:load]",
        ):
            assert self.page.locator(selector).count() == 0, f"{self.page.url}: {selector}"

    def close(self) -> list[str]:
        """Close it; what went wrong in it."""
        self.context.close()
        return [t for t in self.troubles if not any(a in t for a in self.allowed)]

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning") and EXPECTED not in message.text:
            self.troubles.append(f"console of {self.page.url}: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.base + "/", "data:", "blob:")):
            self.troubles.append(f"asked of another host: {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 500:
            self.troubles.append(f"{response.status} from {response.url}")

    def _dialog(self, dialog: Any) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()
