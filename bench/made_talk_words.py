"""What is said in the made market of the benches: every template once, of trade and of other things."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa

SLOTS = 3
NAME, MOBILE, NUMBER = 1, 2, 3
KINDS = {"name": NAME, "mobile": MOBILE, "resident_id": NUMBER}

ITEMS = (("机主", 120), ("手机定位", 600), ("开房", 400), ("全户", 300))
ASKING = ("查{} ⟨mobile⟩", "⟨mobile⟩ {}", "老板 {}一个 ⟨mobile⟩", "⟨name⟩ ⟨mobile⟩ {} 急", "{} ⟨name⟩⟨mobile⟩")
ANSWERS = (
    ("⟨mobile⟩ 机主⟨name⟩ ⟨resident_id⟩", "⟨mobile⟩ 机主⟨name⟩"),
    ("⟨mobile⟩ 东区3号楼附近 误差200米", "⟨mobile⟩ 定位在城南客运站"),
    ("⟨name⟩ ⟨resident_id⟩ 3月4日 如家 302", "⟨name⟩ 入住 三月四日 汉庭 511房"),
    ("⟨mobile⟩ 户主⟨name⟩ ⟨resident_id⟩ 妻一人 子一人", "户主⟨name⟩ ⟨resident_id⟩"),
)
FAILURES = ("⟨mobile⟩ 查不到", "⟨mobile⟩ 查无", "⟨mobile⟩ 空的")
WAITING = ("稍等", "收到", "好的", "ok", "马上")
OPENINGS = (
    "",
    "哎 ",
    "那个",
    "今天",
    "昨天",
    "明天",
    "老王说",
    "我妈说",
    "听说",
    "真的 ",
    "对了 ",
    "下周",
    "周末",
    "刚才",
    "等下",
    "好像",
)
REMARKS = (
    *(
        "吃饭了吗",
        "去看球",
        "下雨了",
        "堵车",
        "加班到九点",
        "孩子发烧",
        "房价又涨了",
        "快递到了",
        "外卖放门口了",
        "今天不行",
    ),
    *("发我一份", "车坏了", "开会", "考试过了", "搬家", "借我两百", "还没到", "人太多", "钥匙在前台", "打我另一个号"),
    *("菜涨价了", "换手机了", "地铁坏了", "要停水", "太热", "买了票", "去医院", "晚点到", "喝一杯", "店关门了"),
)
ENDINGS = ("", "吧", "啊", "哈哈", " 你呢", " 行不行", "了没", " 烦死了")


class Words:
    """Every template once: its kind, pieces between identifiers, and which identifiers these are."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.ask = np.array([[self._put(form.format(item)) for form in ASKING] for item, _ in ITEMS])
        self.answer = np.array([[self._put(form) for form in forms] for forms in ANSWERS])
        self.fail = np.array([self._put(form) for form in FAILURES])
        self.wait = np.array([self._put(form) for form in WAITING])
        self.talk = np.array([self._put("".join(parts)) for parts in product(OPENINGS, REMARKS, ENDINGS)])
        self.first_paid = len(self.texts)
        self.prices = np.unique([price * (10 - 2 * level) // 10 for _, price in ITEMS for level in range(3)])
        for price in self.prices:
            self._put(f"[转账] ¥{price}.00")
        pieces = [_pieces(text) for text in self.texts]
        self.kinds = np.array([[*(KINDS[k] for k in kinds), *[0] * (SLOTS - len(kinds))] for _, kinds in pieces])
        self.between = [pa.array([p[s] if s < len(p) else "" for p, _ in pieces]) for s in range(SLOTS + 1)]
        self.shapes = pa.array(self.texts)

    def _put(self, text: str) -> int:
        self.texts.append(text)
        return len(self.texts) - 1


def _pieces(text: str) -> tuple[list[str], list[str]]:
    parts = text.replace("⟩", "⟨").split("⟨")
    return parts[::2], parts[1::2]
