"""Demo accounts of the invented city 宜望市: every role, with passwords made for this installation only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.identity import logins
from services.identity.application import Identity
from services.identity.commands.places import store_organisations, store_regions
from services.identity.commands.register import store_account
from services.identity.commands.sessions import end_sessions
from services.identity.commands.staff import KNOWN_ROLES
from services.identity.demo import demo_city
from services.identity.demo.people import AGENT, CREDIT_CODE, ENTERPRISE, Post, persons, posts
from services.identity.domain import account, enterprise, staff
from services.identity.streams import enterprise_stream, load_enterprise, load_staff, staff_stream
from shared.clock import LEGAL_ZONE
from shared.domain.decision import Fact
from shared.eventstore.store import UnitOfWork
from shared.security.passwords import hash_password, random_password
from shared.service.call import Answer, Call
from shared.service.execute import to_events


@dataclass
class _Maker:
    app: Identity
    call: Call
    unit: UnitOfWork
    renew: frozenset[str] = frozenset()

    def make(self, command: account.Register) -> str | None:
        """The new password, or None when the account is there already and keeps the one it has."""
        password = random_password()
        login = command.login or ""
        if logins.find(self.unit.cursor, self.app.digest(login)) is not None:
            if login not in self.renew:
                return None
            now = self.app.clock.now()
            logins.set_password(self.unit.cursor, command.account_id, hash_password(password), now)
            end_sessions(self.unit.cursor, command.account_id, now)
            return password
        today = self.app.clock.now().astimezone(LEGAL_ZONE).date()
        facts = account.decide(account.INITIAL, command, today=today)
        store_account(
            self.app, self.unit, self.call, command, facts=facts, password_hash=hash_password(password)
        )
        return password

    def append(self, stream: Any, version: int, facts: list[Fact]) -> None:
        self.unit.append(stream, version, to_events(facts, self.app), self.call.metadata())


def ensure_demo_accounts(app: Identity, call: Call) -> Answer:
    """Idempotent. A password is answered once, when its account is made, and stored nowhere in clear.

    `renew` names logins that get a new password, for a platform that lost the file it kept them in.
    Not run through the command table: stored answers would hold the passwords.
    """
    city = demo_city()
    with app.store.unit_of_work() as unit:
        unit.cursor.execute("SELECT pg_advisory_xact_lock(hashtext('demo accounts'))")
        store_regions(app, call, unit, city["regions"])
        store_organisations(app, call, unit, city["organisations"])
        maker = _Maker(app, call, unit, frozenset(call.body["renew"]))
        shown = [_person(maker, command) for command in persons(_id)]
        shown += [_post(maker, post) for post in posts(city["organisations"])]
    return Answer(shown)


def _id(login: str) -> str:
    """The same account id on every installation, so that demos and pictures agree."""
    return str(uuid5(NAMESPACE_URL, f"yiwang:demo:{login}"))


def _person(maker: _Maker, command: account.Register) -> dict[str, Any]:
    if command.login == AGENT:
        _ensure_enterprise(maker, command.account_id)
    password = maker.make(command)
    return _shown(command.roles[0], command, password, None)


def _ensure_enterprise(maker: _Maker, agent: str) -> None:
    if load_enterprise(maker.unit.cursor, CREDIT_CODE).exists:
        return
    head = account.AccountState(
        version=1, account_id=agent, name=ENTERPRISE["legal_representative"], real_name_level=3
    )
    command = enterprise.RegisterEnterprise(enterprise_id=CREDIT_CODE, credit_code=CREDIT_CODE, **ENTERPRISE)
    facts = enterprise.register(enterprise.INITIAL, command, head)
    maker.append(enterprise_stream(CREDIT_CODE), 0, facts)


def _post(maker: _Maker, post: Post) -> dict[str, Any]:
    command = account.Register(
        account_id=_id(post.login),
        kind="system" if post.role == "department_system" else "staff",
        name=post.name,
        roles=(),
        login=post.login,
        real_name_level=account.CHECKED,
    )
    password = maker.make(command)
    if not load_staff(maker.unit.cursor, command.account_id).active:
        appointment = staff.Appoint(
            account_id=command.account_id,
            roles=(post.role,),
            by="system",
            department_code=post.organisation["code"],
            department_name=post.organisation["name"],
            region_code=post.organisation["region_code"],
        )
        facts = staff.decide(staff.INITIAL, appointment, known_roles=KNOWN_ROLES)
        maker.append(staff_stream(command.account_id), 0, facts)
    return _shown(post.role, command, password, post.organisation)


def _shown(
    role: str, command: account.Register, password: str | None, organisation: dict[str, Any] | None
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "role": role,
        "login": command.login,
        "name": command.name,
        "id": command.account_id,
    }
    if password is not None:
        shown["password"] = password
    if organisation is not None:
        shown |= {
            "department_code": organisation["code"],
            "department_name": organisation["name"],
            "region_code": organisation["region_code"],
        }
    return shown
