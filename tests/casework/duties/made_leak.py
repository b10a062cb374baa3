"""A made result of a leak, full of what must never reach a notice. Nobody in it lives."""

from __future__ import annotations

from typing import Any

from tests.identifiers.made_ids import made_id, made_mobile

SECRETS = (
    *(
        "闫志远",
        "闫**",
        "E1021",
        "u1010",
        "WS-0417",
        made_mobile(12_345_678),
        "154****5679",
        "wxid_made_up",
        made_id(7),
    ),
    *("192.0.2.17", "files.example.com", "/seized/E1021/list.xlsx", "borrowed-account:u1010"),
)


def made_leak(jurisdiction: str = "cn", **changes: Any) -> dict[str, Any]:
    """One leaked file and one holder, an incident, complaints, a tally."""
    who, mask, whom, account, device, phone, number, wxid, identity, address, host, path, finding = SECRETS
    made = {
        "schema": "headwater/result/1",
        "case": {
            "name": f"case {who}",
            "organisation": "Northshore <Insurance> & *Sons*",
            "jurisdiction": jurisdiction,
        },
        "answer": [f"{who} took {phone}"],
        "incidents": [
            {
                **{"title": f"{who} ({mask}) over {account}", "accounts": [account], "employees": [whom]},
                **{"devices": [device], "findings": [finding], "subjects": 300, "bits": 9.0},
                **{"from": "2026-05-16T10:21:18+08:00", "to": "2026-08-07T12:48:18+08:00"},
                "channel": [{"host": host}],
                "story": [f"{address} {identity} {mask}"],
            }
        ],
        "attribution": [
            {
                **{"leak": "leaks/a.csv", "rows": 700, "ours": 520, "perhaps": 10, "not_ours": 170, "persons": 650},
                "takers": [
                    {
                        "account": account,
                        "employee": whom,
                        "from": "2026-05-20",
                        "to": "2026-08-06",
                        "probability": 0.9,
                    },
                    {
                        "account": account,
                        "employee": whom,
                        "from": "2025-01-01",
                        "to": "2026-11-01",
                        "probability": 0.1,
                    },
                ],
            },
            {"leak": f"seized/{whom}", "rows": 100, "ours": 100, "not_ours": 0, "persons": 90, "takers": []},
        ],
        "complaints": {"verdict": "source", "common": [{"account": account}]},
        "holdings": [
            {
                **{"holder": "leaks/a.csv", "role": "leak", "rows": 700, "persons": 650, "overlap": {"clients": 500}},
                **{"items": {"name": 650, "contact": 650, "id": 600}, "files": [{"path": path}]},
            },
            {
                **{
                    "holder": whom,
                    "role": "seized",
                    "rows": 100,
                    "persons": 90,
                    "overlap": {"clients": 95, "staff": 3},
                },
                **{"items": {"name": 90, "account": 0}, "files": [{"path": path}]},
            },
        ],
        "network": {"people": [{"id": "N1", "aliases": [wxid, number]}], "orders": []},
        "tally": [{"suspect": whom, "grade": "especially serious"}, {"suspect": None, "grade": "serious"}],
        "findings": [{"detector": "borrowed-account", "title": f"{who} {phone}"}],
        "limits": [],
    }
    return made | changes
