"""Mainland travel permit of residents of Taiwan (台胞证): eight digits; before 2015 ten digits, mostly with A or B after.

No check digit, and eight digits are also dates: it is believed only beside a header or a word.

>>> validate("01234567"), validate("0123456701(B)")
('01234567', '0123456701')
>>> mask("01234567"), is_valid("0123456")
('01****67', False)
"""

from __future__ import annotations

from headwater.identifiers.form import Form

_FORM = Form("^(?:[0-9]{8}|[0-9]{10})$", "such a permit has eight or ten digits", dropped="[()AB]")

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array
