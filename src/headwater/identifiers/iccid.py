"""Number of a SIM card (ICCID, ITU-T E.118): 89, country, issuer, account: nineteen or twenty digits, the last by Luhn.

>>> validate("8986 0012 3456 7890 1238")
'89860012345678901238'
>>> mask("89860012345678901238"), is_valid("89860012345678901239")
('8986************1238', False)
"""

from __future__ import annotations

from headwater.identifiers import luhn
from headwater.identifiers.form import Form

_FORM = Form(
    "^89[1-9][0-9]{16,17}$",
    "an ICCID has nineteen or twenty digits and begins with 89",
    shown=(4, 4),
    check=luhn.passes,
)

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array
