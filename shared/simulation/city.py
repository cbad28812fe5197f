"""Who acts: signed-in clients of every role, by department."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.client import ApiAnswer, ApiClient, ApiProblem

_APPLICANTS = ("citizen", "enterprise_agent")
_REST = {False: timedelta(minutes=30), True: timedelta(hours=12)}
"""After so long a session at rest has ended, refresh token and all: staff's first, applicants' last."""


@dataclass(frozen=True, slots=True)
class Account:
    role: str
    login: str
    password: str
    department_code: str | None
    user: dict[str, Any]


class Person:
    """An account that stays signed in: when its token ran out it signs in again.

    A virtual clock jumps, so a token may be days out of date between two acts. `now` is what the city
    knows of that clock: whoever can tell that a token has run out does not ask with it.
    """

    def __init__(self, url: str, account: Account, now: Callable[[], datetime | None]) -> None:
        self.account = account
        self._client = ApiClient(url)
        self._refresh_token = ""
        self._now = now
        self._renewed_at: datetime | None = None
        self._lifetime = timedelta()
        self._rests = _REST[account.role in _APPLICANTS]
        self._own: dict[str, Any] = {}

    @property
    def user(self) -> dict[str, Any]:
        if not self._client.token:
            self._sign_in()
        return self._client.user

    @property
    def own(self) -> dict[str, Any]:
        """Their own data, asked once: who applies online applies under their own number."""
        if not self._own:
            self._own = dict(self.get("/me").body)
        return self._own

    @property
    def token(self) -> str:
        """A token that holds now, whatever the clock did meanwhile."""
        self.get("/me")
        return str(self._client.token)

    def get(self, path: str, **params: Any) -> ApiAnswer:
        return self._signed_in(lambda: self._client.get(path, **params))

    def post(self, path: str, body: dict[str, Any] | None = None, **options: Any) -> ApiAnswer:
        return self._signed_in(lambda: self._client.post(path, body, **options))

    def _signed_in(self, ask: Any) -> ApiAnswer:
        if not self._client.token or self._age() >= self._rests:
            self._sign_in()
        elif self._age() >= self._lifetime:
            self._renew()
        try:
            answer: ApiAnswer = ask()
        except ApiProblem as problem:
            if problem.status != 401:
                raise
            self._renew()
            answer = ask()
        return answer

    def _renew(self) -> None:
        """By the refresh token, as a browser does; by the password only when that has run out too."""
        self._client.token = None
        try:
            answer = self._client.post("/sessions/refresh", {"refresh_token": self._refresh_token})
        except ApiProblem as problem:
            if problem.status != 401:
                raise
            self._sign_in()
            return
        self._client.token = str(answer["access_token"])
        self._keep(answer)

    def _keep(self, answer: ApiAnswer) -> None:
        self._refresh_token = str(answer["refresh_token"])
        self._lifetime = timedelta(seconds=int(answer["expires_in"]))
        self._renewed_at = self._now()

    def _age(self) -> timedelta:
        """How old the tokens are by the virtual clock; nothing where the city does not know its time."""
        now = self._now()
        return now - self._renewed_at if now and self._renewed_at else timedelta.min

    def _sign_in(self) -> None:
        self._client.token = None
        self._keep(self._client.sign_in(self.account.login, self.account.password))


class City:
    """`accounts` as `demo-accounts.json` lists them; `operator` has the platform's own token."""

    def __init__(self, url: str, accounts: list[dict[str, Any]], operator: ApiClient) -> None:
        self.url = url
        self.operator = operator
        self._people: dict[str, Person] = {}
        self._moment: datetime | None = None
        self._accounts = [
            Account(each["role"], each["login"], each["password"], each.get("department_code"), each)
            for each in accounts
        ]

    def person(self, role: str, department_code: str | None = None) -> Person:
        """Somebody of the role, in the department if one is named. Raises LookupError."""
        for account in self._accounts:
            if account.role == role and department_code in (None, account.department_code):
                if account.login not in self._people:
                    self._people[account.login] = Person(self.url, account, lambda: self._moment)
                return self._people[account.login]
        raise LookupError(f"no {role} account in department {department_code}")

    def departments(self) -> set[str]:
        """Departments that can handle a case: those with a clerk, an examiner and an approver."""
        found = [
            {account.department_code for account in self._accounts if account.role == role}
            for role in ("clerk", "examiner", "approver")
        ]
        return {code for code in set.intersection(*found) if code}

    def now(self) -> datetime:
        return datetime.fromisoformat(self.operator.get("/operations/clock")["now"])

    def advance_to(self, moment: datetime) -> None:
        """Move the platform's clock. Only a platform on a simulated clock lets itself be moved."""
        self.operator.post("/operations/clock", {"now": moment.isoformat()})
        self._moment = moment
