"""Machines, mail and the world outside: every habit of an office comes up, and no two people have the same."""

from __future__ import annotations

import numpy as np
from lived import lived

from headwater.simulation.house.desk import CONSOLE, NETWORK, REMOTE, UNLOCK


def test_log_ons_come_in_all_kinds_and_some_log_offs_are_missing() -> None:
    world = lived()
    action, kind = world.column("logons", "action"), world.column("logons", "kind")
    assert {CONSOLE, NETWORK, UNLOCK, REMOTE} == set(kind.tolist())
    console = kind == CONSOLE
    came, went = (console & (action == "logon")).sum(), (console & (action == "logoff")).sum()
    assert 0.88 < went / came < 0.97
    assert 0.01 < (action == "failure").sum() / came < 0.3


def test_remote_log_ons_tell_where_they_come_from() -> None:
    world = lived()
    remote = world.column("logons", "kind") == REMOTE
    origin, place = world.column("logons", "origin")[remote], world.column("logons", "place")[remote]
    kinds = world.house.places.kind
    assert {"elsewhere", "desk"} <= set(kinds[origin].tolist())
    assert {"server", "desk"} >= set(kinds[place].tolist())
    assert (world.house.places.device[world.column("logons", "place")] != "").all()


def test_files_are_written_printed_packed_and_copied() -> None:
    world = lived()
    paths = world.column("files", "path").tolist()
    for part in ("\\Documents\\", "\\PRINTERS\\", ".zip", "E:\\", ".xlsx"):
        assert any(part in path for path in paths)
    assert {"create", "read", "update", "delete"} == set(world.column("files", "action").tolist())


def test_the_web_is_browsed_by_taste_and_posted_to_by_some() -> None:
    world = lived()
    trade, hosts = world.house.trade, world.column("web", "host")
    assert set(hosts.tolist()) == set(trade.sites)
    posts = world.column("web", "method") == "POST"
    by_chat = np.unique(world.column("web", "account")[posts & (hosts == trade.chat)])
    everybody = np.unique(world.column("web", "account"))
    assert 0.15 < len(by_chat) / len(everybody) < 0.6
    assert (posts & (hosts == trade.disk)).any()
    assert (posts & (hosts == trade.mail)).any()
    favourite = [top_share(hosts[world.column("web", "account") == account]) for account in everybody.tolist()]
    assert np.quantile(favourite, 0.9) > 2 * np.quantile(favourite, 0.1)


def top_share(hosts: np.ndarray[tuple[int], np.dtype[np.object_]]) -> float:
    counts = np.unique(hosts.astype(str), return_counts=True)[1]
    return float(counts.max() / counts.sum())


def test_mail_goes_within_and_out_and_comes_in() -> None:
    world = lived()
    sender, recipient = (world.column("mail", name).tolist() for name in ("sender", "recipient"))
    ways = {
        (a.endswith("@office.example"), b.endswith("@office.example")) for a, b in zip(sender, recipient, strict=True)
    }
    assert ways == {(True, True), (True, False), (False, True)}
    attachments = world.column("mail", "attachments")
    assert 0.1 < (attachments > 0).mean() < 0.4
    assert (
        world.column("mail", "bytes")[attachments > 0].mean()
        > 5 * world.column("mail", "bytes")[attachments == 0].mean()
    )
