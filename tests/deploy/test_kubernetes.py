"""The manifests: valid for Kubernetes, strict about what a pod may do, and true to the server."""

import shutil
import subprocess
from typing import Any

import kubernetes_validate
import pytest
import yaml
from tests.deploy.files import DEPLOY, PINNED, documents, instructions
from tests.docs.reading import COMMANDS, PROJECT
from tests.docs.samples import samples

from twinhaus.api.routes import ROUTES
from twinhaus.settings import load_settings, to_environment

FOLDER = DEPLOY / "kubernetes"
KUSTOMIZATION: dict[str, Any] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
APPLIED = [f"kubernetes/{name}" for name in KUSTOMIZATION["resources"]]
# The oldest that is still maintained when this is written, and the newest that the schemas are there for.
VERSIONS = ("1.34", kubernetes_validate.latest_version())


def resource(kind: str) -> dict[str, Any]:
    """The one resource of a kind."""
    (found,) = [one for one in documents(*APPLIED, "kubernetes/ingress.yaml") if one["kind"] == kind]
    return found


@pytest.fixture
def pod() -> dict[str, Any]:
    """What the deployment makes."""
    found: dict[str, Any] = resource("Deployment")["spec"]["template"]
    return found


@pytest.fixture
def container(pod: dict[str, Any]) -> dict[str, Any]:
    """The one container of a pod."""
    (found,) = pod["spec"]["containers"]
    return dict(found)


@pytest.mark.parametrize("version", VERSIONS)
def test_manifests_are_valid(version: str) -> None:
    """Every manifest is what the schemas of Kubernetes ask for, and has nothing that they do not know."""
    for document in documents(*APPLIED, "kubernetes/ingress.yaml"):
        kubernetes_validate.validate(document, version, strict=True)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kustomize_puts_them_together() -> None:
    """What `kubectl` makes of the folder is valid, too: each resource, with the image of a registry."""
    made = subprocess.run(
        ["kubectl", "kustomize", str(FOLDER)], capture_output=True, text=True, check=True
    ).stdout
    resources = list(yaml.safe_load_all(made))
    for document in resources:
        kubernetes_validate.validate(document, VERSIONS[-1], strict=True)
    assert len(resources) == len(APPLIED) + 1
    (deployment,) = [one for one in resources if one["kind"] == "Deployment"]
    image = deployment["spec"]["template"]["spec"]["containers"][0]["image"]
    assert image == f"registry.example.com/twinhaus:{PROJECT['project']['version']}"


def test_a_kustomization_of_ones_own_replaces_the_examples() -> None:
    """The kustomization in README.md stands on this one, names what it has, and leaves no example of it in place."""
    (shown,) = (one for one in samples(DEPLOY / "README.md") if one.info == "yaml")
    own = yaml.safe_load(shown.body)
    assert own["resources"] == ["../kubernetes"]
    assert [one["name"] for one in own["images"]] == [one["newName"] for one in KUSTOMIZATION["images"]]
    (settings,), (merged,) = KUSTOMIZATION["configMapGenerator"], own["configMapGenerator"]
    assert (merged["name"], merged["behavior"]) == (settings["name"], "merge")
    of_examples = {one for one in settings["literals"] if "example.com" in one}
    assert {one.partition("=")[0] for one in merged["literals"]} == {
        one.partition("=")[0] for one in of_examples
    }


def test_everything_is_applied() -> None:
    """The kustomization has every manifest but the example of an ingress."""
    files = {path.name for path in FOLDER.iterdir()} - {"kustomization.yaml", "ingress.yaml"}
    assert files == set(KUSTOMIZATION["resources"])


def test_the_image_is_pinned(container: dict[str, Any]) -> None:
    """The image is that of this version."""
    (image,) = KUSTOMIZATION["images"]
    assert image["name"] == container["image"]
    assert PINNED.fullmatch(f"{image['newName']}:{image['newTag']}")
    assert image["newTag"] == PROJECT["project"]["version"]


def test_a_pod_is_restricted(pod: dict[str, Any], container: dict[str, Any]) -> None:
    """A pod keeps to the restricted pod security standard, cannot write to its root, and has no token."""
    of_pod, of_container = pod["spec"]["securityContext"], container["securityContext"]
    assert of_pod["runAsNonRoot"] is True
    assert of_pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert of_container["allowPrivilegeEscalation"] is False
    assert of_container["readOnlyRootFilesystem"] is True
    assert of_container["capabilities"] == {"drop": ["ALL"]}
    assert pod["spec"]["automountServiceAccountToken"] is False
    assert {next(iter(set(volume) - {"name"})) for volume in pod["spec"]["volumes"]} == {"emptyDir", "secret"}


def test_a_pod_runs_as_the_images_user(pod: dict[str, Any]) -> None:
    """Its user is the image's, and its group may read the secret."""
    context = pod["spec"]["securityContext"]
    assert dict(instructions())["USER"] == f"{context['runAsUser']}:{context['runAsGroup']}"
    assert context["fsGroup"] == context["runAsGroup"]
    (secret,) = [one["secret"] for one in pod["spec"]["volumes"] if "secret" in one]
    assert secret["defaultMode"] == 0o440


def test_it_starts_a_command(container: dict[str, Any]) -> None:
    """What it starts is a command of the command line."""
    assert f"twinhaus {' '.join(container['args'])}" in COMMANDS


def test_probes_ask_routes(container: dict[str, Any]) -> None:
    """It is ready while its store answers, and started anew only where the process does not."""
    asked = {name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")}
    assert asked == {"startupProbe": "/healthz", "readinessProbe": "/readyz", "livenessProbe": "/healthz"}
    assert set(asked.values()) <= {
        route.path for route in ROUTES if route.method == "GET" and route.scope is None
    }
    (port,) = container["ports"]
    assert {container[name]["httpGet"]["port"] for name in asked} == {port["name"]}
    assert str(port["containerPort"]) == to_environment(load_settings({}))["TWINHAUS_PORT"]


def test_settings_are_settings(container: dict[str, Any]) -> None:
    """The settings of the kustomization can be loaded, and name a database without a password."""
    (generated,) = KUSTOMIZATION["configMapGenerator"]
    assert [one["configMapRef"]["name"] for one in container["envFrom"]] == [generated["name"]]
    given = dict(one.split("=", 1) for one in generated["literals"])
    loaded = to_environment(load_settings(given))
    assert given.items() <= loaded.items()
    assert given["TWINHAUS_STORE"].startswith("postgresql://twinhaus@")


def test_the_password_is_a_file(pod: dict[str, Any], container: dict[str, Any]) -> None:
    """The password comes as a file of a secret that the README makes, mounted where libpq is told to look."""
    variables = {one["name"]: one["value"] for one in container["env"]}
    (volume,) = [one for one in pod["spec"]["volumes"] if "secret" in one]
    (mount,) = [one for one in container["volumeMounts"] if one["name"] == volume["name"]]
    assert variables == {"PGSERVICEFILE": f"{mount['mountPath']}/pg_service.conf", "PGSERVICE": "twinhaus"}
    made = f"secret generic {volume['secret']['secretName']} --from-file secrets/pg_service.conf"
    assert made in (DEPLOY / "README.md").read_text("utf-8")


def test_servers_come_and_go_without_a_gap(pod: dict[str, Any], container: dict[str, Any]) -> None:
    """There are several, a new one is ready before an old one goes, and that one has time to finish."""
    spec = resource("Deployment")["spec"]
    assert spec["replicas"] > 1
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert resource("PodDisruptionBudget")["spec"]["maxUnavailable"] == 1
    pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pause + 30 <= pod["spec"]["terminationGracePeriodSeconds"]


def test_all_mean_the_same_pods(pod: dict[str, Any]) -> None:
    """Service, disruption budget and deployment choose the pods by labels that they have."""
    labels = pod["metadata"]["labels"].items()
    assert resource("Deployment")["spec"]["selector"]["matchLabels"].items() <= labels
    assert resource("PodDisruptionBudget")["spec"]["selector"]["matchLabels"].items() <= labels
    assert resource("Service")["spec"]["selector"].items() <= labels
    assert resource("ServiceAccount")["metadata"]["name"] == pod["spec"]["serviceAccountName"]


def test_the_ingress_has_a_host_for_each_instance() -> None:
    """The example leads the deployment's own host, and every name below it, to the service."""
    ingress = resource("Ingress")["spec"]
    hosts = [rule["host"] for rule in ingress["rules"]]
    assert hosts == ["twins.example.com", "*.twins.example.com"]
    assert [one["hosts"] for one in ingress["tls"]] == [hosts]
    (generated,) = KUSTOMIZATION["configMapGenerator"]
    assert f"TWINHAUS_INSTANCE_HOST={hosts[1].replace('*', '{instance}')}" in generated["literals"]
    backends = [path["backend"]["service"] for rule in ingress["rules"] for path in rule["http"]["paths"]]
    service = resource("Service")
    (port,) = service["spec"]["ports"]
    assert all(
        one == {"name": service["metadata"]["name"], "port": {"name": port["name"]}} for one in backends
    )
