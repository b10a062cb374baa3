"""How many of N random bit flips over a package are found: ``python -m bench.flips PACKAGE --count 10000``.

Half fall anywhere, half on what is small beside the members: headers, names, manifest, signature, time stamp, seal, directory. Each
flipped copy is checked as a court's machine would, with the key that signed the original. Every one must be found.
"""

from __future__ import annotations

import argparse
import io
import random
import tempfile
import zipfile
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path

import headwater_verify


def regions(package: Path) -> dict[str, tuple[int, int]]:
    """Parts of a package by name: the whole, and each part that is small."""
    size = package.stat().st_size
    with zipfile.ZipFile(package) as archive:
        members, start = archive.infolist(), archive.start_dir
    ends = [*(m.header_offset for m in members[1:]), start]
    found = {"anywhere": (0, size), "directory and end": (start, size)}
    for member, end in zip(members, ends, strict=True):
        body = end - member.file_size
        found[f"header of {member.filename}"] = (member.header_offset, body)
        if member.filename in headwater_verify.AROUND:
            found[member.filename] = (body, end)
    return found


def main() -> None:
    """Flip, check, print how many of each part were found, and which were not."""
    asked = argparse.ArgumentParser(prog="python -m bench.flips", description=__doc__)
    asked.add_argument("package", type=Path)
    asked.add_argument("--count", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    data, chance = bytearray(options.package.read_bytes()), random.Random(options.seed)
    parts = regions(options.package)
    small = sorted(set(parts) - {"anywhere"})
    key = str(
        headwater_verify.Package(options.package, digester := headwater_verify.Digester()).manifest["signer"][
            "fingerprint"
        ]
    )
    digester.close()
    tried, missed = Counter[str](), []
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
        file = Path(folder, "p")
        for n in range(options.count):
            name = "anywhere" if n % 2 else small[n // 2 % len(small)]
            low, high = parts[name]
            bit = chance.randrange(8 * low, 8 * high)
            data[bit // 8] ^= 1 << bit % 8
            file.write_bytes(data)
            tried[name] += 1
            if headwater_verify.main([str(file), "--key", key]) != 1:
                missed.append((name, bit))
            data[bit // 8] ^= 1 << bit % 8
    for name in parts:
        print(f"{name}: {tried[name]} flips, {sum(where == name for where, _ in missed)} missed")
    print(f"{options.count - len(missed)} of {options.count} found{': MISSED ' + str(missed) if missed else ''}")


if __name__ == "__main__":
    main()
