"""The whole HTTP surface, as one table."""

from __future__ import annotations

from services.gateway.routes.cases import CASE_ROUTES
from services.gateway.routes.catalogue import CATALOGUE_ROUTES
from services.gateway.routes.identity import IDENTITY_ROUTES
from services.gateway.routes.notify import NOTIFY_ROUTES
from services.gateway.routes.operations import OPERATIONS_ROUTES
from services.gateway.routes.root import ROOT_ROUTES
from services.gateway.routes.route import Route
from services.gateway.routes.subjects import SUBJECT_ROUTES
from services.gateway.routes.supervision import SUPERVISION_ROUTES

ROUTES: tuple[Route, ...] = (
    *IDENTITY_ROUTES,
    *CATALOGUE_ROUTES,
    *CASE_ROUTES,
    *NOTIFY_ROUTES,
    *SUPERVISION_ROUTES,
    *OPERATIONS_ROUTES,
    *SUBJECT_ROUTES,
    *ROOT_ROUTES,
)
