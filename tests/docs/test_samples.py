"""Every command and every piece of code that a document shows is run by some test, or stands here with the reason."""

from collections import Counter
from pathlib import Path

import pytest
from tests.client.test_client_documents import DOCUMENTS as OF_THE_CLIENT
from tests.docs.reading import DOCUMENTS, ROOT, by_name
from tests.docs.samples import Sample, samples
from tests.docs.test_walkthroughs import ON_POSTGRES, WALKTHROUGHS

SHELL = ("sh", "sh refused")
# What is run: of which document, blocks of which kind; a text right after one is what it says.
RUN = {
    **{f"docs/{name}.md": SHELL for name in WALKTHROUGHS},
    **{f"docs/{name}.md": (*SHELL, "sql") for name in ON_POSTGRES},
    **dict.fromkeys(OF_THE_CLIENT, ("python",)),
    "docs/reference/dtdl.md": ("python",),
    "docs/reference/filters.md": (*SHELL, "json"),
}
RUN["docs/how-to/validate-an-ontology-in-ci.md"] = (*SHELL, "yaml")
RUN |= {
    f"docs/how-to/migrate-from-{name}.md": (*SHELL, "python") for name in ("willow", "azure-digital-twins")
}
CHORES = "The tests of the demo, of the benchmarks or of the documentation run what is behind it."
# What is not, by document and kind: how many there are, and why.
NOT_RUN = {
    ("README.md", "sh"): (4, f"{CHORES} tests/docs/test_walkthroughs.py runs those that serve."),
    ("README.md", "text"): (1, "What `make demo` says, shortened; tests/buildings/test_demo.py runs it."),
    ("ARCHITECTURE.md", "text"): (2, "Drawings."),
    ("benchmarks/README.md", "sh"): (2, CHORES),
    ("docs/explanation/benchmarks.md", "sh"): (1, CHORES),
    ("docs/explanation/benchmarks/queries.md", "text"): (
        120,
        "What benchmarks/ asks peers, which tests/benchmarks asks them.",
    ),
    ("docs/api/index.md", "sh"): (1, CHORES),
    ("client/README.md", "sh"): (1, "It installs the package from an index."),
    ("client/README.md", "python elsewhere"): (1, "It needs an account at Willow."),
    ("docs/how-to/migrate-from-willow.md", "sh elsewhere"): (1, "It needs an account at Willow."),
    ("CONTRIBUTING.md", "text"): (1, "It needs a Citus cluster."),
    ("deploy/README.md", "sh"): (
        8,
        "They need Docker, a cluster or an index of packages. tests/deploy runs those that write passwords, and most "
        "others where there is Docker.",
    ),
    ("deploy/README.md", "yaml"): (1, "tests/deploy/test_kubernetes.py holds it to the manifests."),
    ("deploy/README.md", "ini"): (1, "A file for libpq, with a place for a secret."),
    ("docs/how-to/citus.md", "sql"): (
        9,
        "Citus is in no wheel; tests/deploy/test_citus.py compares the settings.",
    ),
    ("docs/how-to/citus.md", "ini"): (1, "As above."),
    ("docs/how-to/citus.md", "text"): (1, "As above; docs/how-to/instances.md runs the same commands."),
    ("docs/how-to/instances.md", "text"): (1, "A setting."),
    ("docs/how-to/monitor.md", "yaml"): (1, "A file of Prometheus."),
    ("docs/how-to/monitor.md", "nginx"): (1, "A file of nginx."),
    ("docs/how-to/monitor.md", "text"): (1, "A header, whose times are never the same."),
    ("docs/reference/errors.md", "text"): (1, "An answer, whose id is never the same."),
}


def is_run(document: Path, sample: Sample) -> bool:
    """Whether a test runs it, or compares it with what is said."""
    kinds = RUN.get(by_name(document), ())
    if sample.info == "text" and sample.before is not None:
        return sample.before.info in kinds
    return sample.info in kinds


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_every_sample_is_run_or_accounted_for(document: Path) -> None:
    """What is not run is what stands in the list, no more and no less."""
    left = Counter(sample.info for sample in samples(document) if not is_run(document, sample))
    name = by_name(document)
    assert left == {kind: count for (of, kind), (count, _) in NOT_RUN.items() if of == name}


def test_what_is_accounted_for_is_there() -> None:
    """The lists name no document that is gone."""
    assert {*RUN, *(name for name, _ in NOT_RUN)} <= {by_name(document) for document in DOCUMENTS}
    assert all((ROOT / name).is_file() for name in RUN)
