"""Guards over the Kubernetes manifests: what outages are made of when somebody forgets it."""

from __future__ import annotations

import inspect
import json
import shutil
import subprocess
from typing import Any

import pytest
import yaml
from manifests_kit import OVERLAYS, ROOT, container, deployments, manifests, of_kind, pod

from deploy.k8s import kustomize
from deploy.k8s.render import mistakes
from shared.runtime.host import Host
from shared.runtime.loops import Loops
from shared.service.spec import installed_services


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_document_is_valid_for_the_pinned_version(overlay: str) -> None:
    assert mistakes(manifests(overlay)) == []


def test_a_mistake_would_be_noticed() -> None:
    wrong = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"port": 1}}
    assert len(mistakes([wrong])) == 1


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_service_and_every_relay_has_a_deployment(overlay: str) -> None:
    services = installed_services()
    wanted = {f"run {name}" for name in services}
    wanted |= {f"relay {name}" for name, spec in services.items() if spec.categories}
    found = {" ".join(container(overlay, name)["args"]) for name in of_kind(overlay, "Deployment")}
    assert found == wanted


@pytest.mark.parametrize(("overlay", "name"), deployments())
def test_probes_limits_and_a_budget(overlay: str, name: str) -> None:
    found = container(overlay, name)
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(found)
    for part in ("requests", "limits"):
        assert set(found["resources"][part]) == {"cpu", "memory"}
    assert of_kind(overlay, "Deployment")[name]["spec"]["replicas"] >= 2
    budget = of_kind(overlay, "PodDisruptionBudget")[name]["spec"]
    assert budget["minAvailable"] == 1
    assert budget["selector"]["matchLabels"] == {"app.kubernetes.io/name": name}


@pytest.mark.parametrize(("overlay", "name"), deployments())
def test_the_grace_period_is_longer_than_the_drain(overlay: str, name: str) -> None:
    """`Host.stop` gives its patience to the loops, then to the front door, then to the other services."""
    service = inspect.signature(Host.stop).parameters["timeout"].default * 3
    relay = inspect.signature(Loops.stop).parameters["timeout"].default
    pause = container(overlay, name).get("lifecycle", {}).get("preStop", {}).get("exec", {})
    before = float(pause["command"][1]) if pause else 0.0
    assert pod(overlay, name)["terminationGracePeriodSeconds"] > max(service, relay) + before


@pytest.mark.parametrize(("overlay", "name"), deployments())
def test_a_process_has_no_rights_it_does_not_need(overlay: str, name: str) -> None:
    spec, found = pod(overlay, name), container(overlay, name)
    assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["runAsUser"] > 0
    assert spec["automountServiceAccountToken"] is False
    security = found["securityContext"]
    assert security["readOnlyRootFilesystem"] and not security["allowPrivilegeEscalation"]
    assert security["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_secrets_are_only_referred_to(overlay: str) -> None:
    assert of_kind(overlay, "Secret") == {}
    [settings] = of_kind(overlay, "ConfigMap").values()
    for name, value in settings["data"].items():
        assert not any(word in name for word in ("SECRET", "TOKEN", "DSN", "AMQP", "PRIVATE")), name
        assert "@" not in value


@pytest.mark.parametrize(("overlay", "name"), deployments())
def test_nobody_gets_a_secret_of_somebody_else(overlay: str, name: str) -> None:
    secrets = [
        (found["name"], found["valueFrom"]["secretKeyRef"])
        for found in container(overlay, name)["env"]
        if "valueFrom" in found
    ]
    owner = name.removesuffix("-relay")
    assert all(key["key"] == owner for _, key in secrets if key["name"] == "yiwang-databases")
    assert all(key["name"] != "yiwang-database-owners" for _, key in secrets)
    signing = any(variable == "YIWANG_TOKEN_PRIVATE_KEY" for variable, _ in secrets)
    assert signing == (name == "identity")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_migration_reaches_every_database(overlay: str) -> None:
    [spec] = of_kind(overlay, "Job")["migrate"]["spec"]["template"]["spec"]["containers"]
    owners = {name for name, service in installed_services().items() if service.owns_database}
    assert {entry["valueFrom"]["secretKeyRef"]["key"] for entry in spec["env"]} == owners
    assert {entry["name"] for entry in spec["env"]} == {f"YIWANG_{name.upper()}_DSN" for name in owners}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_only_notify_goes_out_and_only_the_gateway_lets_in(overlay: str) -> None:
    policies = of_kind(overlay, "NetworkPolicy")
    everything = policies["nothing-by-default"]["spec"]
    assert everything["podSelector"] == {} and everything["policyTypes"] == ["Ingress", "Egress"]
    out = policies["going-out"]["spec"]["podSelector"]["matchLabels"]
    assert out == {"app.kubernetes.io/name": "notify"}
    front = policies["front-door"]["spec"]["podSelector"]["matchLabels"]
    assert front == {"app.kubernetes.io/name": "gateway"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_changed_setting_rolls_the_pods(overlay: str) -> None:
    [settings] = of_kind(overlay, "ConfigMap")
    for name in of_kind(overlay, "Deployment"):
        [source] = container(overlay, name)["envFrom"]
        assert source["configMapRef"]["name"] == settings
    changed = {"name": "yiwang-settings", "literals": ["A=1"]}
    other = {"name": "yiwang-settings", "literals": ["A=2"]}
    names = {kustomize._config_map(stated)["metadata"]["name"] for stated in (changed, other)}
    assert len(names) == 2


def test_what_the_renderer_does_not_know_is_refused(tmp_path: Any) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: []\nnamePrefix: x-\n")
    with pytest.raises(kustomize.Unsupported, match="namePrefix"):
        kustomize.build(tmp_path)


REAL = shutil.which("kustomize") or shutil.which("kubectl")


@pytest.mark.tool("kustomize", "kubectl")
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_real_tool_renders_the_same(overlay: str) -> None:
    assert REAL is not None
    command = [REAL, "build"] if REAL.endswith("kustomize") else [REAL, "kustomize"]
    place = ROOT / "deploy" / "k8s" / "overlays" / overlay
    output = subprocess.run([*command, str(place)], capture_output=True, text=True, check=True, timeout=60)
    theirs = list(yaml.safe_load_all(output.stdout))
    assert _comparable(manifests(overlay)) == _comparable(theirs)


def _comparable(documents: list[dict[str, Any]]) -> dict[str, Any]:
    return {f"{one['kind']} {one['metadata']['name']}": _without_order(one) for one in documents}


def _without_order(value: Any) -> Any:
    """Members of merged lists (variables, mounts) may stand in any order."""
    if isinstance(value, dict):
        return {name: _without_order(inner) for name, inner in value.items()}
    if isinstance(value, list):
        members = [_without_order(inner) for inner in value]
        keyed = all(isinstance(member, dict) for member in members)
        return sorted(members, key=lambda member: json.dumps(member, sort_keys=True)) if keyed else members
    return value
