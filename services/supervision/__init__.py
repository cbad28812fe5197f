"""Electronic supervision: legal clocks of all cases, alerts by due time, cards, statistics."""

from __future__ import annotations

from services.supervision.bootstrap import bootstrap
from services.supervision.readmodels.cards import CARDS
from services.supervision.readmodels.case_clock import CASE_CLOCK
from services.supervision.scanner import scan
from services.supervision.schemas import publish
from services.supervision.settings import read_settings
from shared.service.spec import ServiceSpec, Timer

SERVICE = ServiceSpec(
    name="supervision",
    service_class="services.supervision.service:SupervisionService",
    bootstrap=bootstrap,
    categories=("card",),
    publish=publish,
    read_models=(CASE_CLOCK, CARDS),
    timers=(Timer("alerts", 1.0, scan),),
    settings=read_settings,
)
