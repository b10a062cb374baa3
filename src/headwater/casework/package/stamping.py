"""A time stamp (RFC 3161) over the signature: looked at before it goes into a package, and held to be right or refused."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates

from headwater.casework.package.asking import TimeStampError
from headwater_verify import stamp_query

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse


def authority_of(file: Path) -> list[Certificate]:
    """The certificates of a time-stamp authority, from a PEM file.

    :raises TimeStampError: when there are none
    """
    try:
        return load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise TimeStampError("holds no certificate in PEM form", str(file)) from error


def held(stamp: bytes, signature: bytes, authority: Sequence[Certificate] = ()) -> datetime:
    """The time that a stamp tells, if it is one of this signature.

    It must be granted, have the imprint of the signature and the nonce that follows from it, and its certificate must have
    been valid at that time. With the authority's certificates the whole chain is checked; without, nobody vouches for it.

    :raises TimeStampError: when it is not so
    """
    response = _parsed(stamp)
    told = response.tst_info
    if told.message_imprint.message != hashlib.sha256(signature).digest():
        raise TimeStampError("the time stamp is one of something else than this package")
    nonce = _nonce(signature)
    if told.nonce != nonce:
        raise TimeStampError("the time stamp answers another request: its nonce is not the one that was sent")
    moment = told.gen_time.replace(tzinfo=told.gen_time.tzinfo or UTC).astimezone(UTC)
    for raw in response.signed_data.certificates:
        certificate = load_der_x509_certificate(raw)
        if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
            raise TimeStampError("a certificate of the time stamp was not valid at the time that it tells")
    if authority:
        _chained(response, signature, nonce, authority)
    return moment


def _parsed(stamp: bytes) -> TimeStampResponse:
    try:
        from rfc3161_client import PKIStatus, decode_timestamp_response
    except ImportError as error:
        raise TimeStampError("time stamps need the extra: pip install 'headwater[evidence]'") from error
    try:
        response = decode_timestamp_response(stamp)
        if response.status != PKIStatus.GRANTED:
            raise TimeStampError(f"the time-stamp server refused (status {response.status})")
    except ValueError as error:
        raise TimeStampError("is no answer of a time-stamp server") from error
    return response


def _nonce(signature: bytes) -> int:
    return int.from_bytes(stamp_query(signature)[58:66], "big")


def _chained(response: TimeStampResponse, signature: bytes, nonce: int, authority: Sequence[Certificate]) -> None:
    from rfc3161_client import VerificationError, VerifierBuilder

    builder = VerifierBuilder(nonce=nonce)
    for certificate in authority:
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify(response, hashlib.sha256(signature).digest())
    except VerificationError as error:
        raise TimeStampError(f"the time stamp does not hold against the authority's certificate: {error}") from error
