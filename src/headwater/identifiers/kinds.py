"""The kinds of identifiers: which module knows each, how telling it is, and the category that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import pyarrow as pa

from headwater.identifiers import (
    address,
    bank_card,
    coordinates,
    driver_file,
    email,
    foreign_passport,
    foreign_resident_old,
    gb_nino,
    hk_id,
    iban,
    iccid,
    imei,
    imsi,
    ip_address,
    landline,
    mac_address,
    macau_id,
    mobile,
    mrz,
    name,
    officer_card,
    passport,
    permit_hk_macau,
    permit_taiwan,
    permit_to_hk_macau,
    phone,
    plate,
    qq,
    resident_id,
    secret,
    sg_nric,
    taiwan_id,
    uscc,
    vin,
)
from headwater.identifiers.account_name import alipay, handle, wechat
from headwater.identifiers.national import National, numbers
from headwater.identifiers.said import SAID


class Identifier(Protocol):
    """What the module of one identifier offers."""

    def compact(self, text: str) -> str:
        """Give the normal form, valid or not."""
        ...

    def validate(self, text: str) -> str:
        """Give the normal form, or raise an error that names the failed check."""
        ...

    def is_valid(self, text: str) -> bool:
        """Tell whether the text is a valid identifier."""
        ...

    def mask(self, text: str) -> str:
        """Show as little as recognition needs."""
        ...

    def compact_array(self, values: pa.Array) -> pa.Array:
        """Give the normal form of every value, null where it is not valid."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of identifier.

    ``chance`` is the share of other values of the same shape that pass its checks;
    ``alone`` and ``named`` are the shares of valid cells that a column needs without and with a telling header;
    ``None`` says that no column is of this kind without a header.
    """

    name: str
    category: str
    chance: float
    alone: float | None
    named: float
    identifier: Identifier


def _kind(name: str, category: str, chance: float, alone: float | None, named: float, module: object) -> Kind:
    return Kind(name, category, chance, alone, named, module)  # type: ignore[arg-type]


def _national(number: National) -> Kind:
    """A national number: where chance lets many pass, its column needs a header and nearly all of its cells."""
    named = 0.3 if number.chance < 0.02 else 0.6 if number.chance < 0.2 else 0.8
    return _kind(number.name, "id", number.chance, None if number.context else 0.7, named, number)


_CHINESE = (
    _kind("resident_id", "id", 1e-5, 0.2, 0.05, resident_id),
    _kind("uscc", "other", 3e-3, 0.5, 0.2, uscc),
    _kind("email", "contact", 1e-3, 0.3, 0.05, email),
    _kind("mobile", "contact", 5.5e-2, 0.9, 0.2, mobile),
    _kind("bank_card", "account", 0.1, 0.7, 0.4, bank_card),
    _kind("landline", "contact", 0.1, None, 0.3, landline),
    _kind("passport", "id", 0.1, None, 0.3, passport),
    _kind("plate", "vehicle", 0.05, 0.6, 0.3, plate),
    _kind("address", "address", 0.05, 0.6, 0.3, address),
    _kind("name", "name", 0.2, 0.7, 0.4, name),
    _kind("hk_id", "id", 1 / 11, 0.8, 0.4, hk_id),
    _kind("taiwan_id", "id", 0.1, 0.8, 0.4, taiwan_id),
    _kind("macau_id", "id", 0.3, None, 0.6, macau_id),
    _kind("permit_hk_macau", "id", 0.3, None, 0.5, permit_hk_macau),
    _kind("permit_taiwan", "id", 1.0, None, 0.6, permit_taiwan),
    _kind("permit_to_hk_macau", "id", 0.3, None, 0.5, permit_to_hk_macau),
    _kind("foreign_resident_old", "id", 0.01, 0.8, 0.4, foreign_resident_old),
    _kind("officer_card", "id", 1.0, None, 0.5, officer_card),
    _kind("driver_file", "id", 0.6, None, 0.6, driver_file),
    _kind("vin", "vehicle", 1 / 11, 0.8, 0.4, vin),
    _kind("imei", "other", 0.1, 0.9, 0.4, imei),
    _kind("imsi", "other", 4e-3, None, 0.4, imsi),
    _kind("iccid", "other", 1e-3, 0.8, 0.3, iccid),
    _kind("mac_address", "other", 0.5, None, 0.4, mac_address),
    _kind("ip_address", "other", 0.5, None, 0.3, ip_address),
    _kind("coordinates", "track", 0.1, 0.7, 0.4, coordinates),
    _kind("qq", "contact", 1.0, None, 0.7, qq),
    _kind("wechat", "contact", 1.0, None, 0.6, wechat),
    _kind("alipay", "account", 1.0, None, 0.6, alipay),
    _kind("handle", "contact", 1.0, None, 0.7, handle),
)
_ANYWHERE = (
    _kind("mrz", "id", 1e-4, 0.2, 0.05, mrz),
    _kind("iban", "account", 1e-3, 0.5, 0.2, iban),
    _kind("phone", "contact", 0.02, 0.6, 0.2, phone),
    _kind("foreign_passport", "id", 1.0, None, 0.7, foreign_passport),
    _kind("sg_nric", "id", 0.04, 0.8, 0.3, sg_nric),
    _kind("gb_nino", "id", 0.1, None, 0.4, gb_nino),
    _kind("sms_code", "account", 1.0, None, 0.8, secret.sms_code),
    _kind("password", "account", 1.0, None, 0.9, secret.password),
    _kind("password_hash", "account", 1.0, None, 0.6, secret.password_hash),
    _kind("session", "account", 1.0, None, 0.8, secret.session),
    _kind("api_key", "account", 1.0, None, 0.8, secret.api_key),
)
_NOBODYS = (
    _kind("site_address", "other", 1.0, None, 1.0, address),
    _kind("site_phone", "other", 1.0, None, 1.0, landline),
    _kind("role_email", "other", 1.0, None, 1.0, email),
)
_TOLD = tuple(_kind(said.kind, said.category, 1.0, None, 1.0, said) for said in SAID)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for kind in (*_CHINESE, *_ANYWHERE, *map(_national, numbers().values()), *_TOLD, *_NOBODYS)}
)
"""Every kind by its name, the more telling first; those with neither a share alone nor header words are never columns."""
