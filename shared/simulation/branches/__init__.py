"""What can happen to a case. A branch is a generator over a `Handling`; the registry knows them all."""

from shared.simulation.branches import acceptance, closing, delivery, handling, intake
from shared.simulation.branches.branch import BRANCHES, Branch

__all__ = ["BRANCHES", "Branch", "acceptance", "closing", "delivery", "handling", "intake"]
