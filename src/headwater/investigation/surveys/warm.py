"""Loads, once and before any worker is forked, what every worker would load: compiled loops, patterns, tables of words."""

from __future__ import annotations

import os
import sys

for _library in ("OMP", "OPENBLAS", "NUMBA"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")


class _Without:
    """Finds no package of these names, so that who would take it where it is there does without."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        """Refuse."""
        if name in ("pandas", "scipy"):
            raise ModuleNotFoundError(name)


# Arrow and numba load these wherever they find them, for a third of the time that a worker takes to begin; nothing here calls them
sys.meta_path.insert(0, _Without)

import pyarrow as pa  # noqa: E402

from headwater.exhibits.contents import readers  # noqa: E402
from headwater.exhibits.sheets import Sheet  # noqa: E402
from headwater.identifiers.text import Names  # noqa: E402
from headwater.investigation.surveys import work as work  # noqa: E402
from headwater.investigation.surveys.kept_memory import keep_memory  # noqa: E402
from headwater.scanning.fingerprints import Printer  # noqa: E402
from headwater.scanning.scanner import Scanner  # noqa: E402
from headwater.store.tokens import Tokeniser  # noqa: E402

keep_memory()
_HEADERS = ("姓名", "身份证号", "手机", "地址", "备注", "邮箱")
_ROW = ("张三", "132101199001010010", "15400000001", "上海市龙湖路12号3室", "无 编号 1", "a@example.com")


def _warmed() -> int:
    """Scan one made row and one made line with a key that is nobody's."""
    scanner, printer = Scanner(Tokeniser(bytes(32)), names=Names.ALL), Printer(bytes(32))
    columns = [pa.array([cell] * 20) for cell in _ROW]
    sheet = Sheet("", _HEADERS, pa.table(columns, names=list(_HEADERS)), 1, True, pa.array(range(1, 21), pa.int64()))
    finds = [*scanner.finds_of(sheet, scanner.judged(sheet))]
    finds += scanner.finds_in(pa.array(["，".join(_ROW)]), pa.array([1], pa.int64()))
    return sum(len(printer.prints(find.kind, find.compact)) for find in finds if find.compact is not None)


WARMED = _warmed()
sys.meta_path.remove(_Without)  # a reader that somebody else wrote may want them
READERS = len(readers()[0])
