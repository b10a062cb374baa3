"""The page of jobs and its twin: begun, ended, taken up, and seen by nobody of another case."""

from __future__ import annotations

import pytest
from tests.console.conftest import Console
from tests.console.ready_cases import INSURER, MARKET
from tests.console.test_jobs import over

from headwater.console.jobs.job import Job

ROOT, TWIN = f"/cases/{INSURER}/jobs", f"/api/v1/cases/{INSURER}/jobs"


def ended(console: Console, id: str) -> Job:
    job = console.house.jobs.job(id)
    assert job is not None
    return over(console.house.jobs, job)


@pytest.fixture(scope="module")
def cut(console: Console) -> Job:
    """A job that was begun on the page and ended there."""
    analyst = console.as_user("zhao")
    begun = analyst.post(ROOT, data={"kind": "ingest"})
    assert begun.status_code == 303
    id = begun.headers["location"].split("/")[-1].split("?")[0]
    assert analyst.get(TWIN).json()["at_work"][0]["id"] == id
    again = analyst.post(TWIN, json={"kind": "ingest"}).json()
    assert (again["id"], again["said"]) == (id, "The same work waits or runs already: this is it.")
    assert analyst.post(f"{ROOT}/{id}/end").status_code == 303
    return ended(console, id)


def test_what_is_over_is_not_ended_again_and_older_jobs_are_on_further_pages(console: Console, cut: Job) -> None:
    analyst = console.as_user("zhao")
    assert analyst.post(f"{TWIN}/{cut.id}/end").status_code == 200
    log = console.as_user("wang").get("/api/v1/audit", params={"act": "job.ended"}).json()["entries"]
    assert log["total"] == 1
    console.house.jobs.cancel(console.house.jobs.start("report", console.house.cases[0], "1", {"lang": "en"}).id)
    first = analyst.get(TWIN, params={"limit": 1}).json()["jobs"]
    second = analyst.get(TWIN, params={"limit": 1, "after": first["next"]}).json()["jobs"]
    assert (first["total"], second["next"]) == (2, None)
    assert [t["rows"][0]["job"]["href"].rpartition("/")[2] for t in (first, second)][1] == cut.id


def test_both_languages_and_no_folder_of_the_machine(console: Console, cut: Job) -> None:
    analyst = console.as_user("zhao")
    for lang, word in (("en", "Jobs"), ("zh", "任务")):
        page = analyst.get(ROOT, params={"lang": lang})
        assert word in page.text
        assert "style=" not in page.text
        one = analyst.get(f"{ROOT}/{cut.id}", params={"lang": lang})
        assert one.status_code == 200
        assert str(console.ready.root) not in page.text + one.text


def test_whose_case_it_is_not_sees_no_job_and_may_do_nothing(console: Console, cut: Job) -> None:
    chen, auditor = console.as_user("chen"), console.as_user("wang")
    assert chen.get(f"{TWIN}/{cut.id}").status_code == 404
    assert chen.get(f"/api/v1/cases/{MARKET}/jobs/{cut.id}").status_code == 404
    assert chen.post(f"/api/v1/cases/{MARKET}/jobs/{cut.id}/end").status_code == 404
    assert auditor.get(f"{TWIN}/{cut.id}").status_code == 200
    assert auditor.post(f"{TWIN}/{cut.id}/resume").status_code == 403
    assert auditor.post(TWIN, json={"kind": "ingest"}).status_code == 403
    assert console.stranger().get(TWIN).status_code == 401
    for id in ("..%2f..%2fjob.json", "J-", "lock"):
        assert auditor.get(f"{TWIN}/{id}").status_code == 404
    for kind in ("dropped", "../kinds", "nothing"):
        assert console.as_user("zhao").post(TWIN, json={"kind": kind}).status_code == 400


def test_what_was_ended_is_taken_up(console: Console, cut: Job) -> None:
    analyst = console.as_user("zhao")
    told = analyst.get(f"{TWIN}/{cut.id}").json()
    assert told["job"]["status"] == "cancelled"
    assert told["job"]["may_go_on"]
    assert analyst.post(f"{TWIN}/{cut.id}/resume").status_code == 200
    assert ended(console, cut.id).state.status == "done"
    assert analyst.get(f"{TWIN}/{cut.id}").json()["outcome"]["figures"][0]["value"] > 0
    again = analyst.post(f"{TWIN}/{cut.id}/resume")
    assert again.status_code == 409
    assert again.headers["content-type"] == "application/problem+json"
