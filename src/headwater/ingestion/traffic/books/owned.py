"""Tells an address book that somebody kept from a table of people that somebody sold, where both lie among seized files."""

from __future__ import annotations

import re

from headwater.exhibits.encodings import HEAD
from headwater.exhibits.member import Member, plain
from headwater.exhibits.sheets import Sheet, sheets
from headwater.ingestion.traffic.books.vcard import READER as VCARDS
from headwater.ingestion.traffic.found_readers import FLOOR
from headwater.ingestion.traffic.headings import plain_name
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import Exhibit

_CALLED = re.compile("通讯录|联系人|好友列表|电话本|名片夹|contacts?|address ?book|phone ?book", re.IGNORECASE)
_NAMES = frozenset({"姓名", "名字", "联系人", "name", "昵称", "nickname", "称呼"})
_NUMBERS = frozenset(
    {"电话", "手机", "手机号", "手机号码", "电话号码", "联系电话", "phone", "mobile", "tel", "微信号", "wxid", "qq"}
)
_TRADED = re.compile(
    "身份证|证件|银行卡|卡号|保单|余额|车牌|车架|贷款|逾期|金额|套餐|快递|运单|学校|户型|产品|性别|年龄|id_?number|policy|plate"
)
_MOST = 3_000
"""Nobody knows more people than this by name."""


def is_kept_book(exhibit: Exhibit) -> bool:
    """Tell whether a seized file is an address book that its holder kept: facts are read out of it, and it is scanned all the same.

    A list of people who were sold may be called one too, so being one never keeps a file from the scanner.
    """
    if not _CALLED.search(exhibit.path.rpartition("/")[2]) or exhibit.holder is None:
        return False
    member = plain(exhibit)
    try:
        if VCARDS.fits(member, _head(member)) > FLOOR:
            return True
        return any(isinstance(s, Sheet) and is_address_book(exhibit.path.rpartition("/")[2], s) for s in sheets(member))
    except UnreadableError:
        return False


def _head(member: Member) -> bytes:
    with member.open() as stream:
        return stream.read(HEAD)


def is_address_book(file_name: str, sheet: Sheet) -> bool:
    """Tell whether a table is an address book: it is called one, or names accounts, and holds nothing that is only sold.

    A plain list of names and telephones under any other name may be either: it is then none.
    """
    names = {plain_name(column) for column in sheet.columns}
    if sheet.rows.num_rows > _MOST or not names & _NUMBERS or not names & _NAMES:
        return False
    return bool(_CALLED.search(file_name)) and not any(_TRADED.search(name) for name in names)
