"""How people write down who they want to know about, and what comes back.

Everything follows from the numbers of the order and the wording, so that both phones and every hop agree.
"""

from __future__ import annotations

from headwater.simulation.brokers.span import DAY, local
from headwater.simulation.brokers.words import ITEMS, phrase
from headwater.simulation.brokers.world import World

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_HOMOPHONES = {
    "伟": "玮",
    "芳": "方",
    "静": "婧",
    "丽": "莉",
    "强": "墙",
    "杰": "洁",
    "明": "铭",
    "英": "瑛",
    "华": "桦",
    "雨": "宇",
    "辉": "晖",
    "文": "雯",
}


def key(made: World, order: int, style: int, level: int) -> str:
    """The name, number or plate as it stands in the request at that hop."""
    subject = int(made.orders.subject[order])
    people = made.subjects.people
    name, phone, number = (str(column[subject]) for column in (people.name, people.phone, people.id_number))
    plate = str(made.subjects.plate[subject])
    wrong = int(made.orders.corrupted[order])
    if 0 <= wrong <= level:
        name, phone, number, plate = _spoilt(name, phone, number, plate, int(made.orders.chance[order]))
    kinds = ITEMS[int(made.orders.item[order])].keys
    kind = kinds[order % len(kinds)]
    between = ("，", " ", " ", "\n", "")[style // 7 % 5]
    parts = {
        "name_phone": [name, _spaced(phone, style)],
        "name_id": [name, number if style % 11 else number.lower()],
        "phone": [_spaced(phone, style)],
        "id": [number],
        "plate": [plate],
    }[kind]
    return between.join(reversed(parts) if style // 3 % 4 == 0 else parts)


def ask(made: World, order: int, style: int, level: int, same_pair: bool) -> str:
    """One request in full."""
    item = ITEMS[int(made.orders.item[order])]
    form = phrase("ask_again" if same_pair and style % 13 == 0 else "ask", style // 5)
    return form.format(key=key(made, order, style, level), item=item.words[style // 17 % len(item.words)])


def answer(made: World, order: int) -> str:
    """What the source found."""
    item, chance = ITEMS[int(made.orders.item[order])], int(made.orders.chance[order])
    subject, people = int(made.orders.subject[order]), made.subjects.people
    other, third = (int(chance // n % len(people)) for n in (3, 101))
    return item.answers[chance % len(item.answers)].format(
        name=people.name[subject],
        phone=people.phone[subject],
        id=people.id_number[subject],
        address=people.address[subject],
        plate=made.subjects.plate[subject],
        other=people.name[other],
        other2=people.name[third],
        other3=people.name[(other + third) % len(people)],
        otherphone=people.phone[other],
        hotel=phrase("hotels", chance),
        bank=phrase("banks", chance // 7),
        tail=f"{chance % 9973:04d}",
        money=f"{chance % 199_999 / 7:.2f}",
        count=1 + chance // 11 % 9,
        room=f"{2 + chance % 20}0{1 + chance % 9}",
        day=local(int(made.orders.time[order]) - (1 + chance % 90) * DAY)[:10],
        clock=local(int(made.orders.time[order]))[11:16],
    )


def item_word(made: World, order: int, style: int) -> str:
    """One of the names that the trade has for what is asked."""
    words = ITEMS[int(made.orders.item[order])].words
    return words[style // 17 % len(words)]


def _spaced(phone: str, style: int) -> str:
    return (
        phone,
        phone,
        phone,
        f"{phone[:3]} {phone[3:7]} {phone[7:]}",
        f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
        phone.translate(_WIDE),
        f"+86{phone}",
        phone,
    )[style // 2 % 8]


def _spoilt(name: str, phone: str, number: str, plate: str, chance: int) -> tuple[str, str, str, str]:
    """A wrong digit, two digits swapped, a name that sounds the same, or a masked middle."""
    way, place = chance % 4, 4 + chance // 4 % 6
    if way == 0:
        digit = str((int(phone[place]) + 1 + chance // 64 % 8) % 10)
        phone, number = f"{phone[:place]}{digit}{phone[place + 1 :]}", f"{number[:place]}{digit}{number[place + 1 :]}"
    elif way == 1:
        phone = f"{phone[:place]}{phone[place + 1]}{phone[place]}{phone[place + 2 :]}" if place < 10 else phone
        number = f"{number[:15]}{number[16]}{number[15]}{number[17]}"
    elif way == 2:
        name = "".join(_HOMOPHONES.get(letter, letter) for letter in name)
        number = f"{number[:14]}{(int(number[14]) + 1) % 10}{number[15:]}"
    else:
        phone, number = f"{phone[:3]}****{phone[7:]}", f"{number[:6]}********{number[14:]}"
    return name, phone, number, f"{plate[:-1]}{(int(plate[-1]) + 1) % 10}"
