"""How Hypothesis searches: the same examples every time where CI runs, new ones everywhere else."""

import os

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("twinhaus.testing.store_contract")

# No deadlines: a test proves a fact, not the speed of the machine that happens to run it.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", settings.get_profile("local"), derandomize=True, database=None, print_blob=True
)
settings.load_profile("ci" if os.environ.get("CI") else "local")
