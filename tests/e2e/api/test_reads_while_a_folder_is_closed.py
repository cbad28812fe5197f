"""A read that names its token ticks, and a tick looks at PostgreSQL's control file by its whole path.

As root the server is another user, and any other run of the tests may close a folder above it.
"""

from __future__ import annotations

from shared.cli.throwaway import ThrowAway
from shared.simulation.city import City


def test_a_subscriptions_deliveries_are_told(city: City, platform: ThrowAway) -> None:
    above = platform.data.parent
    mode = above.stat().st_mode
    above.chmod(0o700)
    try:
        for number in range(3):
            body = {"name": f"closed-{number}", "delivery": {"kind": "pull"}}
            made = city.operator.post("/subscriptions", body)
            path = f"/subscriptions/{made['id']}/deliveries"
            assert city.operator.get(path, after_token=made.token)["subscription"] == made["id"]
    finally:
        above.chmod(mode)
