"""Names that stand in two columns, as ``first_name`` and ``last_name``, read as one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal

_GIVEN = frozenset({"first", "given", "forename", "firstname", "givenname", "fname", "名", "名字"})
_FAMILY = frozenset({"last", "family", "surname", "lastname", "familyname", "lname", "姓", "姓氏"})
_PLACES = frozenset({"first", "last"})  # of whatever
_SOMEBODY = frozenset(
    (
        *(
            "applicant",
            "author",
            "borrower",
            "buyer",
            "child",
            "client",
            "contact",
            "customer",
            "driver",
            "emergency",
            "employee",
        ),
        *(
            "father",
            "guardian",
            "guest",
            "holder",
            "husband",
            "member",
            "mother",
            "owner",
            "parent",
            "passenger",
            "patient",
        ),
        *(
            "payer",
            "person",
            "recipient",
            "sender",
            "spouse",
            "staff",
            "student",
            "teacher",
            "traveler",
            "traveller",
            "user",
            "wife",
        ),
    )
)
_NAME = frozenset({"name"})
_TOKENS = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[\u3400-\u9fff]+")
_CHINESE = "^[\u3400-\u9fff]"


def pairs(headers: Sequence[str]) -> Mapping[int, int]:
    """Give for each column of given names that of the family names beside it, by their places.

    >>> pairs(["first_name", "lastName", "contact_last_name", "contact_first_name"]), pairs(["姓", "名"]), pairs(["last"])
    ({0: 1, 3: 2}, {1: 0}, {})
    >>> pairs(["first_stop", "last_stop", "first", "last"]), pairs(["Customer First", "Customer Last", "first_login", "last_login"])
    ({2: 3}, {0: 1})
    """
    given, family = (_named(headers, words) for words in (_GIVEN, _FAMILY))
    return {place: family[rest] for rest, place in given.items() if rest in family}


def _named(headers: Sequence[str], words: frozenset[str]) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for place, header in enumerate(headers):
        parts = [part.lower() for part in _TOKENS.findall(normal.narrow(header))]
        if not words.isdisjoint(parts) and _is_of_names(parts):
            found.setdefault(tuple(part for part in parts if part not in words | _NAME), place)
    return found


def _is_of_names(parts: Sequence[str]) -> bool:
    """Whether a header speaks of names, rather than of the first and the last of the stops of a journey."""
    at = next((place for place, part in enumerate(parts) if part in _PLACES), None)
    if at is None:
        return True
    if at + 1 < len(parts):
        return parts[at + 1] in _NAME
    return at == 0 or parts[at - 1] in _SOMEBODY | _NAME


def whole_names(given: pa.Array, family: pa.Array) -> pa.Array:
    """Join the parts of names: Chinese ones as they are written, others with the given name first; null where one is missing.

    >>> whole_names(pa.array(["三", "Ann", None]), pa.array(["张", "Lee", "Kim"])).to_pylist()
    ['张三', 'Ann Lee', None]
    """
    chinese = pc.binary_join_element_wise(family, given, "")
    return pc.if_else(
        pa.array(normal.matching(given, _CHINESE)), chinese, pc.binary_join_element_wise(given, family, " ")
    )
