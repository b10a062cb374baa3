"""What a server may be made to speak to: nothing of the house's own that its settings do not name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from headwater.console.telling.guarding import Reach, reach, target
from headwater.console.telling.ringing import insist
from headwater.model.errors import CaseError, SettingsError

INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1", "2002:a9fe:a9fe::1", "192.0.2.1", "fe80::1%eth0",
    "64:ff9b:1:a9fe:a9:fe00:5db8:d70e", "64:ff9b:1::5db8:d70e",
]  # fmt: skip


def to(*addresses: str) -> object:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_inside_is_spoken_to(address: str) -> None:
    with pytest.raises(CaseError, match="network"):
        target("https://hook.example.com/x", Reach(), to(address))  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:5db8:d70e", "64:ff9b::5db8:d70e"])
def test_what_is_public_may_be_spoken_to(address: str) -> None:
    found = target("https://hook.example.com/x?y=1", Reach(), to(address))  # type: ignore[arg-type]
    assert (found.host, found.port, found.path, found.address) == ("hook.example.com", 443, "/x?y=1", address)


def test_one_bad_address_among_good_ones_is_enough() -> None:
    with pytest.raises(CaseError):
        target("https://hook.example.com", Reach(), to("93.184.215.14", "10.0.0.1"))  # type: ignore[arg-type]


def test_what_the_settings_name_may_be_spoken_to_also_in_the_clear() -> None:
    allowed = reach(["10.1.0.0/16"])
    assert target("http://siem.example:8088/x", allowed, to("10.1.2.3")).authority == "siem.example:8088"  # type: ignore[arg-type]
    assert target("https://siem.example/", allowed, to("::ffff:10.1.2.3")).authority == "siem.example"  # type: ignore[arg-type]
    with pytest.raises(CaseError):
        target("http://siem.example", allowed, to("10.2.0.1"))  # type: ignore[arg-type]


def test_in_the_clear_only_where_the_house_says_so() -> None:
    with pytest.raises(CaseError, match="https"):
        target("http://hook.example.com", Reach(), to("93.184.215.14"))  # type: ignore[arg-type]
    assert target("http://hook.example.com", reach([], plain=True), to("93.184.215.14")).port == 80  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://example.com", "https://", "https:///x", "file:///etc/passwd", "https://user:pw@example.com",
        "https://example.com:0/", "https://example.com:99999/", "https://[::1", "https://exam ple.com",
        "https://example.com/a\r\nX: y", "gopher://example.com", "https://例子.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(CaseError) as told:
        target(url, Reach(), to("93.184.215.14"))  # type: ignore[arg-type]
    assert len(url) < 9 or url not in str(told.value)


def test_numbers_in_other_spellings_lead_where_they_lead() -> None:
    for spelt in ("2130706433", "0x7f000001", "127.1", "localhost"):
        with pytest.raises(CaseError):
            target(f"https://{spelt}/", Reach())


def test_a_setting_that_is_no_network_is_told() -> None:
    with pytest.raises(SettingsError, match="telling"):
        reach(["10.0.0.1/8"])


def test_addresses_of_apprise_do_not_lead_inside() -> None:
    with pytest.raises(CaseError):
        insist("json://127.0.0.1:1", Reach())
    for between in (", ", ",", ";", "\t", " \n"):
        with pytest.raises(CaseError, match="several"):
            insist(f"slack://TokenA/TokenB/TokenC{between}json://127.0.0.1:1", Reach(), to())  # type: ignore[arg-type]
    insist("json://127.0.0.1:1", reach(["127.0.0.0/8"]))
    insist("slack://TokenA/TokenB/TokenC", Reach(), to())  # type: ignore[arg-type]
