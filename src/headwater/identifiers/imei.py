"""Identity of a mobile telephone (IMEI, 3GPP TS 23.003): fifteen digits, the last by Luhn; IMEISV has sixteen.

The first two digits name the body that allotted the number. One random number in ten passes Luhn: it wants a header
or a word. The normal form is the fifteen digits.

>>> validate("00-123456-123456-2")
'001234561234562'
>>> mask("001234561234562"), is_valid("001234561234563")
('001********4562', False)
"""

from __future__ import annotations

from headwater.identifiers import luhn
from headwater.identifiers.form import Form

_FORM = Form(
    "^(?:0[01]|1[03]|3[0135]|4[4-59]|5[0-4]|8[6]|9[189])[0-9]{13}$",
    "an IMEI has fifteen digits and begins with the number of a reporting body",
    shown=(3, 4),
    dropped="/",
    check=luhn.passes,
)

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array
