"""A tiny case that was investigated, packed with a key that is always the same; made once in a session of a process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from headwater.casework.package.keys import Signer
from headwater.casework.package.making import Order, Packed, Stamp, make_package
from headwater.casework.reports import html
from headwater.casework.reports import json as result_json
from headwater.investigation.case import open_investigation

AT = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
TOKEN_KEY = "ab" * 32
ROSTER = "employee_id,name,department,role\nE1,王小明,sales,agent\nE2,李小红,sales,agent\n"
ACCOUNTS = "account,employee_id\nu1,E1\nu2,E2\n"
LINE = '192.0.2.7 - u1 [04/Mar/2024:09:{:02d}:00 +0800] "GET /clients/{} HTTP/1.1" 200 512\n'
SEIZED = "name,phone\n张晓明,15400000001\n王丽华,15400000002\n"
SETTINGS = """\
timezone = "Asia/Shanghai"
organisation = "某公司"
[datasets.clients]
snapshot = "clients/clients.csv"
key = "id"
urls = ["/clients/(?P<subject>[0-9]+)"]
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tiny case lies, with its output and its workspace."""

    root: Path

    @property
    def case(self) -> Path:
        return self.root / "case"

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def workspace(self) -> Path:
        return self.out / "workspace"

    @property
    def package(self) -> Path:
        return self.root / "evidence.hwpkg.zip"


def write_case(case: Path, order: int = 1) -> None:
    """Files of the case, written in one order or the other."""
    log = "".join(LINE.format(n, 1 + n % 3) for n in range(40)) + "no line of a log\n"
    clients = "id,name,phone\n" + "".join(f"{n},客户{n},1540000000{n}\n" for n in range(1, 5))
    files = {
        "headwater.toml": SETTINGS.encode(),
        "hr/roster.csv": ROSTER.encode(),
        "hr/accounts.csv": ACCOUNTS.encode(),
        "clients/clients.csv": clients.encode(),
        "logs/access.log": log.encode(),
        "seized/E1/名单_15412345678.csv": SEIZED.encode(),
        "seized/E1/torn.xlsx": b"PK\3\4 torn",
    }
    for path in list(files)[::order]:
        file = case / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(files[path])


def investigate(place: Place) -> Place:
    """Read the case and write result.json and report.html."""
    with open_investigation(place.case, place.workspace) as work:
        work.ingest()
        work.scan()
        with work.scene() as scene:
            result = work.result(work.conclude(scene, work.detect(scene), work.attribute(scene)))
    (place.out / "result.json").write_bytes(result_json.dumps(result))
    (place.out / "report.html").write_text(html.render(result, "en"), "utf-8")
    return place


def pack(place: Place, stamp: Stamp | None = None, signer: Signer = SIGNER, **said: object) -> Packed:
    """Pack it."""
    order = Order(**({"out": place.out, "to": place.package, "at": AT} | said))  # type: ignore[arg-type]
    with open_investigation(place.case, place.workspace) as work:
        return make_package(work.case, work.workspace, order, signer, stamp)


@pytest.fixture(scope="session")
def investigated(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The tiny case, investigated; nobody may change it."""
    place = Place(tmp_path_factory.mktemp("investigated") / "house")
    write_case(place.case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADWATER_TOKEN_KEY", TOKEN_KEY)
        return investigate(place)
