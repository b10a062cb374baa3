"""Letters with large attachments to the outside are stopped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.house import House
from headwater.casework.prevention.leaving import COLUMNS, Leaving, cited
from headwater.detection.profiles.mailing import house_domains
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class MailOut(Leaving):
    """Stops letters to addresses outside the house whose attachments are above a size.

    It costs everybody who mails large files to customers and partners. It misses small pieces, and mail that passes by another
    server. A gateway log tells sizes, not contents.
    """

    id: ClassVar[str] = "mail-out"
    title: ClassVar[Text] = Text("Large attachments to outside addresses stopped", "拦截外发大附件邮件")
    does: ClassVar[Text] = Text(
        "letters to the outside with attachments above a size are stopped", "附件超过一定大小的外发邮件被拦截"
    )
    needs: ClassVar[tuple[str, ...]] = ("access", "mail")

    def leaving(self, house: House) -> pd.DataFrame:
        """Letters with attachments to the outside."""
        return house.keep("letters", lambda: _sent(house))

    def told(self, case: CaseActs, acts: pd.DataFrame) -> pd.DataFrame:
        """Letters whose very lines the case's findings cite."""
        return cited(case, acts)

    def said(self, size: str, to: str, limit: str) -> Text:
        """Which letter is stopped."""
        return Text(
            f"a letter of {size} bytes to {to} would have been stopped (above {limit})",
            f"发往 {to} 的 {size} 字节邮件会被拦截（上限 {limit}）",
        )


def _sent(house: House) -> pd.DataFrame:
    engine, org = house.scene.engine, house.scene.org
    mail = engine.table("mail")
    pattern = "@(?:" + "|".join(re.escape(d) for d in house_domains(engine)) + ")>?$"
    outside = mail.recipients.filter(lambda r: r.contains("@") & ~r.lower().re_search(pattern))
    sent = mail.filter((outside.length() > 0) & (mail.attachments.length() > 0) & mail.account.notnull())
    columns = ["time", "day", "account", "bytes", "source", "line"]
    frame = engine.arrow(sent.select(*columns, to=outside)).to_pandas()
    frame = frame.sort_values(["time", "source", "line"], ignore_index=True)
    owners = {a: (p.employee if (p := org.owner(a)) else None) for a in frame["account"].unique()}
    told = frame.assign(
        person=[owners[a] for a in frame["account"]],
        size=frame["bytes"].fillna(0).astype(float),
        to=[str(r[0]).rsplit("@", 1)[-1].rstrip(">") for r in frame["to"]],
    )
    return told.loc[told["person"].notna(), COLUMNS].reset_index(drop=True)


CONTROL = MailOut()
