"""Mailboxes of roles, and where shops and companies are, are told as kinds of their own: no person, no item."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from made_rows import csv, made_row

from headwater.exhibits.contents import Given
from headwater.exhibits.member import plain
from headwater.exhibits.opened import opened
from headwater.model.exhibit import Exhibit
from headwater.scanning.categories import category_of
from headwater.scanning.fingerprints import Printer
from headwater.scanning.persons import role_of
from headwater.scanning.scanner import Scanner
from headwater.scanning.survey.gathering import Gatherer
from headwater.store.tokens import Tokeniser

ADDRESSES = [made_row(n)[3] for n in range(30)]
LANDLINES = [f"021-5{n:07}" for n in range(30)]
SHOPS = [f"南京{n}号分店" for n in range(30)]
FIRMS = [f"南京第{n}贸易有限公司" for n in range(30)]
NAMES = [made_row(n)[0] for n in range(30)]
KINDS = ("site_address", "site_phone", "role_email")


def kinds(folder: Path, text: str) -> Counter[str]:
    """How often each kind is found in a file."""
    file = folder / "x.csv"
    file.write_text(text, encoding="utf-8")
    pieces = opened(plain(Exhibit("seized/x", file, "seized", None, file.stat().st_size)), Given())
    told, _ = next(iter(Gatherer(Scanner(Tokeniser(bytes(32))), Printer(bytes(32)), folder).gather(pieces)))
    return Counter(dict(zip(told.kinds, told.found, strict=True)))


@pytest.mark.parametrize(
    ("header", "columns", "wanted"),
    [
        (("门店", "门店地址", "门店电话"), (SHOPS, ADDRESSES, LANDLINES), {"site_address": 30, "site_phone": 30}),
        (("公司名称", "地址"), (FIRMS, ADDRESSES), {"site_address": 30}),
        (("store", "store_address"), (list("abc") * 10, ADDRESSES), {"site_address": 30}),
        (("code", "storeAddress"), (list("abc") * 10, ADDRESSES), {"site_address": 30}),
        (("网点地址", "数量"), (ADDRESSES, list("123") * 10), {"site_address": 30}),
        (("姓名", "公司地址"), (NAMES, ADDRESSES), {"name": 30, "address": 30}),
        (("产品", "收货地址"), (["一", "二", "三"] * 10, ADDRESSES), {"address": 30}),
        (("店铺", "收货地址"), (SHOPS, ADDRESSES), {"address": 30}),
        (("单位", "家庭住址", "家庭电话"), (FIRMS, ADDRESSES, LANDLINES), {"address": 30, "landline": 30}),
        (("employer", "home_address", "地址"), (FIRMS, ADDRESSES, ADDRESSES), {"address": 30, "site_address": 30}),
    ],
)
def test_where_shops_and_companies_are_is_nobodys_home(tmp_path: Path, header, columns, wanted) -> None:
    assert kinds(tmp_path, csv(header, zip(*columns, strict=True))) == wanted


def test_mailboxes_of_roles_are_told_from_those_of_people(tmp_path: Path) -> None:
    roles = [
        "noreply@",
        "No-Reply@",
        "service01@",
        "billing-noreply@",
        "mailer-daemon@",
        "python-list-request@",
        "kefu@",
    ]
    people = ["li.si@", "zhang@", "information.lee@", "supporter@", "hrvoje@"]
    text = "\n".join(f"mail {local}example.com please" for local in [*roles, *people]) + "\nto a.b@lists.example.com\n"
    assert kinds(tmp_path, text) == {"role_email": len(roles) + 1, "email": len(people)}
    rows = [(local + "example.com", "x") for local in [*roles, *people]]
    assert kinds(tmp_path, csv(("sender", "state"), rows)) == {"role_email": len(roles), "email": len(people)}


def test_what_people_call_themselves_at_mail_hosts_is_no_role(tmp_path: Path) -> None:
    # no such mailbox can be: Gmail wants six characters, 163 has no hyphens
    people = ["bot99@gmail.com", "ci7@gmail.com", "hr99@gmail.com", "zhang-owner@163.com"]
    roles = ["team7@example.com", "dev-owner@example.com", "hr@gmail.com", "no-reply@163.com"]
    text = "\n".join(f"mail {address} please" for address in [*people, *roles])
    assert kinds(tmp_path, text) == {"email": len(people), "role_email": len(roles)}


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_no_items_and_nobody(kind: str) -> None:
    assert (category_of(kind).law, category_of(kind).group, role_of(kind)) == ("", "", None)
