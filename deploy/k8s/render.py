"""Renders every overlay and checks it against the schemas of one Kubernetes version.

    python -m deploy.k8s.render                     # all overlays, into build/manifests/<overlay>.yaml
    python -m deploy.k8s.render county --print      # one, to standard output

Exit code 1 when a document is not valid.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import kubernetes_validate
import yaml

from deploy.k8s.kustomize import Document, build

KUBERNETES = "1.34"
"""What the manifests are checked against. The oldest version they need is 1.27 (matchLabelKeys)."""

HERE = Path(__file__).parent
OUTPUT = HERE.parents[1] / "build" / "manifests"


def overlays() -> list[str]:
    return sorted(folder.name for folder in (HERE / "overlays").iterdir() if folder.is_dir())


def render(overlay: str) -> list[Document]:
    return build(HERE / "overlays" / overlay)


def mistakes(documents: list[Document], version: str = KUBERNETES) -> list[str]:
    """What the schemas object to; unknown fields count. Empty when all is well."""
    found = []
    for document in documents:
        name = f"{document['kind']} {document['metadata']['name']}"
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            found.append(f"{name}: {'.'.join(map(str, error.path))}: {error.message}")
        except kubernetes_validate.SchemaNotFoundError as error:
            found.append(f"{name}: {error.message}")
    return found


def as_yaml(documents: list[Document]) -> str:
    return yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Render and check the Kubernetes manifests.")
    parser.add_argument("overlays", nargs="*", help=f"of {', '.join(overlays())}; all by default")
    parser.add_argument("--print", action="store_true", help="to standard output instead of files")
    given = parser.parse_args()
    failed = False
    for overlay in given.overlays or overlays():
        documents = render(overlay)
        wrong = mistakes(documents)
        failed = failed or bool(wrong)
        for line in wrong:
            print(f"{overlay}: {line}", file=sys.stderr)
        if given.print:
            print(as_yaml(documents))
            continue
        OUTPUT.mkdir(parents=True, exist_ok=True)
        file = OUTPUT / f"{overlay}.yaml"
        file.write_text(as_yaml(documents), "utf-8")
        verdict = f"{len(wrong)} mistakes" if wrong else "valid"
        print(f"{overlay}: {len(documents)} documents, {verdict} for Kubernetes {KUBERNETES}: {file}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
