"""Regions and organisations: imported lists."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from services.identity.application import Identity
from services.identity.domain.region_list import Region, check_rows
from services.identity.streams import events_of, organisation_stream, region_stream
from shared.domain.credit_code import is_credit_code, is_organisation_code
from shared.domain.decision import Fact
from shared.eventstore.store import UnitOfWork
from shared.problems import FieldError, invalid
from shared.service.call import Answer, Call
from shared.service.execute import execute, to_events


def import_regions(app: Identity, call: Call) -> Answer:
    """Every row accounted for; run again it adds nothing. A dry run appends nothing."""

    def work(unit: UnitOfWork) -> Answer:
        versions, known = _known_regions(unit, call.body["rows"])
        listed = check_rows(call.body["rows"], set(known))
        changed = [region for code, region in listed.kept.items() if known.get(code) != region]
        if not call.body["dry_run"]:
            _append_regions(app, call, unit, versions, changed)
        report = {
            "total": listed.total,
            "imported": len(changed),
            "unchanged": listed.total - listed.rejected - len(changed),
            "rejected": listed.rejected,
            "errors": listed.errors,
            "warnings": [],
            "dry_run": call.body["dry_run"],
        }
        return Answer(report)

    return execute(app, call, work)


def store_regions(app: Identity, call: Call, unit: UnitOfWork, rows: list[dict[str, Any]]) -> int:
    """Regions from the platform's own demo content; answers how many were new or changed."""
    numbered = [{"line": line, **row} for line, row in enumerate(rows, start=1)]
    versions, known = _known_regions(unit, numbered)
    listed = check_rows(numbered, set(known))
    changed = [region for code, region in listed.kept.items() if known.get(code) != region]
    _append_regions(app, call, unit, versions, changed)
    return len(changed)


def _append_regions(
    app: Identity, call: Call, unit: UnitOfWork, versions: dict[str, int], changed: list[Region]
) -> None:
    grouped: dict[str, list[Fact]] = defaultdict(list)
    for region in changed:
        grouped[region.region_code[:2]].append(Fact("region.defined", region.as_dict()))
    for province, facts in grouped.items():
        unit.append(
            region_stream(province), versions.get(province, 0), to_events(facts, app), call.metadata()
        )


def _known_regions(unit: UnitOfWork, rows: list[dict[str, Any]]) -> tuple[dict[str, int], dict[str, Region]]:
    """Stream versions by province, and all regions of the provinces that the rows or their parents name."""
    codes = [str(row.get(name) or "") for row in rows for name in ("region_code", "parent_code")]
    versions: dict[str, int] = {}
    known: dict[str, Region] = {}
    for province in {code[:2] for code in codes if code[:2].isdigit()}:
        events = events_of(unit.cursor, region_stream(province))
        versions[province] = len(events)
        for _, data in events:
            known[data["region_code"]] = Region(
                data["region_code"], data["name"], data["level"], data["parent_code"] or ""
            )
    return versions, known


def define_organisations(app: Identity, call: Call) -> Answer:
    def work(unit: UnitOfWork) -> Answer:
        changed = store_organisations(app, call, unit, call.body["organisations"])
        return Answer({"total": len(call.body["organisations"]), "changed": changed})

    return execute(app, call, work)


def store_organisations(
    app: Identity, call: Call, unit: UnitOfWork, organisations: list[dict[str, Any]]
) -> int:
    """Code: 18-character credit code, or an old organisation code (9). Unchanged ones append nothing."""
    changed = 0
    for index, organisation in enumerate(organisations):
        code = organisation["code"]
        if not (is_credit_code(code) or is_organisation_code(code)):
            path = f"organisations.{index}.code"
            raise invalid([FieldError(path, "bad_code", "neither a credit code nor an organisation code")])
        data = {name: organisation.get(name) for name in ("code", "name", "region_code", "parent_code")}
        stream = organisation_stream(code)
        events = events_of(unit.cursor, stream)
        if events and events[-1][1] == data:
            continue
        unit.append(
            stream, len(events), to_events([Fact("organisation.defined", data)], app), call.metadata()
        )
        changed += 1
    return changed
