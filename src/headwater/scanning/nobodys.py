"""What is found and is nobody's: mailboxes of roles, and where shops, branches and companies are and how they are called up.

They are told as kinds of their own, which are no personal information and stand for no person. In the lake they keep the kind that they
look like, so that their tokens still join, and :data:`NOBODY` as their party.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from headwater.exhibits.sheets import Sheet
from headwater.identifiers import normal
from headwater.scanning.finds import Find, Verdict

_ROLES = (
    "no[-_.]?reply|do[-_.]?not[-_.]?reply|noresponse|mailer[-_.]?daemon|postmaster|hostmaster|webmaster|listmaster|abuse|root|daemon"
    "|admin|administrator|support|services?|customer[-_.]?(?:service|care|support)|help|helpdesk|info|information|contact|sales|marketing"
    "|billing|invoices?|accounts?[-_.]?(?:payable|receivable)|orders?|notifications?|notify|alerts?|news|newsletter|security|privacy|legal"
    "|compliance|office|reception|hr|jobs|careers|recruit(?:ing|ment)?|press|media|team|hello|enquir(?:y|ies)|inquir(?:y|ies)|feedback"
    "|kefu|fuwu|zhaopin|yewu|caiwu|hotline|system|sysadmin|bounces?|subscribe|unsubscribe|bugs?|devel|users|announce|maintainers?|ci|robot|bot"
)
_ROLE = rf"^(?:{_ROLES})[0-9]{{0,3}}@|^[^@]*[-_.+](?:no[-_.]?reply|bounces?|owner|request)@|^no[-_.]?reply[-_.+][^@]*@"
_OWN_CHOICE = (  # what people call themselves where anybody may have a mailbox: team007, zhang-owner
    r"(?:[0-9]|owner|request)@(?:vip\.)?(?:qq|163|126|yeah|foxmail|sina|sohu|139|189|aliyun|21cn|gmail|googlemail|outlook|hotmail|live|msn"
    r"|yahoo|ymail|icloud|me|aol|gmx|proton|protonmail|yandex|mail)\.(?:com|cn|net|ru|de|me|com\.cn|co\.[a-z]{2})$"
)
_LIST = r"@(?:lists?|groups|googlegroups|bugs|tickets?)\.|@[^@]*\.lists?\.|@googlegroups\.com$"
_SITE = re.compile(
    "公司|企业|单位|门店|店铺|店名|商户|商家|网点|机构|分行|支行|分公司|营业|仓库|厂|供应商|注册地|办公地|经营场所"
    r"|(?:^|[^A-Za-z])(?:company|store|shop|branch|merchant|vendor|supplier|office|warehouse|outlet|site|corp|corporate|business)(?:[^a-z]|$)",
    re.I,
)
_HUMPS = re.compile("(?<=[a-z])(?=[A-Z])")
_HOME = re.compile(
    "住址|居住|现住|常住|住宅|宅电|家庭|家里|户籍|收货|收件|邮寄|送货|配送|个人|本人"
    "|home|resid|living|personal|private|shipping|delivery|recipient|receiver|consignee",
    re.I,
)
_ORGANISATION = (
    "(?:公司|分店|门店|商店|药店|酒店|饭店|书店|超市|商场|厂|支行|分行|银行|营业部|营业厅|网点|中心|集团|医院|学校|合作社|事务所|经营部|[店行])(?:[（(].{1,20}[)）])?$"
    "|(?i: inc\\.?| ltd\\.?| llc| gmbh| corp\\.?| s\\.?a\\.?| store| branch)$"
)
_MOST = 0.6
_NAMING = frozenset({"name", "resident_id", "passport"})
_OF_SITES = {"address": "site_address", "landline": "site_phone"}
_ROLE_EMAIL = "role_email"
_LOOKS_LIKE = {**{told: kind for kind, told in _OF_SITES.items()}, _ROLE_EMAIL: "email"}
NOBODY = -1
"""The party of what is nobody's."""


def sites(sheet: Sheet, verdicts: Sequence[Verdict]) -> frozenset[int]:
    """Give the columns (1-based) whose addresses and landlines are those of shops, branches or companies.

    They are where the table names no person, and either their header speaks of such a place or another column names one in each row and
    their header does not speak of a home or of whom something is sent to.
    """
    if any(verdict.kind in _NAMING for verdict in verdicts):
        return frozenset()
    asked = [place for place, verdict in enumerate(verdicts) if verdict.kind in _OF_SITES]
    headers = [_HUMPS.sub("_", header) if sheet.header else "" for header in sheet.columns]
    if not asked:
        return frozenset()
    named = [place for place in asked if _SITE.search(headers[place])]
    if len(named) < len(asked) and _has_organisations(sheet, verdicts):
        named = [place for place in asked if place in named or not _HOME.search(headers[place])]
    return frozenset(place + 1 for place in named)


def _has_organisations(sheet: Sheet, verdicts: Sequence[Verdict]) -> bool:
    for column, verdict in zip(sheet.rows.columns, verdicts, strict=True):
        if verdict.kind is not None:
            continue
        texts = normal.as_text(column.slice(0, 5000)).drop_null()
        if len(texts) and normal.matching(texts, _ORGANISATION).mean() >= _MOST:
            return True
    return False


def looks_like(kind: str) -> str | None:
    """Give the kind that something of nobody's has the form of; ``None`` where a kind is somebody's."""
    return _LOOKS_LIKE.get(kind)


def told_apart(find: Find, of_sites: frozenset[int] = frozenset()) -> Iterator[Find]:
    """Give a find as it is, or in parts: what is somebody's, and what is not."""
    if find.kind in _OF_SITES and find.column in of_sites:
        yield replace(find, kind=_OF_SITES[find.kind])
    elif find.kind == "email" and find.compact is not None:
        of_roles = normal.matching(find.compact, _ROLE) | normal.matching(find.compact, _LIST)
        yield from _parts(find, of_roles & ~normal.matching(find.compact, _OWN_CHOICE))
    else:
        yield find


def _parts(find: Find, of_roles: np.ndarray) -> Iterator[Find]:
    if not of_roles.any():
        yield find
        return
    yield replace(find.only(of_roles), kind=_ROLE_EMAIL)
    if not of_roles.all():
        yield find.only(~of_roles)
