"""QQ number: five to eleven digits, the first not zero.

Nothing in it tells it from other numbers: it is believed only beside a header or the words QQ, 扣扣 (and as the local
part of an address at qq.com it is an e-mail address).

>>> validate("QQ 12345678"), mask("12345678")
('12345678', '12****78')
>>> is_valid("0123456")
False
"""

from __future__ import annotations

from headwater.identifiers.form import Form

_FORM = Form("^[1-9][0-9]{4,10}$", "a QQ number has five to eleven digits", dropped="^QQ[:#]?")

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array
