"""Identity of a mobile subscriber (IMSI, ITU-T E.212): country (three digits), network, subscriber: fifteen digits.

Only those of the networks of mainland China (460) and of Hong Kong, Macau and Taiwan (454, 455, 466) are told from
other numbers; there is no check digit, so that it is believed only beside a header or a word.

>>> validate("460001234567890"), mask("460001234567890")
('460001234567890', '46000******7890')
>>> is_valid("123001234567890")
False
"""

from __future__ import annotations

from headwater.identifiers.form import Form

_FORM = Form("^(?:460|454|455|466)[0-9]{12}$", "an IMSI has fifteen digits and begins with a country", shown=(5, 4))

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array
