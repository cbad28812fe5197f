"""Every action times every role: who lacks the permission is told so, before anything about the case."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.client import ApiClient, ApiProblem
from shared.contracts.cases import ACTIONS
from shared.security.roles import ROLES
from shared.simulation.city import City

SignIn = Callable[[str], ApiClient]

PEOPLE = ("citizen", "clerk", "examiner", "approver", "department_head", "supervisor", "department_system")


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_gets_as_far_as_it_is_granted(city: City, sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    for action, contract in ACTIONS.items():
        with pytest.raises(ApiProblem) as refused:
            client.post(f"/cases/none/{action}", {}, if_match=1)
        granted = any(permission in ROLES[role] for permission in contract.permissions)
        assert (refused.value.status in (404, 422)) == granted, (action, str(refused.value))
        assert (refused.value.status == 403) == (not granted), (action, str(refused.value))
