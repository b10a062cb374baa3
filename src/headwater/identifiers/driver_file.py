"""File number of a Chinese driving licence (档案编号): twelve digits. The licence's own number is the resident id.

No check digit: it is believed only beside a header or a word.

>>> validate("310000123456"), mask("310000123456")
('310000123456', '31********56')
>>> is_valid("990000123456")
False
"""

from __future__ import annotations

from headwater.identifiers.form import Form

_FORM = Form("^[1-6][0-9]{11}$", "the file number of a driving licence has twelve digits and begins with a province")

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array
