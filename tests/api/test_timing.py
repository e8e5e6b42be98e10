"""`Server-Timing`: how a page of a list was found."""

import re
from typing import Any

import httpx
import pytest
from tests.api.models import SAMPLER

METRIC = r'[a-z]+;dur=\d+\.\d\d(;desc="(given up|whether more follow)")?'
TIMING = re.compile(rf"{METRIC}(, {METRIC})*")
REQUESTS: dict[str, dict[str, Any]] = {
    "order": {},
    "model": {"modelFilter": {"modelIds": [SAMPLER]}},
    "value": {"propertyFilter": {"field": "text", "operator": "equals", "value": "no such"}},
}


@pytest.mark.parametrize("driver", REQUESTS)
def test_lists_tell_which_filter_they_were_found_by(reading: httpx.Client, driver: str) -> None:
    """In the form that browsers read; on the first page and on the next."""
    answer = reading.post("/twins", json={**REQUESTS[driver], "pageSize": 2})
    timing = answer.headers["Server-Timing"]
    assert TIMING.fullmatch(timing)
    assert timing.startswith(driver)
    if token := answer.json()["continuationToken"]:
        again = reading.post("/twins", json={"continuationToken": token, "pageSize": 2})
        assert TIMING.fullmatch(again.headers["Server-Timing"])


def test_other_answers_do_not(reading: httpx.Client) -> None:
    """They are found by their ids."""
    assert "Server-Timing" not in reading.post("/twins/count").headers
