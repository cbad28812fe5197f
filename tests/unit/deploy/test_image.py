"""Guards over the image: small, without tools, without root; and the readiness probe it carries."""

from __future__ import annotations

import runpy

import pytest
from manifests_kit import OVERLAYS, ROOT, container, deployments, of_kind, pod
from prometheus_client import generate_latest

from shared.observability.metrics import READY

DOCKERFILE = (ROOT / "deploy/images/Dockerfile").read_text("utf-8")
STAGES = DOCKERFILE.split("\nFROM ")
FINAL = STAGES[-1]
PROBE = ROOT / "deploy/images/ready.py"


def _steps(stage: str) -> list[str]:
    joined = stage.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line and not line.startswith("#")]


def test_it_is_built_from_the_lock() -> None:
    assert "--constraint requirements.lock" in STAGES[1]


def test_the_last_stage_installs_nothing() -> None:
    assert not [step for step in _steps(FINAL) if step.startswith("RUN")]
    assert "COPY --from=build" in FINAL


def test_it_does_not_run_as_root() -> None:
    [user] = [step for step in _steps(FINAL) if step.startswith("USER")]
    number = int(user.split()[1].split(":")[0])
    assert number > 0
    for overlay, name in deployments():
        assert pod(overlay, name)["securityContext"]["runAsUser"] == number


def test_the_orchestrator_alone_judges_its_health() -> None:
    assert "HEALTHCHECK NONE" in FINAL


def test_what_is_copied_is_not_ignored() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = set()
    for step in _steps(DOCKERFILE):
        if step.startswith("COPY") and "--from" not in step:
            copied |= set(step.split()[1:-1])
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


def test_the_probe_is_where_the_manifests_look_for_it() -> None:
    probed = [
        container(overlay, name)["readinessProbe"]["exec"]["command"][1]
        for overlay in OVERLAYS
        for name in of_kind(overlay, "Deployment")
        if "exec" in container(overlay, name)["readinessProbe"]
    ]
    assert set(probed) == {"/opt/yiwang/ready.py"}
    assert "COPY deploy/images/ready.py /opt/yiwang/ready.py" in FINAL


@pytest.mark.parametrize(
    ("metrics", "ready"),
    [
        ('yiwang_ready{service="cases"} 1.0\n', True),
        ('yiwang_ready{service="cases"} 0.0\n', False),
        ('yiwang_ready{service="cases"} 1.0\nyiwang_ready{service="notify"} 0.0\n', False),
        ("# HELP yiwang_ready ...\n# TYPE yiwang_ready gauge\n", False),
    ],
)
def test_ready_means_that_everything_counted_is_ready(metrics: str, ready: bool) -> None:
    assert runpy.run_path(str(PROBE))["ready"](metrics) is ready


def test_the_probe_reads_the_metric_the_runtime_writes() -> None:
    READY.labels("probe-test").set(1)
    assert runpy.run_path(str(PROBE))["METRIC"].rstrip("{") == READY._name
    assert 'yiwang_ready{service="probe-test"} 1.0' in generate_latest().decode()
    READY.remove("probe-test")
