"""What lets a candidate in free text go: each predicate sees the narrowed text and the place of the candidate.

:data:`FILTERS` let a candidate go altogether; :data:`DOUBTS` keep it and rank it lower.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from headwater.identifiers import bank_card, resident_id

LABELS = (
    *("tel", "telephone", "phone", "mobile", "mob", "cell", "contact", "sj", "sjh", "dh"),
    *("wx", "vx", "qq", "alipay", "zfb", "no", "m", "t", "p"),
)
"""Letters that may stand directly before a number and are no part of a code."""
_LABELS = re.compile(rf"(?:^|[^A-Za-z])(?:{'|'.join(LABELS)})$", re.I)
_GAP = "[^0-9A-Za-z\u4e00-\u9fff]{0,4}"
_ORDERS = "订单|单号|流水|编号|序号|工单|保单|运单|批次|订货|order|serial|seq|trace|uuid|batch|ticket"
_BEHIND_ORDERS = "no|id|number|号码|号|编号"
OF_ORDERS, BEHIND_ORDERS = tuple(_ORDERS.split("|")), tuple(_BEHIND_ORDERS.split("|"))
"""Words before a number that counts orders, and those that may stand between."""
_SERIAL = re.compile(rf"(?:{_ORDERS}){_GAP}(?:{_BEHIND_ORDERS})?{_GAP}$", re.I)
_SERIAL_WORDS = re.compile(_ORDERS)
ORDERS_BEHIND = ("单号", "编号", "序号", "运单", "订单", "流水", "工单", "快递", "物流", "批次")
"""Without one of these behind it, no word behind a number says that it counts orders."""
_SERIAL_BEHIND = re.compile(
    r"\s{0,2}(?:是|为|这个|这张|这|的|此|该){0,2}(?:(?:订单|运单|流水|工单|快递|物流|批次)编?号|单号|编号|序号)"
)
_LISTED = (
    re.compile(r"(?:^|[\[({,，、;；\s])([0-9]{5,24})[,，、;；]\s?$"),
    re.compile(r"\s?[,，、;；]\s?([0-9]{5,24})(?![0-9])"),
)
_MEMBERS, _MEMBER = 6, 28  # of a list that are looked at on each side, and the characters that one takes
_TELEPHONE = re.compile("(?:86|0086)?1[3-9][0-9]{9}|0[1-9][0-9]{8,10}")
_OF_A_PHONE = re.compile("phone|mobile|msisdn|tel|sms|contact|sj|手机|电话|联系", re.I)
_IN_A_PATH = re.compile(r"/[A-Za-z][^\s\"'<>]*/$")
_POSITION = re.compile(
    "[+-](?:[0-8][0-9]|90)[0-5][0-9](?:[0-5][0-9])?[+-](?:0[0-9]{2}|1[0-7][0-9]|180)[0-5][0-9](?:[0-5][0-9])?"
)
_PATH = 48  # characters before a number in which its path is looked for
_DIGITS = re.compile("[0-9]+")
_COMMAS = ",，、;；"
_UP, _DOWN = "0123456789", "9876543210"
_FIGURES, _LETTERS = "0123456789", string.ascii_letters
_PLACEHOLDER = re.compile(
    r"(?:x{4,}|[{<\[(【《]{1,2}[^\n]{0,24}(?:填写|姓名|电话|号码|密码|地址|日期|证件|name|phone|password|number|your|此处|here)"
    r"|\$\{|\{\{|%[(s]|your[-_ ]|(?:请|待)(?:填写|输入)|changeme|_here\b|placeholder)",
    re.I,
)
_CODE_AFTER = re.compile(
    r"[ ]{0,2}(?:\(\)|\[|\(['\"]|=>|::|;[ ]*$|\.(?:get|format|env|environ|headers|value|text|html|git|js|py|java)\b)"
)
_CODE_INSIDE = re.compile(
    r"(?:^|[=:'\" ])(?:os\.|self\.|this\.|process\.|request\.|req\.|config\.|settings\.|getenv|getpass|None|null|true|false|undefined"
    r"|str|string|String|varchar|char|int|bool|boolean|text|required|optional|hidden)[^0-9]{0,40}$"
)
_CODE_BEFORE = re.compile(
    r"(?:\b(?:def|class|import|function|var|let|const|return|if|for|while|public|private|static)\b[^\n]{0,40}|[/#]{2}[^\n]{0,30})$"
)
_CALL_BEFORE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\($")
_ADVERTISING = re.compile(
    "最高|最低|起|仅需|点击|申请|满[0-9]|立减|优惠|送[0-9]|套餐|享|免费|利率|预订|官网|活动|抽奖|返现"
)
_HEXADECIMAL = re.compile("[0-9a-fA-F]")
_TESTS = "测试|示例|样例|举例|假数据|模板|样本|test|example|sample|dummy|demo|fake|mock|template|foo|lorem"
OF_TESTS = tuple(_TESTS.split("|"))
"""Words of tests and examples."""
_TEST = re.compile(_TESTS)
_EXAMPLE_DOMAIN = re.compile(
    r"@(?:[a-z0-9-]+\.)*(?:example\.(?:com|net|org|cn)|test|invalid|localhost|example)\b", re.I
)
_NOBODYS = frozenset({"13800138000", "13800138001", "13000000000", "18888888888", "13888888888", "13999999999"})
_NEAR = 12


def is_continued_number(text: str, start: int, end: int) -> bool:
    """Tell whether the digits go on over a point or a hyphen, as in a decimal, a version or a chain of codes."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (len(before) == 2 and before[1] in ".-" and before[0] in _FIGURES) or (
        len(after) == 2 and after[0] in ".-" and after[1] in _FIGURES
    )


def is_in_a_code(text: str, start: int, end: int) -> bool:
    """Tell whether letters stand directly beside that are no label such as ``tel``."""
    before, after = text[max(0, start - 12) : start], text[end : end + 2]
    if after and (after[0] in _LETTERS or (len(after) == 2 and after[0] in "-." and after[1] in _LETTERS + _FIGURES)):
        return True
    return before[-1:] in _LETTERS and before != "" and not _LABELS.search(before)


def is_serial(text: str, start: int, end: int) -> bool:
    """Tell whether a word before says that the number counts orders, policies or log lines."""
    before = text[max(0, start - 16) : start]
    if not before.isspace() and _SERIAL_WORDS.search(before.lower()) and _SERIAL.search(before):
        return True
    return _SERIAL_BEHIND.match(text[end : end + 12]) is not None


def is_one_of_numbers(text: str, start: int, end: int) -> bool:
    """Tell whether the candidate stands in a list with numbers that are nobody's, which counts something else."""
    if text[end : end + 1] not in _COMMAS and text[start - 1 : start] not in _COMMAS + " ":
        return False
    return any(not _is_of_a_person(number) for number in _beside(text, start, end))


def _beside(text: str, start: int, end: int) -> Iterator[str]:
    """The numbers of the list in which the candidate stands: those behind it, then those before it."""
    for _ in range(_MEMBERS):
        found = _LISTED[1].match(text[end : end + _MEMBER])
        if found is None:
            break
        yield found[1]
        end += found.end()
    for _ in range(_MEMBERS):
        base = max(0, start - _MEMBER)
        found = _LISTED[0].search(text[base:start])
        if found is None:
            break
        yield found[1]
        start = base + found.start(1)


def _is_of_a_person(number: str) -> bool:
    """Tell whether a number is a telephone, or by its check digits an identity number or a card, as records have them side by side."""
    if _TELEPHONE.fullmatch(number) is not None or resident_id.is_valid(number):
        return True
    return number.startswith(bank_card.UNIONPAY) and bank_card.is_valid(number)


def is_in_a_path(text: str, start: int, end: int) -> bool:
    """Tell whether the number is a part of a path of an address, as of an item of a shop, and no part before it speaks of telephones."""
    before = text[max(0, start - _PATH) : start]
    found = _IN_A_PATH.search(before)
    return found is not None and not _OF_A_PHONE.search(before)


def is_position(text: str, start: int, end: int) -> bool:
    """Tell whether the candidate is a latitude and a longitude in degrees and minutes, as lists of places write them (+4942-09709)."""
    return _POSITION.fullmatch(text[start:end]) is not None


def is_all_digits(text: str, start: int, end: int) -> bool:
    """Tell whether the candidate has no letter: eighteen digits are a resident id or nothing."""
    return text[start:end].isdigit()


def has_no_digit(text: str, start: int, end: int) -> bool:
    """Tell whether the candidate is letters alone: a word, where a key would have digits."""
    value = re.split("[:= \"']", text[start:end])[-1]
    return not any(c.isdigit() for c in value)


def is_timestamp(text: str, start: int, end: int) -> bool:
    """Tell whether the digits are seconds, milliseconds or nanoseconds since 1970 of a day between 2001 and 2100, or a written time."""
    digits = text[start:end]
    if not digits.isdigit():
        return False
    if len(digits) in (10, 13, 16, 19):
        return 1_000_000_000 <= int(digits[:10]) < 4_102_444_800
    return (
        len(digits) in (14, 17)
        and re.match("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-2][0-9][0-5][0-9]", digits)
        is not None
    )


def is_in_a_digest(text: str, start: int, end: int) -> bool:
    """Tell whether the candidate is part of a GUID or of a longer run of hexadecimals, as a hash."""
    first, last = start, end
    while first > 0 and start - first < 40 and (_HEXADECIMAL.match(text[first - 1]) or text[first - 1] == "-"):
        first -= 1
    while last < len(text) and last - end < 40 and (_HEXADECIMAL.match(text[last]) or text[last] == "-"):
        last += 1
    around = text[first:last]
    longer = len(around.replace("-", "")) >= max(24, end - start + 8)
    return longer and re.search("[a-fA-F]", around) is not None


def is_version(text: str, start: int, end: int) -> bool:
    """Tell whether a word before says that numbers with points between them are a version."""
    before = text[max(0, start - _NEAR) : start]
    return (
        re.search(r"(?:version|(?<![A-Za-z])ver|release|版本|(?<![A-Za-z])v)[号 :=.]{0,3}$", before, re.I) is not None
    )


def is_template(text: str, start: int, end: int) -> bool:
    """Tell whether the place of a value is shown and not the value: ``XXXX``, ``【姓名】``, ``${PASSWORD}``, ``<your key>``."""
    return _PLACEHOLDER.search(text[start : end + 2]) is not None


def is_source_code(text: str, start: int, end: int) -> bool:
    """Tell whether the candidate stands in program text: a call, a type, a value that is fetched from elsewhere."""
    if _CODE_AFTER.match(text[end : end + 24]) or _CODE_INSIDE.search(text[start:end]):
        return True
    before = text[max(0, start - 48) : start]
    return _CODE_BEFORE.search(before) is not None or _CALL_BEFORE.search(before) is not None


def is_advertising(text: str, start: int, end: int) -> bool:
    """Tell whether words of offers stand by: what is promised to everybody was done by nobody."""
    return _ADVERTISING.search(text[max(0, start - _NEAR) : end + _NEAR]) is not None


def is_nobodys(text: str, start: int, end: int) -> bool:
    """Tell whether the digits are one figure over and over, or a number that services and forms show as theirs."""
    digits = "".join(_DIGITS.findall(text[start:end]))
    return len(digits) >= 7 and (len(set(digits)) == 1 or digits in _NOBODYS)


def is_sequential(text: str, start: int, end: int) -> bool:
    """Tell whether most of the digits count up or down one by one, as in 12345678 and 13812345678."""
    digits = "".join(_DIGITS.findall(text[start:end]))
    most = max(6, -(-6 * len(digits) // 10))
    up, down = (counted * (most // 10 + 2) for counted in (_UP, _DOWN))
    return len(digits) >= 7 and any(
        digits[at : at + most] in up or digits[at : at + most] in down for at in range(len(digits) - most + 1)
    )


def is_repeated(text: str, start: int, end: int) -> bool:
    """Tell whether most of the digits are one figure, as in 13800000000."""
    digits = "".join(_DIGITS.findall(text[start:end]))
    return len(digits) >= 7 and max(map(digits.count, set(digits))) >= 0.7 * len(digits)


def is_test_data(text: str, start: int, end: int) -> bool:
    """Tell whether a word of tests or examples stands by, or the domain is one that is kept for examples."""
    around = text[max(0, start - _NEAR) : end + _NEAR]
    return _TEST.search(around.lower()) is not None or is_example(text[start:end])


def is_example(value: str) -> bool:
    """Tell whether the domain of an address is one that is kept for examples."""
    return "@" in value and _EXAMPLE_DOMAIN.search(value) is not None


def doubts(text: str, start: int, end: int) -> int:
    """How many things speak for a made value: it is kept, and ranks lower by each."""
    return sum(doubt(text, start, end) for doubt in DOUBTS.values())


_Predicate = Callable[[str, int, int], bool]
FILTERS: Mapping[str, _Predicate] = MappingProxyType(
    {
        f.__name__: f
        for f in (
            *(is_continued_number, is_in_a_code, is_serial, is_all_digits, has_no_digit, is_timestamp, is_in_a_digest),
            is_one_of_numbers,
            is_in_a_path,
            is_position,
            *(is_version, is_template, is_source_code, is_advertising, is_nobodys),
        )
    }
)
"""Every filter that lets go, by its name."""
DOUBTS: Mapping[str, _Predicate] = MappingProxyType({f.__name__: f for f in (is_sequential, is_repeated, is_test_data)})
"""Every doubt that ranks lower, by its name."""
