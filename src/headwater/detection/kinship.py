"""What a finding says of what a reader has in common with those whom he looked up."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from headwater.detection.citing import cited
from headwater.detection.people import label
from headwater.detection.profiles.kin import COLLEAGUE, HOME, SURNAME, TRAITS, Common, Kin
from headwater.detection.profiles.rarity import bits
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Statement
from headwater.model.words import Text

TOLD = 0.1
"""Of what chance would bring to more readers than this nothing is said: a common surname is nobody's."""


def worth_telling(common: Sequence[Common]) -> list[Common]:
    """What chance alone would bring about seldom, the traits that were tried paid for."""
    return [each for each in common if clearest([each]) < TOLD and each.looked * each.share < 1.0]


def clearest(common: Sequence[Common]) -> float:
    """The smallest p-value of what a reader has in common, the traits that were tried paid for."""
    return min((min(1.0, each.p * len(TRAITS)) for each in common), default=1.0)


def kinship(scene: Scene, known: Kin | None, account: str, reader: str | None, most: float) -> tuple[Statement, ...]:
    """A sentence for each thing that this reader has in common; the clearest has its bits, ``most`` at most, the others none.

    Of anybody else than the account's owner nothing is said.
    """
    if known is None or reader is None:
        return ()
    worth = worth_telling([each for each in known.common.get(account, ()) if each.reader == reader])
    best = min(worth, key=lambda each: each.p, default=None)
    person = scene.org.people.get(reader)
    made = []
    for each in worth:
        weight = min(most, bits(min(1.0, each.p * len(TRAITS)))) if each is best else 0.0
        lines = _lines(scene, account, each.rows)
        made.append(Statement(_told(scene, account, each), weight, (*lines, *([person.cited] if person else []))))
    own = known.selves.get(account)
    if own is not None and str(own["reader"].iloc[0]) == reader:
        made.append(Statement(_self(scene, reader, own), 0.0, _lines(scene, account, own)))
    return tuple(made)


def _lines(scene: Scene, account: str, rows: pd.DataFrame) -> tuple[Citation, ...]:
    wanted = sorted(set(rows["subject"]))
    return cited(scene, "access", account, sorted(set(rows["day"])), keep=lambda t: t.subject.isin(wanted))


def _told(scene: Scene, account: str, each: Common) -> Text:
    who, number = label(scene, each.reader), len(each.rows[["dataset", "subject"]].drop_duplicates())
    expected = each.looked * each.share
    en, zh = {
        SURNAME: (f"bear the surname of {who}", f"与 {who} 同姓"),
        HOME: (f"have the address or the mobile number of {who}", f"与 {who} 住址或手机号相同"),
        COLLEAGUE: (
            "are, by their number or by name and what else is known of them, colleagues of the house",
            "按证件或姓名等信息为本单位同事",
        ),
    }[each.trait]
    kinship_en = " A shared surname is no proof of kinship." if each.trait == SURNAME else ""
    kinship_zh = "同姓不能证明有亲属关系。" if each.trait == SURNAME else ""
    return Text(
        f"Of {each.looked:,} people whom account {account} searched for and opened without a reason, {number:,} (of "
        f"{each.homes:,} households) {en}; by chance {expected:.2g} would.{kinship_en}",
        f"账号 {account} 无理由查询并打开的 {each.looked:,} 人中，有 {number:,} 人（分属 {each.homes:,} 户）{zh}；"
        f"按偶然计约 {expected:.2g} 人。{kinship_zh}",
    )


def _self(scene: Scene, reader: str, own: pd.DataFrame) -> Text:
    who, times = label(scene, reader), len(own)
    return Text(
        f"{times:,} of the look-ups without a reason are of what seems to be {who}'s own record, and are not counted here.",
        f"另有 {times:,} 次无理由查询似为 {who} 本人的记录，未计入。",
    )
