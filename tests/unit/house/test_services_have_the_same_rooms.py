"""Learn one service, know five: the same rooms everywhere, and pure domains."""

from __future__ import annotations

import inspect
import sys

import pytest
from house_plan import OWNERS, ROOT, SERVICES, files, imports, name

from shared.messaging.rpc import load_class
from shared.service.application import Application

EVERY = ("__init__", "bootstrap", "service")
OWNER = ("schemas", "domain", "commands", "queries", "readmodels")
DOMAINS = [path for path in files(".py") if "domain" in path.relative_to(ROOT).parts[:-1]
           and path.relative_to(ROOT).parts[0] in ("services", "shared")]  # fmt: skip


def has(service: str, room: str) -> bool:
    folder = ROOT / "services" / service
    return (folder / f"{room}.py").is_file() or (folder / room / "__init__.py").is_file()


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_its_rooms(service: str) -> None:
    rooms = EVERY + (OWNER if service in OWNERS else ())
    assert [room for room in rooms if not has(service, room)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_composition_root_takes_its_parts_by_name(service: str) -> None:
    bootstrap = SERVICES[service].bootstrap
    assert bootstrap is not None
    parameters = inspect.signature(bootstrap).parameters
    assert {"name", "clock", "db", "store", "remote", "settings"} <= set(parameters)
    assert all(each.kind in (each.KEYWORD_ONLY, each.VAR_KEYWORD) for each in parameters.values())
    answer = inspect.signature(bootstrap, eval_str=True).return_annotation
    assert issubclass(answer, Application)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_goes_by_its_own_name(service: str) -> None:
    spec = SERVICES[service]
    assert spec.name == service == load_class(spec.service_class).name
    assert all(model.service == service for model in spec.read_models)


def test_the_domain_imports_the_standard_library_and_the_shared_domain_only() -> None:
    assert len(DOMAINS) > 40
    strangers = []
    for path in DOMAINS:
        own = ".".join(path.relative_to(ROOT).parts[:3])
        for module in imports(path):
            inside = module.startswith("shared.domain") or module.startswith(own)
            if not inside and module.partition(".")[0] not in sys.stdlib_module_names:
                strangers.append(f"{name(path)} imports {module}")
    assert strangers == []


def test_the_domain_reads_no_clock_no_disk_and_no_dice() -> None:
    impure = {
        "os",
        "io",
        "pathlib",
        "socket",
        "subprocess",
        "threading",
        "time",
        "random",
        "secrets",
        "logging",
    }
    found = [
        f"{name(path)} imports {module}"
        for path in DOMAINS
        for module in imports(path)
        if module.partition(".")[0] in impure
    ]
    assert found == []


def test_no_package_holds_nothing() -> None:
    """An `__init__.py` alone is a room that somebody forgot."""
    packages = (path.parent for path in files(".py") if path.name == "__init__.py" and not path.read_text())
    empty = [name(folder) for folder in packages if not [each for each in folder.iterdir()
             if each.name not in ("__init__.py", "__pycache__")]]  # fmt: skip
    assert empty == []
