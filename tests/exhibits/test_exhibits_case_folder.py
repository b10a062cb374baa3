"""The case folder is listed and left as it was; wrong settings name their block."""

from __future__ import annotations

import hashlib
import os

import pytest

from headwater.exhibits.digest import digest, digest_prefix
from headwater.exhibits.folder import open_case
from headwater.exhibits.settings import load_settings
from headwater.model.errors import CaseError, SettingsError
from headwater.model.settings import Settings

GOOD = """
timezone = "Asia/Shanghai"
organisation = "某公司"

[datasets.policyholders]
snapshot = "clients/policyholders.csv"
key = "client_id"
tables = ["crm.policyholders"]
urls = ['^/api/clients/(?P<subject>C[0-9]+)']
exports = ['^/api/export']

[network]
permitted_sites = ["*.shop.example"]

[[logs]]
files = "logs/**/login.csv"
format = "csv"
table = "logons"
time = {column = "time", format = "%Y/%m/%d %H:%M:%S"}
columns = {account = "user", ip = "sip", action = {column = "state", map = {success = "logon"}}}
constants = {kind = "ssh"}
where = "proto != 'icmp'"

[[logs]]
files = "logs/web.jsonl"
table = "requests"
time = "ts"
columns = {path = "url"}
"""


def settings_of(folder, text: str) -> Settings:
    file = folder / "headwater.toml"
    file.write_text(text, "utf-8")
    return load_settings(file)


def test_good_settings(tmp_path):
    settings = settings_of(tmp_path, GOOD)
    assert settings.timezone == "Asia/Shanghai"
    dataset = settings.dataset("policyholders")
    assert dataset is not None
    assert (dataset.key, dataset.tables) == ("client_id", ("crm.policyholders",))
    assert settings.permitted_sites == ("*.shop.example",)
    first, second = settings.logs
    assert (first.block, first.table, first.time) == (1, "logons", {"column": "time", "format": "%Y/%m/%d %H:%M:%S"})
    assert first.columns["account"] == {"column": "user"}
    assert first.columns["action"] == {"column": "state", "map": {"success": "logon"}}
    assert second.time == {"column": "ts"}
    assert settings.another_hand == 0.02
    assert settings_of(tmp_path, "[attribution]\nanother_hand = 0.05").another_hand == 0.05


def test_no_settings_are_the_defaults(tmp_path):
    assert load_settings(tmp_path / "headwater.toml") == Settings()


LOG = '[[logs]]\nfiles = "a"\ntable = "logons"\ntime = "t"\n'


@pytest.mark.parametrize(
    ("text", "block", "words"),
    [
        ("timezone = 'Mars/Olympus'", "headwater.toml", "Mars/Olympus"),
        ("timezone = '../../etc/passwd'", "headwater.toml", "time zone"),
        ("timezone = 8", "headwater.toml", "must be a text"),
        ("timezon = 'UTC'", "headwater.toml", "unknown key 'timezon'; known are timezone"),
        ("x = = 1", "headwater.toml", "line 1"),
        ("[datasets.x]\nkeys = 'a'", "[datasets.x]", "unknown key 'keys'; known are snapshot, key"),
        ("[datasets.x]\nurls = ['(']", "[datasets.x]", "regular expression"),
        ("[datasets.x]\nurls = ['^/a/(C)']", "[datasets.x]", "(?P<subject>"),
        ("[datasets.x]\ntables = 'a'", "[datasets.x]", "list of texts"),
        ("datasets = 5", "[datasets]", "must be a table"),
        ("[network]\nsites = []", "[network]", "unknown key"),
        ("[attribution]\nanother_hand = 0", "[attribution]", "a number between 0 and 1"),
        ("[attribution]\nanother_hand = 1.0", "[attribution]", "a number between 0 and 1"),
        ("[logs]\nfiles = 'a'", "headwater.toml", "[[logs]]"),
        (LOG + "[[logs]]\nfiles = 'a'\ntable = 'logins'\ntime = 't'", "[[logs]] 2", "there is no table 'logins'"),
        ("[[logs]]\nfiles = 'a'\ntable = 'returned'\ntime = 't'", "[[logs]] 1", "made by Headwater"),
        ("[[logs]]\ntable = 'logons'\ntime = 't'", "[[logs]] 1", "files is missing"),
        ("[[logs]]\nfiles = 'a'\ntable = 'logons'", "[[logs]] 1", "time is missing"),
        (LOG + "columns = {user = 'u'}", "[[logs]] 1", "no column 'user'; it has account"),
        (LOG + "columns = {account = 5}", "[[logs]] 1", "must be a table"),
        (LOG + "columns = {account = {map = {}}}", "[[logs]] 1", "column is missing"),
        (LOG + "columns = {account = {column = 'a', pattern = '('}}", "[[logs]] 1", "regular expression"),
        (LOG + "columns = {account = {column = 'a', pattern = 'x'}}", "[[logs]] 1", "exactly one group"),
        (LOG + "columns = {account = 'a'}\nconstants = {account = 'b'}", "[[logs]] 1", "both"),
        (LOG + "constants = {kind = [1]}", "[[logs]] 1", "constants.kind"),
        (LOG + "format = 'xml'", "[[logs]] 1", "csv, tsv, jsonl"),
        (LOG.replace('"t"', "{column = 't', zone = 'Nowhere'}"), "[[logs]] 1", "time zone"),
        (LOG.replace('"t"', "{format = 'iso'}"), "[[logs]] 1", "column is missing"),
        (LOG + "filter = 'x'", "[[logs]] 1", "known are files, format, table"),
    ],
)
def test_wrong_settings_name_their_block(tmp_path, text, block, words):
    with pytest.raises(SettingsError) as caught:
        settings_of(tmp_path, text)
    assert block in str(caught.value)
    assert words in str(caught.value)


def test_the_folder_is_listed_by_parts_and_holders(tmp_path):
    for path in (
        "logs/b.log",
        "logs/a/c.log",
        "seized/E1/客户.xlsx",
        "seized/loose.txt",
        "chats/张三/x.csv",
        "complaints.csv",
    ):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    (tmp_path / "headwater.toml").write_text("timezone = 'Asia/Shanghai'")
    before = sorted((str(p), p.stat().st_mtime_ns) for p in tmp_path.rglob("*"))
    case = open_case(tmp_path)
    assert [(e.path, e.part, e.holder) for e in case.exhibits] == [
        ("chats/张三/x.csv", "chats", "张三"),
        ("complaints.csv", "complaints.csv", None),
        ("logs/a/c.log", "logs", None),
        ("logs/b.log", "logs", None),
        ("seized/E1/客户.xlsx", "seized", "E1"),
        ("seized/loose.txt", "seized", None),
    ]
    assert [e.path for e in case.part("logs")] == ["logs/a/c.log", "logs/b.log"]
    assert case.settings.timezone == "Asia/Shanghai"
    assert before == sorted((str(p), p.stat().st_mtime_ns) for p in tmp_path.rglob("*"))


def test_links_and_special_files(tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("secret")
    case = tmp_path / "case"
    (case / "logs").mkdir(parents=True)
    (case / "logs" / "real.log").write_text("x")
    (case / "logs" / "inside").symlink_to("real.log")
    (case / "logs" / "out").symlink_to(outside)
    (case / "logs" / "loop").symlink_to("loop")
    (case / "logs" / "up").symlink_to("..")
    os.mkfifo(case / "logs" / "pipe")
    found = open_case(case)
    assert [e.path for e in found.exhibits] == ["logs/inside", "logs/real.log"]
    assert {item.path for item in found.not_read} == {"logs/out", "logs/loop", "logs/up", "logs/pipe"}


def test_names_in_any_script_and_encoding(tmp_path):
    (tmp_path / os.fsdecode("客户.csv".encode("gbk"))).write_bytes(b"x")
    (exhibit,) = open_case(tmp_path).exhibits
    assert exhibit.path == "客户.csv"
    assert exhibit.file.read_bytes() == b"x"


def test_no_folder(tmp_path):
    with pytest.raises(CaseError, match="does not exist"):
        open_case(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(CaseError, match="is not a folder"):
        open_case(tmp_path / "file")


def test_digests(tmp_path):
    file = tmp_path / "x"
    data = bytes(range(256)) * 9000
    file.write_bytes(data)
    assert digest(file) == hashlib.sha256(data).hexdigest()
    assert digest_prefix(file, 2_000_000) == hashlib.sha256(data[:2_000_000]).hexdigest()
    assert digest_prefix(file, len(data) + 1) is None
