"""Time stamps by a real authority: put in when they hold, checked by OpenSSL alone, refused when they are another's."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificates
from tests.casework.package.packed_case import SIGNER, Place, pack
from tests.casework.package.stamp_server import Authority, authority, served

import headwater_verify as verify
from headwater.casework.package.asking import TimeStampError, asked
from headwater.casework.package.stamping import held
from headwater.cli.package_stamps import Stamping

SIGNATURE = bytes(range(64))


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("tsa") / "a")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("tsa") / "b")


@pytest.fixture(scope="module")
def expired(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("tsa") / "c", expired=True)


def check(package: Path, ca: Path | None, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    options = ["--timestamp-ca", str(ca)] if ca else []
    code = verify.main([str(package), "--key", SIGNER.fingerprint, *options])
    return code, capsys.readouterr().out


def test_the_request_is_what_openssl_would_ask(tmp_path: Path) -> None:
    (tmp_path / "q").write_bytes(verify.stamp_query(SIGNATURE))
    told = subprocess.run(
        ["openssl", "ts", "-query", "-in", str(tmp_path / "q"), "-text"], check=True, capture_output=True, text=True
    ).stdout
    assert "Hash Algorithm: sha256" in told
    assert "Certificate required: yes" in told
    assert "Nonce: 0x" in told


def test_a_package_is_stamped_by_a_server_and_checked_offline(
    place: Place, tsa: Authority, other: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(tsa) as address:
        packed = pack(place, Stamping(f"{address}/stamp", authority=tsa.ca))
    assert packed.stamped
    code, said = check(place.package, tsa.ca, capsys)
    assert (code, "time stamp of 20" in said) == (0, True)
    code, said = check(place.package, None, capsys)
    assert (code, "whose it is was not checked" in said) == (0, True)
    code, said = check(place.package, other.ca, capsys)
    assert (code, "openssl refuses it" in said) == (1, True)


def test_a_stamp_may_be_carried_by_hand_and_gives_the_same_bytes_again(
    place: Place, tsa: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request, response = tmp_path / "r.tsq", tmp_path / "r.tsr"
    assert not pack(place, Stamping(request=request)).stamped
    response.write_bytes(tsa.answer(request.read_bytes()))
    assert pack(place, Stamping(response=response, authority=tsa.ca)).stamped
    first = place.package.read_bytes()
    pack(place, Stamping(response=response))
    assert place.package.read_bytes() == first
    assert check(place.package, tsa.ca, capsys)[0] == 0


def test_a_stamp_of_something_else_is_refused(tsa: Authority) -> None:
    roots = load_pem_x509_certificates(tsa.ca.read_bytes())
    good = tsa.answer(verify.stamp_query(SIGNATURE))
    assert held(good, SIGNATURE, roots).tzinfo is not None
    with pytest.raises(TimeStampError, match="something else than this package"):
        held(good, SIGNATURE[::-1], roots)


def test_a_stamp_with_another_nonce_is_refused(tsa: Authority) -> None:
    query = bytearray(verify.stamp_query(SIGNATURE))
    query[60] ^= 1
    with pytest.raises(TimeStampError, match="nonce"):
        held(tsa.answer(bytes(query)), SIGNATURE)


def test_a_stamp_by_an_expired_certificate_is_refused(
    place: Place, expired: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    stamp = expired.answer(verify.stamp_query(SIGNATURE))
    with pytest.raises(TimeStampError, match="not valid at the time"):
        held(stamp, SIGNATURE)
    pack(place, lambda signature: expired.answer(verify.stamp_query(signature)))
    assert check(place.package, expired.ca, capsys)[0] == 1


def test_a_stamp_of_another_authority_is_refused(tsa: Authority, other: Authority) -> None:
    stamp = tsa.answer(verify.stamp_query(SIGNATURE))
    with pytest.raises(TimeStampError, match="does not hold against"):
        held(stamp, SIGNATURE, load_pem_x509_certificates(other.ca.read_bytes()))


def test_a_stamp_of_another_package_is_found_by_who_checks(
    place: Place, tsa: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    pack(place, lambda _signature: tsa.answer(verify.stamp_query(SIGNATURE)))
    code, said = check(place.package, None, capsys)
    assert (code, "one of another signature" in said) == (1, True)
    assert check(place.package, tsa.ca, capsys)[0] == 1


def test_a_package_without_a_stamp_does_not_pass_for_a_stamped_one(
    package: Path, tsa: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(package, tsa.ca, capsys)[0] == 1


@pytest.mark.parametrize("stamp", [b"", b"0", b"\x30\x03\x02\x01\x02", bytes.fromhex("30053003020102")])
def test_what_is_no_stamp_is_refused(stamp: bytes) -> None:
    with pytest.raises(TimeStampError, match=r"no answer of|refused"):
        held(stamp, SIGNATURE)


def test_a_server_that_gives_no_stamp_is_an_error_that_says_so(tsa: Authority) -> None:
    with served(tsa) as address:
        for path in ("no", "page"):
            with pytest.raises(TimeStampError, match="gave no time stamp"):
                asked(f"{address}/{path}", verify.stamp_query(SIGNATURE))
    with pytest.raises(TimeStampError, match="no answer"):
        asked(f"{address}/stamp", verify.stamp_query(SIGNATURE))
    with pytest.raises(TimeStampError, match="no address"):
        asked("ftp://example.com", b"")
