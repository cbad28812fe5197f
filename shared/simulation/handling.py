"""One simulated case and the people around it: what a script acts with."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from time import monotonic, sleep
from typing import Any

from shared.client import ApiAnswer, ApiProblem
from shared.simulation.city import City, Person
from shared.simulation.people import Applicant, enterprise, natural_person


@dataclass
class Handling:
    """`item` is the item's definition. Every action goes through the public API."""

    city: City
    item: dict[str, Any]
    random: Random
    case_no: str = ""
    query_code: str = ""
    form: str = ""
    outcome: str = ""
    status: str = ""
    done: list[str] = field(default_factory=list)

    @property
    def department(self) -> str:
        return str(self.item["department_code"])

    def officer(self, role: str) -> Person:
        return self.city.person(role, self.department)

    def submit(
        self,
        form: str,
        *,
        window: bool = False,
        leave_out: tuple[str, ...] = (),
        situation: str | None = None,
        delivery: str | None = None,
    ) -> None:
        """Apply online as the citizen (or the enterprise's agent), or at the window as the clerk."""
        self.form = form
        applicant, who = self._applicant(window)
        body: dict[str, Any] = {
            "item_code": self.item["code"],
            "application_form": form,
            "applicant": applicant.body,
            "materials": self._materials(situation, leave_out),
            "source": "window" if window else "portal",
            "delivery": self._delivery(delivery),
            "form": {"说明": "演示申请"},
        }
        if situation:
            body["situation"] = situation
        if self.item.get("project_no_required"):
            body["project_no"] = f"2601-990101-04-01-{self.random.randrange(10**6):06d}"
        answer = who.post("/cases", body)
        self.case_no, self.query_code = answer["case_no"], answer["query_code"]
        self.applicant = who
        self._note("submit", answer)

    def act(self, role: str, action: str, /, **body: Any) -> ApiAnswer:
        """`role` is `applicant` (whoever applied) or an officer's role of the item's department."""
        who = self.applicant if role == "applicant" else self.officer(role)
        answer = who.post(f"/cases/{self.case_no}/{action}", body)
        self._note(action, answer)
        return answer

    def wait_for(self, status: str, seconds: float = 30.0) -> None:
        """Until the platform itself has moved the case there (deemed acceptance, lapse).

        Blocks in real time: the platform's timers look every second or so, whatever its clock says.
        Raises TimeoutError.
        """
        until = monotonic() + seconds
        while True:
            self.status = self.city.operator.get(f"/cases/{self.case_no}")["status"]
            if self.status == status:
                return
            if monotonic() > until:
                raise TimeoutError(f"{self.case_no} is {self.status}, not {status}, after {seconds} s")
            sleep(0.1)

    def act_knowingly(self, role: str, action: str, /, **body: Any) -> None:
        """An action that must name the version it was decided on (`If-Match`)."""
        who = self.officer(role)
        seen = who.get(f"/cases/{self.case_no}")["version"]
        self._note(action, who.post(f"/cases/{self.case_no}/{action}", body, if_match=seen))

    def accept(self) -> None:
        """By the clerk, unless the law is faster: where it wants the answer on the spot, what came in the
        day's last hour counts as accepted when the office closes."""
        try:
            self.act("clerk", "accept")
        except ApiProblem as problem:
            if problem.document.get("current_status") != "accepted":
                raise
            self.status = "accepted"

    def steps(self, *, until: str | None = None) -> None:
        """Record the item's handling steps that come before the decision, in order."""
        for step in self.decision_steps():
            self.step(step)
            if step["name"] == until:
                return

    def decision_steps(self) -> list[dict[str, Any]]:
        """Examination and approval; acceptance is an action of its own, issuing follows the decision."""
        return [step for step in self.item["steps"] if step["kind"] in ("examine", "approve")]

    def step(
        self, step: dict[str, Any], action: str = "passed", opinion: str = "符合条件", **more: Any
    ) -> None:
        role = "approver" if step["kind"] == "approve" else "examiner"
        body = {"step": step["name"], "action": action, "opinion": opinion, **more}
        if int(step.get("min_staff") or 1) > 1:
            second = self.officer("approver" if role == "examiner" else "examiner").user
            body["co_officer"] = {"id": second["id"], "name": second.get("name") or "第二名工作人员"}
        self.act(role, "record-step", **body)

    def decide(self, outcome: str = "granted", **more: Any) -> None:
        self.outcome = outcome
        self.act("approver", "decide", outcome=outcome, **more)

    def issue(self, way: str = "hall") -> None:
        """From the decision to the applicant's hands: complete, announce, pay what is due, deliver."""
        granted = self.outcome != "refused"
        self.act("clerk", "complete", **(self.certificate() if granted else {}))
        if self.fee() and granted:
            self.act(
                "applicant",
                "pay",
                amount_fen=self.fee(),
                method="online",
                payment_no=f"P{self.case_no[-12:]}",
            )
        self.act("clerk", "announce-result", ways=[way])

    def certificate(self) -> dict[str, Any]:
        result = self.item.get("result") or {}
        if result.get("kind") not in ("certificate", "approval_document"):
            return {}
        return {
            "certificate": {
                "name": result["name"],
                "no": f"Z{self.case_no[-16:]}",
                "validity": result.get("validity") or "长期",
            }
        }

    def fee(self) -> int:
        return sum(int(fee["amount_fen"]) for fee in self.item.get("fee") or [])

    def _applicant(self, window: bool) -> tuple[Applicant, Person]:
        persons = "natural_person" in self.item["service_object"]
        applicant = natural_person(self.random) if persons else enterprise(self.random)
        if window:
            return applicant, self.officer("clerk")
        who = self.city.person("citizen" if persons else "enterprise_agent")
        if not persons:
            return applicant, who
        known = {name: who.own[name] for name in ("name", "id_no", "phone") if who.own.get(name)}
        return Applicant({**applicant.body, **known}), who

    def _materials(self, situation: str | None, leave_out: tuple[str, ...]) -> list[dict[str, Any]]:
        handed_in = []
        for material in self.item["materials"]:
            applies = material["necessity"] != "conditional" or (
                material.get("situation") is not None and material["situation"] == situation
            )
            if not applies or material["code"] in leave_out:
                continue
            library = material["source"] in ("certificate_library", "data_sharing")
            handed_in.append(
                {"code": material["code"], "method": "certificate_library" if library else "paper"}
            )
        return handed_in

    def _delivery(self, way: str | None) -> dict[str, Any]:
        way = way or self.item["delivery"][0]
        return {"method": way, "address": "宜望市东城区和顺路1号"} if way == "courier" else {"method": way}

    def _note(self, action: str, answer: ApiAnswer) -> None:
        self.status = answer["status"]
        self.done.append(action)
