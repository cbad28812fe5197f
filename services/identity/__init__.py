"""Identity: accounts, sessions, posts, enterprises, organisations, regions, certificates."""

from __future__ import annotations

from services.identity.bootstrap import bootstrap
from services.identity.erasure import Erasures, erase_again
from services.identity.readmodels.accounts import Accounts
from services.identity.readmodels.certificates import Certificates
from services.identity.readmodels.enterprises import Enterprises
from services.identity.readmodels.places import Organisations, Regions
from services.identity.schemas import DECLARATION, publish
from services.identity.settings import read_settings
from shared.service.spec import ServiceSpec

SERVICE = ServiceSpec(
    name="identity",
    service_class="services.identity.service:IdentityService",
    bootstrap=bootstrap,
    migrations="services.identity.migrations",
    categories=("account", "staff", "enterprise", "organisation", "region"),
    publish=publish,
    personal=DECLARATION,
    erase=erase_again,
    read_models=(Accounts(), Enterprises(), Regions(), Organisations(), Certificates()),
    subscriptions=(Erasures(),),
    settings=read_settings,
)
