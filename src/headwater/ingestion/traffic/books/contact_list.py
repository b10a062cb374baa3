"""Address books and friend lists as tables: accounts with nicknames, the owner's remarks, numbers.

``wxid_yl2p0000000022,阿木子李(收),木子,15400000001``
"""

from __future__ import annotations

import re

from headwater.exhibits.member import Member
from headwater.ingestion.traffic.books.table import BookReader
from headwater.ingestion.traffic.headings import Header

_CALLED = re.compile("通讯录|联系人|好友|电话本|名片夹|contact|address ?book|phone ?book|friend", re.IGNORECASE)
_ACCOUNTS = (
    "wxid",
    "微信id",
    "微信号",
    "用户名",
    "username",
    "uin",
    "qq号码",
    "qq号",
    "qq",
    "成员账号",
    "好友账号",
    "成员id",
    "memberid",
)


def _sure(header: Header, member: Member) -> float:
    """A list of people may be what was traded: among chats it must be called an address book, and name accounts of a messenger."""
    words = sum(header.has(field) for field in ("nickname", "remark", "name", "group_nickname"))
    accounts = header.named(*_ACCOUNTS) and (words >= 2 or header.has("nickname") or header.has("group"))
    called = bool(_CALLED.search(member.path.rpartition("/")[2]))
    if member.exhibit.part == "chats":
        return 0.9 if accounts and called else 0.0
    if accounts:
        return 0.9
    if member.exhibit.part == "contacts" or called:
        return 0.8 if header.has("phone") and words else 0.7 if header.has("account") and words else 0.0
    return 0.0


READER = BookReader("contact-list", _sure)
