import sys
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.ingestion import choosing
from headwater.ingestion.choosing import choose, found, look_in, parsers
from headwater.ingestion.parsers.combined import Combined

COMBINED = '192.0.2.7 - u0001 [07/May/2018:09:30:34 +0800] "GET /api/clients/C1 HTTP/1.1" 200 1502 "-" "Mozilla/5.0"'
ELFF = "#Fields: date time c-ip cs-username cs-method cs(Host) cs-uri-path sc-status cs-bytes sc-bytes"
SQUID = "1525656634.123    105 192.0.2.7 TCP_MISS/200 15589 GET http://shop.example/p/1 u0001 HIER_DIRECT/192.0.2.80 -"
ZEEK = "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state"
JSON = '{"time": "2018-05-07T09:30:34+08:00", "remote_addr": "192.0.2.7", "request": "GET /a HTTP/1.1", "status": 200}'
OCSF = '{"class_uid": 4002, "time": 1525656634000, "http_request": {"http_method": "GET", "url": {"path": "/"}}}'

PARSER = """
class One:
    name = "NAME"
    def __init__(self, context): ...
    @classmethod
    def sniff(cls, head): return 1 / 0
    def feed(self, lines): ...
    def finish(self): ...
    def state(self): ...
    def resume(self, state): ...
"""


@pytest.mark.parametrize(
    ("line", "name"),
    [(COMBINED, "combined"), (ELFF, "elff"), (SQUID, "squid"), (ZEEK, "zeek"), (JSON, "json_access")],
)
def test_each_format_is_told_by_its_content(line, name):
    assert choose([line]).name == name


def test_a_text_of_no_format_is_read_by_none():
    assert choose([]) is None
    assert choose(["dear diary", "a,b,c", "{}"]) is None
    assert choose([COMBINED, *["noise"] * 9]) is None


def test_events_of_other_formats_are_not_taken_for_requests():
    assert getattr(choose([OCSF]), "name", None) != "json_access"


def test_all_parsers_are_found_by_name_and_none_is_broken():
    names = [parser.name for parser in parsers()]
    assert names == sorted(names)
    assert {"combined", "elff", "json_access", "squid", "zeek"} <= set(names)
    assert found().unloadable == ()


@pytest.mark.parametrize("parser", parsers(), ids=lambda parser: parser.name)
def test_no_parser_is_surer_than_its_ceiling_nor_chosen_for_the_sample_of_another(parser):
    source = Path(sys.modules[parser.__module__].__file__).read_text("utf-8").splitlines()
    sample = source[0].removeprefix("# ").removesuffix("  # noqa: E501")
    for other in parsers():
        assert other.sniff([sample]) <= getattr(other, "ceiling", 1.0)
    assert choose([sample]) in (parser, None)


@given(st.lists(st.sampled_from([COMBINED, ELFF, SQUID, ZEEK, JSON, OCSF, "noise", ""]), max_size=12))
def test_asking_only_those_who_can_be_surest_chooses_as_asking_all_does(head):
    asked = sorted(parsers(), key=lambda parser: (-parser.sniff(head), parser.name))
    assert choose(head) == (asked[0] if asked[0].sniff(head) > choosing.FLOOR else None)


@pytest.fixture
def made_package(tmp_path, monkeypatch):
    folder = tmp_path / "made_parsers"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "good.py").write_text(PARSER.replace("NAME", "good"))
    (folder / "broken.py").write_text("import no_such_module_anywhere")
    (folder / "none.py").write_text("x = 1")
    (folder / "two.py").write_text(PARSER + PARSER.replace("One", "Two"))
    (folder / "twin.py").write_text(PARSER.replace("NAME", "good"))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield import_module("made_parsers")
    for name in [name for name in sys.modules if name.startswith("made_parsers")]:
        del sys.modules[name]


def test_what_cannot_be_loaded_is_listed(made_package):
    seen = look_in(made_package)
    assert [parser.name for parser in seen.parsers] == ["good"]
    reasons = {each.name.rpartition(".")[2]: each.reason for each in seen.unloadable}
    assert reasons == {
        "broken": "ModuleNotFoundError: No module named 'no_such_module_anywhere'",
        "none": "TypeError: the module defines 0 parsers, not one",
        "two": "TypeError: the module defines 2 parsers, not one",
        "twin": "TypeError: another parser is named 'good'",
    }


def test_others_may_offer_parsers(made_package):
    offered = [
        EntryPoint("mine", "made_parsers.good:One", choosing.GROUP),
        EntryPoint("gone", "made_parsers.good:Gone", choosing.GROUP),
        EntryPoint("odd", "json:dumps", choosing.GROUP),
    ]
    seen = look_in(import_module("headwater.ingestion.parsers"), offered)
    assert {"good", Combined.name} <= {parser.name for parser in seen.parsers}
    assert [each.name for each in seen.unloadable] == ["gone", "odd"]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_never_raises(head):
    assert choose(head) is None or choose(head) in parsers()
