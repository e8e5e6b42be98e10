"""The Compose files: Docker Compose understands them, and no container may do more than it must."""

import configparser
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.deploy.files import COMPOSE_FILES, DEPLOY, PINNED, composed, instructions, make_secrets
from tests.docs.reading import PROJECT

VERSION = PROJECT["project"]["version"]


@pytest.fixture(scope="module", params=COMPOSE_FILES)
def project(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each of the projects, with defaults filled in and anchors followed."""
    return composed(request.param)


@pytest.fixture
def services(project: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Its services."""
    found: dict[str, dict[str, Any]] = project["services"]
    return found


def databases(services: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The services that are PostgreSQL servers."""
    return (one for one in services.values() if "POSTGRES_DB" in (one.get("environment") or {}))


def test_images_are_pinned(services: dict[str, dict[str, Any]]) -> None:
    """Every image has a version; the server's is the one that this repository builds."""
    assert all(PINNED.fullmatch(one["image"]) for one in services.values())
    assert services["server"]["image"] == f"twinhaus:{VERSION}"
    assert services["server"]["build"]["dockerfile"] == "deploy/Dockerfile"
    assert Path(services["server"]["build"]["context"]) == DEPLOY.parent


def test_the_server_may_do_little(services: dict[str, dict[str, Any]]) -> None:
    """It cannot write to its root, has no capabilities, can gain none, and is reached from this machine only."""
    server = services["server"]
    assert server["read_only"] is True
    assert server["cap_drop"] == ["ALL"]
    assert [port["host_ip"] for port in server["ports"]] == ["127.0.0.1"]
    assert [one.partition(":")[0] for one in server["tmpfs"]] == ["/tmp"]
    assert not server.get("privileged")


def test_nobody_gains_privileges(services: dict[str, dict[str, Any]]) -> None:
    """No container can gain privileges, and no database is reached from outside."""
    assert all(one["security_opt"] == ["no-new-privileges:true"] for one in services.values())
    assert [name for name, one in services.items() if "ports" in one] == ["server"]


def test_passwords_are_in_files(project: dict[str, Any], services: dict[str, dict[str, Any]]) -> None:
    """No password stands in a Compose file: secrets are files in a folder that Git does not know."""
    for service in services.values():
        for name, value in (service.get("environment") or {}).items():
            assert "PASSWORD" not in name or (name.endswith("_FILE") and value.startswith("/run/secrets/"))
    assert re.fullmatch(
        r"postgresql://twinhaus@[a-z]+/twinhaus", services["server"]["environment"]["TWINHAUS_STORE"]
    )
    assert {Path(one["file"]).parent for one in project["secrets"].values()} == {DEPLOY / "secrets"}
    assert "/deploy/secrets/" in (DEPLOY.parent / ".gitignore").read_text("utf-8").splitlines()


def test_each_waits_for_what_it_needs(services: dict[str, dict[str, Any]]) -> None:
    """Nothing starts before the databases that it needs are healthy, or before the workers have joined."""
    for service in services.values():
        for name, needed in service.get("depends_on", {}).items():
            is_job = services[name].get("restart") == "no"
            assert needed["condition"] == ("service_completed_successfully" if is_job else "service_healthy")
            assert is_job or "healthcheck" in services[name]
    server = services["server"]
    host = server["environment"]["TWINHAUS_STORE"].partition("@")[2].partition("/")[0]
    needed = set(server["depends_on"])
    assert host in needed | {name for one in needed for name in services[one].get("depends_on", {})}


def test_databases_are_kept(project: dict[str, Any], services: dict[str, dict[str, Any]]) -> None:
    """Each database has a volume of its own, and is made by the script that makes the server's role."""
    kept = []
    for database in databases(services):
        mounts = {mount["target"]: mount for mount in database["volumes"]}
        assert mounts["/docker-entrypoint-initdb.d/010-twinhaus.sql"]["source"].endswith(
            "/postgresql/init.sql"
        )
        kept += [mount["source"] for mount in mounts.values() if mount["type"] == "volume"]
    assert sorted(kept) == sorted(project["volumes"])


def test_what_is_mounted_is_there(services: dict[str, dict[str, Any]]) -> None:
    """Every file that is mounted lies in the repository, and no container may change it."""
    for service in services.values():
        for mount in service.get("volumes", []):
            if mount["type"] == "bind":
                assert Path(mount["source"]).is_file()
                assert mount["read_only"] is True


def test_the_health_check_is_the_images(services: dict[str, dict[str, Any]]) -> None:
    """The server's health is what its image asks for, it is not process 1, which hears no SIGTERM before it says how it
    takes it, and it has as long to stop as it may need.
    """
    assert "healthcheck" not in services["server"]
    assert "HEALTHCHECK" in dict(instructions())
    assert services["server"]["init"] is True
    assert services["server"]["stop_grace_period"] == "30s"


def test_nodes_of_citus_find_each_other() -> None:
    """Every worker joins the coordinator, under the name that Compose gives it, and all have the same settings."""
    services = composed("compose.citus.yaml")["services"]
    joins = (DEPLOY / "citus" / "join.sql").read_text("utf-8")
    workers = {name for name in services if name.startswith("worker-")}
    assert set(re.findall(r"citus_add_node\('([^']+)', 5432\)", joins)) == workers
    assert re.findall(r"citus_set_coordinator_host\('([^']+)', 5432\)", joins) == ["coordinator"]
    assert set(services["join"]["depends_on"]) == {"coordinator", *workers}
    nodes = [services[name] for name in ("coordinator", *workers)]
    assert len({tuple(node["command"]) for node in nodes}) == 1
    assert {
        "citus.enable_schema_based_sharding=on",
        "wal_level=logical",
    } <= set(nodes[0]["command"])


def test_the_readme_writes_the_secrets(tmp_path: Path) -> None:
    """The lines of README.md write every secret that the files ask for, and nobody else can look into their folder."""
    make_secrets(tmp_path)
    folder = tmp_path / "secrets"
    asked = {Path(one["file"]).name for name in COMPOSE_FILES for one in composed(name)["secrets"].values()}
    assert {path.name for path in folder.iterdir()} == asked
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}
    service = configparser.ConfigParser()
    service.read(folder / "pg_service.conf")
    environment = composed("compose.yaml")["services"]["server"]["environment"]
    password = service[environment["PGSERVICE"]]["password"]
    assert re.fullmatch(r"[0-9a-f]{48}", password)
    superuser = (folder / "postgres-password").read_text("utf-8").strip()
    assert (folder / "pgpass").read_text("utf-8").splitlines() == [
        f"*:*:*:postgres:{superuser}",
        f"*:*:*:twinhaus:{password}",
    ]
