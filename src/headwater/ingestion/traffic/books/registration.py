"""Who an account is registered for, as banks and wallets tell the police: its name, telephones, cards.

``wxid_…@wx.tenpay.com,正常,张三,15400000001,6200000000000005``
"""

from __future__ import annotations

from collections.abc import Iterator

from headwater.exhibits.member import Member
from headwater.ingestion.traffic.books.table import BookReader, book_headers, facts
from headwater.ingestion.traffic.grids import strips
from headwater.ingestion.traffic.headings import Header
from headwater.ingestion.traffic.raw import RawRows

_TELLING = (
    *(
        "注册姓名",
        "注册身份证号",
        "注册手机",
        "注册手机号",
        "注册时间",
        "账号状态",
        "账户状态",
        "开户行信息",
        "绑定状态",
        "绑定手机",
    ),
    *(
        "账户开户名称",
        "开户人证件号码",
        "开户人证件类型",
        "开户日期",
        "开户时间",
        "开户网点",
        "开户银行",
        "销户日期",
        "客户名称",
        "证件号码",
    ),
    *("证件类型", "证照号码", "证照类型", "开户名称", "银行账号", "绑定银行卡"),
)


def _sure(header: Header, member: Member) -> float:
    if member.exhibit.part == "chats":  # there it may be what was traded
        return 0.0
    keyed = header.has("account") or header.has("card")
    return 0.85 if keyed and header.has("name") and header.named(*_TELLING) >= 2 else 0.0


def registrations(member: Member, head: bytes) -> list[Header]:
    """Give the headers of the tables of a file that tell for whom accounts are registered."""
    return [header for header in book_headers(member, head) if _sure(header, member) > 0.5]


def registered(member: Member, header: Header) -> Iterator[RawRows]:
    """Give the facts of one such table."""
    for strip in strips(member, header.head, header.line, header.width):
        yield facts(member.path, header, strip)


READER = BookReader("registration", _sure)
