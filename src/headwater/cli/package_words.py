"""What is said when a package was made, in both languages; what must not be overlooked is said on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from headwater.casework.package.making import Packed
from headwater.casework.package.notes import ABROAD
from headwater.model.words import Lang, Text

_STATES = {
    "changed": Text("was CHANGED since it was read", "读取之后已被改动"),
    "grown": Text("has GROWN since it was read", "读取之后有所增长"),
    "gone": Text("was read, and is GONE", "已读取，现已不在"),
    "never read": Text("was NEVER READ: it came later, or nothing could use it", "从未读取：为后加入，或无法使用"),
    "cannot be read": Text("CANNOT BE READ now", "现无法读取"),
}
MOST = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be printed; ``loud`` ones on standard error."""

    text: Text
    loud: bool = False

    def said(self, lang: Lang) -> str:
        """The line in that language."""
        return self.text.said(lang)


def told(packed: Packed, key: str, digest: str, made: Path | None) -> Iterator[Line]:
    """Everything that is said of a package that was just made."""
    yield Line(Text(f"package: {packed.file}", f"证据包：{packed.file}"))
    yield Line(Text(f"SHA-256: {digest}", f"SHA-256：{digest}"))
    yield Line(Text(f"signed with the key {key}", f"签名密钥：{key}"))
    yield Line(
        Text(
            f"{len(packed.read)} files read, {len(packed.members)} packed"
            + ("" if packed.stamped else "; no time stamp"),
            f"读取文件 {len(packed.read)} 个，装入 {len(packed.members)} 个" + ("" if packed.stamped else "；无时间戳"),
        )
    )
    if made:
        yield Line(
            Text(
                f"the key was made just now: {made}. Write its fingerprint into the record; whoever checks needs it by another way.",
                f"密钥为本次新建：{made}。请将指纹记入笔录；校验者须从其他途径得知该指纹。",
            ),
            loud=True,
        )
    different = packed.different
    for file in different[:MOST]:
        state = _STATES[file.state]
        yield Line(Text(f"!! {file.shown} {state.en}", f"!! {file.shown} {state.zh}"), loud=True)
    if different:
        count = len(different)
        yield Line(
            Text(
                f"!! {count} file(s) are not what the findings rest on. The package says so; investigate anew before it is used.",
                f"!! {count} 个文件与结论所依据者不一致。证据包中已注明；使用前应重新分析。",
            ),
            loud=True,
        )
    for name in packed.older[:MOST]:
        yield Line(
            Text(
                f"!! {name} is older than result.json: was it made of another? `headwater export` makes it anew",
                f"!! {name} 早于 result.json：可能出自另一次结果，可用 `headwater export` 重新生成",
            ),
            loud=True,
        )
    for chain in (c for c in packed.chains if not c.whole):
        yield Line(
            Text(
                f"!! {chain.name}: it is NOT WHOLE (`headwater audit verify` says where). The package says so.",
                f"!! {chain.name}：不完整（`headwater audit verify` 指明何处）。证据包中已注明。",
            ),
            loud=True,
        )
    yield Line(ABROAD, loud=True)
