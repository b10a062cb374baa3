"""The text beside the files of a package that tells whoever opens it what it is and how to check it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TEXT = """\
EVIDENCE PACKAGE of headwater {version}
case: {case}
made: {at}
signing key (SHA-256 of the public key): {key}

manifest.json      digests of every file that was read and of every file that lies here, how, when and by whom
manifest.json.sig  its Ed25519 signature (64 bytes)
manifest.json.tsr  a time stamp over the signature (RFC 3161), where one was asked for
seal.sig           a signature over the latter two
files/             what Headwater wrote

Check it with headwater_verify.py, one file that needs Python 3.9 or later and nothing else. Take it from a source that
you trust, not from whoever gave you this package:

    python headwater_verify.py PACKAGE --key {key}

The signature alone can be checked by OpenSSL: put the public key into key.pem, then
    openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json -sigfile manifest.json.sig

{notes_en}

证据包（headwater {version}）
案件：{case}
制作时间：{at}
签名密钥指纹（公钥的 SHA-256）：{key}

manifest.json      清单：所读取的每个文件和包内每个文件的 SHA-256 与 SM3 摘要，以及方法、时间和人员
manifest.json.sig  清单的 Ed25519 签名（64 字节）
manifest.json.tsr  对签名的时间戳（RFC 3161），如已申请
seal.sig           对签名和时间戳的封印
files/             Headwater 所生成的文件

请用 headwater_verify.py 校验：单个文件，仅需 Python 3.9 以上。请从可信来源取得，不要使用提供本包者给出的程序：

    python headwater_verify.py PACKAGE --key {key} --lang zh

{notes_zh}
"""


def readme(told: Mapping[str, Any]) -> str:
    """The text for a manifest that lacks no more than its members."""
    return _TEXT.format(
        version=told["tool"]["version"],
        case=told["case"]["name"],
        at=told["made"]["at"]["local"],
        key=told["signer"]["fingerprint"],
        notes_en="\n".join(f"- {note['en']}" for note in told["notes"]),
        notes_zh="\n".join(f"- {note['zh']}" for note in told["notes"]),
    )
