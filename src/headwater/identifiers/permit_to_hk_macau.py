"""Permit of mainland residents for Hong Kong and Macau (往来港澳通行证), and for Taiwan (大陆居民往来台湾通行证).

C and eight digits, or C, a letter and seven digits (to Hong Kong and Macau; W in old ones); L and eight digits (to
Taiwan; T in old ones). No check digit: it is believed only beside a header or a word.

>>> validate("C12345678"), validate("ca1234567"), validate("L12345678")
('C12345678', 'CA1234567', 'L12345678')
>>> mask("C12345678"), is_valid("CI1234567")
('C1*****78', False)
"""

from __future__ import annotations

from headwater.identifiers.form import Form

_FORM = Form(
    "^(?:[CWLT][0-9]{8}|C[A-HJ-NP-Z][0-9]{7})$",
    "such a permit is C, W, L or T and eight digits, or C, a letter and seven",
)

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array
