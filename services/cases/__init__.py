"""cases: applications, their handling, and what became of them."""

from __future__ import annotations

from services.cases.bootstrap import bootstrap
from services.cases.commands.erasure import erase_again
from services.cases.readmodels.deadline import Deadline
from services.cases.readmodels.progress import Progress
from services.cases.readmodels.timeline import Timeline
from services.cases.readmodels.work_list import WorkList
from services.cases.schemas import DECLARATION, publish
from services.cases.settings import read_settings
from services.cases.timers.deadlines import fire_deadlines
from shared.service.spec import ServiceSpec, Timer

SERVICE = ServiceSpec(
    name="cases",
    service_class="services.cases.service:CasesService",
    bootstrap=bootstrap,
    migrations="services.cases.migrations",
    categories=("case", "subject"),
    publish=publish,
    personal=DECLARATION,
    erase=erase_again,
    read_models=(WorkList(), Timeline(), Progress(), Deadline()),
    timers=(Timer("deadlines", 5.0, fire_deadlines),),
    settings=read_settings,
)
