"""The rendered manifests, looked at the way the tests ask."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from deploy.k8s.render import overlays, render  # noqa: E402

OVERLAYS = overlays()


@cache
def manifests(overlay: str) -> list[dict[str, Any]]:
    return render(overlay)


def of_kind(overlay: str, kind: str) -> dict[str, dict[str, Any]]:
    return {found["metadata"]["name"]: found for found in manifests(overlay) if found["kind"] == kind}


def deployments() -> list[tuple[str, str]]:
    """Every (overlay, deployment), to run a test over."""
    return [(overlay, name) for overlay in OVERLAYS for name in of_kind(overlay, "Deployment")]


def pod(overlay: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = of_kind(overlay, "Deployment")[name]["spec"]["template"]["spec"]
    return found


def container(overlay: str, name: str) -> dict[str, Any]:
    [found] = pod(overlay, name)["containers"]
    return dict(found)


def provided(overlay: str, name: str) -> set[str]:
    """The variables a container gets, from the config map and by itself."""
    found = container(overlay, name)
    maps = of_kind(overlay, "ConfigMap")
    names = {entry["name"] for entry in found["env"]}
    for source in found["envFrom"]:
        names |= set(maps[source["configMapRef"]["name"]]["data"])
    return names
