"""Foreign permanent resident card of China as it was until 2023: three letters of the country, twelve digits.

The digits are the place (four), the birth (six, YYMMDD) and two more. The number of today's card is a resident id.

>>> validate("GBR310090010112")
'GBR310090010112'
>>> mask("GBR310090010112"), is_valid("GBR310090130112")
('GBR*********112', False)
"""

from __future__ import annotations

from headwater.identifiers.form import Form

_FORM = Form(
    "^[A-Z]{3}[1-9][0-9]{3}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{2}$",
    "such a card has three letters and twelve digits with a day of birth",
    shown=(3, 3),
)

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array
