"""The only HTTP surface: JSON API, pages, contract. Owns no facts."""

from services.gateway.bootstrap import bootstrap
from shared.service.spec import ServiceSpec

SERVICE = ServiceSpec(
    name="gateway",
    service_class="services.gateway.service:GatewayService",
    bootstrap=bootstrap,
)
