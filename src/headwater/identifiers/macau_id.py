"""Macau resident identity card number: eight digits, the first 1, 5 or 7, the last mostly in brackets.

How its check digit is made is not published, so that the shape alone decides: it is believed only beside a header
or a word.

>>> validate("1234567(8)"), mask("1234567(8)")
('12345678', '12****78')
>>> is_valid("22345678")
False
"""

from __future__ import annotations

from headwater.identifiers.form import Form

_FORM = Form("^[157][0-9]{7}$", "a Macau identity card number has eight digits, the first 1, 5 or 7", dropped="[()]")

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array
