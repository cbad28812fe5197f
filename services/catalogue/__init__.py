"""The catalogue: items, their versions, guides and bundles."""

from __future__ import annotations

from services.catalogue.bootstrap import bootstrap
from services.catalogue.demo import demo_catalogue
from services.catalogue.readmodels.bundles import Bundles
from services.catalogue.readmodels.items import Items
from services.catalogue.schemas import publish
from shared.service.spec import ServiceSpec

SERVICE = ServiceSpec(
    name="catalogue",
    service_class="services.catalogue.service:CatalogueService",
    bootstrap=bootstrap,
    categories=("item", "bundle"),
    publish=publish,
    read_models=(Items(), Bundles()),
    extra={"demo": demo_catalogue},
)
