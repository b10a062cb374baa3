"""Officer's, soldier's and police card of China: 军, 士 and other characters, 字第, six to eight digits.

No check digit. The words are part of the number and tell it apart; where they are left out, only a header or a word does.

>>> validate("军字第 1234567 号")
'军字第1234567'
>>> mask("军字第1234567号"), is_valid("12345")
('军字******67', False)
"""

from __future__ import annotations

from headwater.identifiers.form import Form

_FORM = Form(
    "^(?:[军兵士文职警武南北沈兰成济广海空政参后装]{1,2}字第[0-9]{6,8}|[0-9]{7,8})$",
    "such a card is one or two characters, 字第, and six to eight digits",
    dropped="号+$",
)

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array
