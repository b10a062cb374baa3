"""Lists of clients and strangers in the forms in which they go from hand to hand, with the truth of every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.house.house import House
from headwater.simulation.made_people import people
from headwater.simulation.outside.lists import careless, reformatted
from headwater.simulation.outside.wording import traditional

Rng = np.random.Generator
Columns = dict[str, NDArray[np.object_]]
Form = Callable[[Rng, Columns], Columns]
HEADERS = {"name": "姓名", "phone": "手机号", "id_number": "身份证号", "address": "地址"}
FIELDS = tuple(HEADERS)
_LOOKS_LIKE = {"0": "OoD", "1": "lI", "2": "Z", "5": "S", "8": "B"}


@dataclass(frozen=True, slots=True)
class Made:
    """A list: its rows by header, and of each row the place of the client whose it is (-1: a stranger's)."""

    columns: Columns
    truth: NDArray[np.int64]


def made(house: House, rng: Rng, form: str, ours: int, strangers: int) -> Made:
    """A list of so many rows of clients, as they are on the last day, and of strangers."""
    last = house.calendar.days - 1
    there = np.flatnonzero(house.clients.joined <= last)
    who = rng.choice(there, ours, replace=False)
    others = _strangers(house, rng, strangers, there, last)
    order = rng.permutation(ours + strangers)
    columns = {f: np.concatenate([house.clients.values(who, last, f), others[f]])[order] for f in FIELDS}
    truth = np.concatenate([who, np.full(strangers, -1)])[order]
    return Made(FORMS[form](rng, columns), truth)


def _strangers(house: House, rng: Rng, count: int, there: NDArray[np.int64], last: int) -> Columns:
    """People who are no clients: made numbers that happen to be a client's are left out."""
    drawn = people(rng, count + 100)
    if "numbers of clients" not in house.kept:
        house.kept["numbers of clients"] = {
            f: set(house.clients.values(there, last, f)) for f in ("id_number", "phone")
        }
    known = house.kept["numbers of clients"]
    new = [
        i not in known["id_number"] and p not in known["phone"]
        for i, p in zip(drawn.id_number, drawn.phone, strict=True)
    ]
    return {f: getattr(drawn, f)[np.flatnonzero(new)[:count]] for f in FIELDS}


def _each(change: Callable[[str], str], values: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.array([change(v) for v in values.tolist()], dtype=object)


def _headed(columns: Columns) -> Columns:
    return {HEADERS.get(name, name): values for name, values in columns.items()}


def _of(*fields: str) -> Form:
    return lambda _rng, c: _headed({f: c[f] for f in fields})


def _careless(rng: Rng, c: Columns) -> Columns:
    return _headed(careless(rng, dict(c)))


def _reformatted(rng: Rng, c: Columns) -> Columns:
    return _headed(reformatted(rng, dict(c)))


def masked_phone(phone: str) -> str:
    """The first three and last four digits of a number."""
    return f"{phone[:3]}****{phone[7:]}"


def _masked_id(number: str) -> str:
    return f"{number[:4]}{'*' * 10}{number[14:]}"


def _masked_name(name: str) -> str:
    return f"{name[0]}*" if len(name) == 2 else f"{name[0]}*{name[-1]}" if len(name) == 3 else f"{name[:2]}**"


def _merged(rng: Rng, c: Columns) -> Columns:
    """Name in traditional characters and masked phone in one cell."""
    return {"客户信息": _each(lambda t: t.translate(traditional()), c["name"]) + " " + _each(masked_phone, c["phone"])}


def _misread(rng: Rng, values: NDArray[np.object_], share: float) -> NDArray[np.object_]:
    """Digits read as letters that look like them, in a share of the places where they could be."""

    def one(text: str) -> str:
        marks = rng.random(len(text))
        return "".join(
            _LOOKS_LIKE[d][int(m * 1e6) % len(_LOOKS_LIKE[d])] if d in _LOOKS_LIKE and m < share else d
            for d, m in zip(text, marks.tolist(), strict=True)
        )

    return _each(one, values)


def _wrong_digit(rng: Rng, values: NDArray[np.object_]) -> NDArray[np.object_]:
    """One digit of each number is another."""

    def one(text: str) -> str:
        place, add = int(rng.integers(1, len(text) - 1)), int(rng.integers(1, 10))
        return f"{text[:place]}{(int(text[place]) + add) % 10}{text[place + 1 :]}"

    return _each(one, values)


def _local(address: str) -> str:
    """The address from the road on, without lane and room marks."""
    road = address[address.index("县") + 1 :]
    return road.replace("弄", "-").replace("号", "-").replace("室", "")


def _old_number(number: str) -> str:
    """As it was before 1999, when only those born in the last century had one."""
    return number[:6] + number[8:17] if number[6:8] == "19" else number


FORMS: Mapping[str, Form] = {
    "all columns": _of(*FIELDS),
    "careless": _careless,
    "reformatted": _reformatted,
    "name, phone": _of("name", "phone"),
    "phone, address": _of("phone", "address"),
    "name, address": _of("name", "address"),
    "name, last 4 of id": lambda _r, c: {"姓名": c["name"], "证件后四位": _each(lambda t: t[-4:], c["id_number"])},
    "name, last 4 of phone": lambda _r, c: {"姓名": c["name"], "手机尾号": _each(lambda t: t[-4:], c["phone"])},
    "name, tail of either": lambda _r, c: {"姓名": c["name"], "尾号": _each(lambda t: t[-4:], c["id_number"])},
    "name, masked phone": lambda _r, c: {"姓名": c["name"], "电话": _each(masked_phone, c["phone"])},
    "name, masked id": lambda _r, c: {"姓名": c["name"], "身份证": _each(_masked_id, c["id_number"])},
    "masked name, masked phone": lambda _r, c: {
        "姓名": _each(_masked_name, c["name"]), "电话": _each(masked_phone, c["phone"])
    },
    "masked name, masked id": lambda _r, c: {
        "姓名": _each(_masked_name, c["name"]), "身份证": _each(_masked_id, c["id_number"])
    },
    "masked phone": lambda _r, c: {"电话": _each(masked_phone, c["phone"])},
    "masked id": lambda _r, c: {"身份证": _each(_masked_id, c["id_number"])},
    "all masked": lambda _r, c: {
        "姓名": _each(_masked_name, c["name"]),
        "电话": _each(masked_phone, c["phone"]),
        "身份证": _each(_masked_id, c["id_number"]),
    },
    "merged, traditional, masked": _merged,
    "name, address without district": lambda _r, c: {"姓名": c["name"], "地址": _each(_local, c["address"])},
    "name, phone, misread": lambda r, c: {"姓名": c["name"], "手机": _misread(r, c["phone"], 0.1)},
    "name, id, misread": lambda r, c: {"姓名": c["name"], "身份证号": _misread(r, c["id_number"], 0.1)},
    "name, id, wrong digit": lambda r, c: {"姓名": c["name"], "身份证号": _wrong_digit(r, c["id_number"])},
    "name, phone, wrong digit": lambda r, c: {"姓名": c["name"], "手机": _wrong_digit(r, c["phone"])},
    "id of 15 digits": lambda _r, c: {"身份证号": _each(_old_number, c["id_number"])},
    "name, id of 15 digits": lambda _r, c: {
        "姓名": c["name"], "身份证号": _each(_old_number, c["id_number"])
    },
    "name only": _of("name"),
    "last 4 of phone only": lambda _r, c: {"手机尾号": _each(lambda t: t[-4:], c["phone"])},
}  # fmt: skip
"""Every form by its name."""
