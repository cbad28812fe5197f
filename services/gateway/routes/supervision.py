"""Electronic supervision: cards, statistics, rules, the working-day calendar."""

from __future__ import annotations

from services.gateway.routes.route import Condition, Route, command, read
from shared.contracts import supervision as contract

_TAG = "supervision"
_TITLES = {
    "confirm": "确认 Confirm a card",
    "appeal": "申诉 Appeal against a card",
    "revoke": "撤销 Revoke a card",
    "urge": "督办 Urge the department",
}


def _action(name: str) -> Route:
    return command(
        f"/supervision/cards/{{id}}/{name}", "supervision", "card_action", _TITLES[name], _TAG,
        body=contract.CardAction, answer=contract.CardActionAnswer, fixed={"action": name},
        condition=Condition.OPTIONAL,
    )  # fmt: skip


SUPERVISION_ROUTES = (
    read(
        "/supervision/cards", "supervision", "cards", "监察牌 Cards", _TAG,
        query=contract.CardsQuery, answer=contract.CardList,
    ),
    *(_action(name) for name in contract.CARD_ACTIONS),
    read(
        "/supervision/statistics", "supervision", "statistics", "监察统计 Statistics", _TAG,
        query=contract.SupervisionStatisticsQuery, answer=contract.SupervisionStatistics,
    ),
    read("/supervision/rules", "supervision", "rules", "监察规则 Rules", _TAG, answer=contract.RuleList),
    read(
        "/supervision/calendar", "supervision", "calendar", "工作日历 Calendar", _TAG,
        query=contract.CalendarQuery, answer=contract.CalendarAnswer,
    ),
    read(
        "/supervision/scan-status", "supervision", "scan_status", "扫描情况 Scan status", _TAG,
        answer=contract.ScanStatus,
    ),
)  # fmt: skip
