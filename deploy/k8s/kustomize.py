"""The part of kustomize that our manifests use, so that they can be rendered and tested without it.

resources, namespace, labels (with includeTemplates), configMapGenerator (literals, with the hash in the
name), images, patches (strategic merge, by the patch's own kind and name or by a target). Anything else
in a kustomization is refused. A test compares the result with the real tool's where there is one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]

_KNOWN = {
    "apiVersion", "kind", "resources", "namespace", "labels", "configMapGenerator", "images", "patches",
}  # fmt: skip
_CLUSTER_WIDE = {"Namespace"}
_MERGE_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "ports": "containerPort",
    "topologySpreadConstraints": "topologyKey",
}
"""Lists whose members are merged by a key, as the Kubernetes API declares it; other lists are replaced."""


class Unsupported(Exception):
    """The kustomization asks for something that is not in the subset."""


def build(folder: Path) -> list[Document]:
    """All documents of a kustomization, in the order they are named."""
    stated: Document = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    unknown = set(stated) - _KNOWN
    if unknown:
        raise Unsupported(f"{folder}/kustomization.yaml: {', '.join(sorted(unknown))}")
    documents: list[Document] = []
    for resource in stated.get("resources", []):
        place = folder / resource
        documents += build(place) if place.is_dir() else read(place)
    for patch in stated.get("patches", []):
        _patch(documents, patch, folder)
    renamed = {}
    for generator in stated.get("configMapGenerator", []):
        made = _config_map(generator)
        renamed[generator["name"]] = made["metadata"]["name"]
        documents.append(made)
    for document in documents:
        _finish(document, stated, renamed)
    return documents


def read(file: Path) -> list[Document]:
    return [document for document in yaml.safe_load_all(file.read_text("utf-8")) if document]


def merge(base: Any, patch: Any, name: str = "") -> Any:
    """A strategic merge: maps by key, some lists by their members' key, null removes, the rest replaces."""
    if isinstance(base, dict) and isinstance(patch, Mapping):
        merged = dict(base)
        for key, value in patch.items():
            if value is None:
                merged.pop(key, None)
            else:
                merged[key] = merge(merged[key], value, key) if key in merged else deepcopy(value)
        return merged
    if isinstance(base, list) and isinstance(patch, list) and name in _MERGE_KEYS:
        return _merge_members(base, patch, _MERGE_KEYS[name])
    return deepcopy(patch)


def _merge_members(base: list[Document], patch: list[Document], key: str) -> list[Document]:
    merged = list(base)
    known = {member[key]: index for index, member in enumerate(base)}
    for member in patch:
        if member[key] in known:
            index = known[member[key]]
            merged[index] = merge(merged[index], member)
        else:
            merged.append(deepcopy(member))
    return merged


def _patch(documents: list[Document], stated: Document, folder: Path) -> None:
    [patch] = read(folder / stated["path"])
    target = stated.get("target")
    matches = _matcher(target or {"kind": patch["kind"], "name": patch["metadata"]["name"]})
    found = [index for index, document in enumerate(documents) if matches(document)]
    if not found:
        raise Unsupported(f"{folder / stated['path']}: the patch matches nothing")
    # With a target the name in the patch is a place holder, as the real tool requires one.
    body = {name: value for name, value in patch.items() if name not in ("apiVersion", "kind")}
    if target:
        body["metadata"] = {name: value for name, value in patch["metadata"].items() if name != "name"}
    for index in found:
        documents[index] = merge(documents[index], body)


def _matcher(target: Mapping[str, Any]) -> Callable[[Document], bool]:
    unknown = set(target) - {"kind", "name", "labelSelector"}
    if unknown:
        raise Unsupported(f"a target by {', '.join(sorted(unknown))}")
    wanted = dict(part.split("=", 1) for part in target.get("labelSelector", "").split(",") if part)

    def matches(document: Document) -> bool:
        labels = document["metadata"].get("labels", {})
        return (
            target.get("kind") in (None, document["kind"])
            and target.get("name") in (None, document["metadata"]["name"])
            and all(labels.get(name) == value for name, value in wanted.items())
        )

    return matches


def _config_map(generator: Document) -> Document:
    if set(generator) != {"name", "literals"}:
        raise Unsupported("a config map from something else than literals")
    data = dict(literal.split("=", 1) for literal in generator["literals"])
    name = generator["name"]
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"{name}-{_digest(data)}"},
        "data": data,
    }


def _digest(data: Mapping[str, str]) -> str:
    """kustomize's own hash of a config map: ten hex digits, those that could spell words exchanged.

    It hashes an empty name, whatever the map is called (seen with kustomize 5.5).
    """
    body = json.dumps({"data": data, "kind": "ConfigMap", "name": ""}, sort_keys=True, separators=(",", ":"))
    digits = hashlib.sha256(body.encode()).hexdigest()[:10]
    return digits.translate(str.maketrans("013ae", "ghkmt"))


def _finish(document: Document, stated: Document, renamed: Mapping[str, str]) -> None:
    if "namespace" in stated and document["kind"] not in _CLUSTER_WIDE:
        document["metadata"]["namespace"] = stated["namespace"]
    for labels in stated.get("labels", []):
        _label(document, labels)
    for container in containers(document):
        for source in container.get("envFrom", []):
            reference = source.get("configMapRef", {})
            if reference.get("name") in renamed:
                reference["name"] = renamed[reference["name"]]
        for image in stated.get("images", []):
            if container["image"].split(":")[0] == image["name"]:
                container["image"] = f"{image.get('newName', image['name'])}:{image['newTag']}"


def _label(document: Document, labels: Document) -> None:
    if set(labels) - {"pairs", "includeTemplates"}:
        raise Unsupported("labels with something else than pairs and includeTemplates")
    document["metadata"].setdefault("labels", {}).update(labels["pairs"])
    template = document.get("spec", {}).get("template")
    if labels.get("includeTemplates") and template:
        template.setdefault("metadata", {}).setdefault("labels", {}).update(labels["pairs"])


def containers(document: Document) -> Iterator[Document]:
    """The containers of whatever has a pod template."""
    pod = document.get("spec", {}).get("template", {}).get("spec", {})
    yield from pod.get("initContainers", [])
    yield from pod.get("containers", [])
