"""Cases of one citizen, each left in another status, as a page test wants to look at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.simulation.city import City

FOOD_PERMIT = "食品经营许可（新办，餐饮服务）"
_OPINION = {"action": "passed", "opinion": "符合条件"}


class Shelf:
    """`cases` by status. The department is the one that the food permit belongs to."""

    def __init__(self, city: City, *wanted: str) -> None:
        """All statuses, or those that are wanted."""
        self.city = city
        self.citizen = city.person("citizen")
        found = city.operator.get("/items", q=FOOD_PERMIT)["items"][0]
        self.code, self.department = found["code"], found["department_code"]
        self.steps = [
            step
            for step in city.operator.get(f"/items/{self.code}")["definition"]["steps"]
            if step["kind"] in ("examine", "approve")
        ]
        self.cases: dict[str, str] = {}
        for status in wanted or _STORIES:
            number = self.apply()
            _STORIES[status](self, number)
            assert self.officer("clerk").get(f"/cases/{number}")["status"] == status
            self.cases[status] = number

    def apply(self, **differently: str) -> str:
        """A case of the citizen; the applicant's fields may be said differently."""
        me = self.citizen.own
        applicant = {name: me[name] for name in ("name", "id_no", "phone")} | differently
        body = {
            "item_code": self.code,
            "application_form": "full_online",
            "situation": "S1",
            "applicant": {"type": "natural_person", "id_type": "citizen_id", **applicant},
            "materials": [{"code": f"M{number}", "method": "paper"} for number in (1, 2, 3, 4)],
            "source": "portal",
            "delivery": {"method": "hall"},
        }
        return str(self.citizen.post("/cases", body)["case_no"])

    def officer(self, role: str) -> Any:
        return self.city.person(role, self.department)

    def act(self, role: str, number: str, action: str, /, **body: Any) -> None:
        who = self.citizen if role == "citizen" else self.officer(role)
        who.post(f"/cases/{number}/{action}", body)

    def accept(self, number: str) -> None:
        self.act("clerk", number, "accept")

    def step(self, number: str, index: int) -> None:
        step = self.steps[index]
        second = self.officer("department_head").user
        more = {"co_officer": {"id": second["id"], "name": second["name"]}} if step["min_staff"] > 1 else {}
        role = "approver" if step["kind"] == "approve" else "examiner"
        self.act(role, number, "record-step", step=step["name"], **_OPINION, **more)

    def decide(self, number: str) -> None:
        self.accept(number)
        for index in range(len(self.steps)):
            self.step(number, index)
        self.act("approver", number, "decide", outcome="granted")

    def complete(self, number: str) -> None:
        self.decide(number)
        self.act(
            "clerk", number, "complete", certificate={"name": "食品经营许可证", "no": f"JY-{number[-4:]}"}
        )

    def deliver(self, number: str) -> None:
        self.complete(number)
        self.act("clerk", number, "announce-result", ways=["hall"])
        self.act("clerk", number, "deliver", method="hall", collector={"name": self.citizen.own["name"]})

    def ask_for_more(self, number: str) -> None:
        self.act(
            "clerk", number, "request-supplement", reason="申请书缺少签字",
            materials=[{"code": "M1", "reason": "缺少签字"}],
        )  # fmt: skip

    def suspend(self, number: str) -> None:
        self.accept(number)
        self.act(
            "examiner", number, "start-special-procedure", type="B", name="听证", limit_days=20,
            reason="利害关系人申请听证", approver="分管负责人",
        )  # fmt: skip

    def examine(self, number: str) -> None:
        self.accept(number)
        self.step(number, 0)


_STORIES: dict[str, Callable[[Shelf, str], None]] = {
    "submitted": lambda shelf, number: None,
    "supplement_required": Shelf.ask_for_more,
    "accepted": Shelf.accept,
    "in_process": Shelf.examine,
    "suspended": Shelf.suspend,
    "decided": Shelf.decide,
    "completed": Shelf.complete,
    "delivered": lambda shelf, number: shelf.deliver(number),  # a subclass may hand over in its own way
    "not_accepted": lambda shelf, number: shelf.act(
        "clerk", number, "not-accept", reason="不属于本机关职权", referral="市市场监督管理局"
    ),
    "withdrawn": lambda shelf, number: shelf.act("citizen", number, "withdraw", reason="暂不经营"),
}
