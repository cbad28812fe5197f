"""What notify alone is told from outside."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.config.environment import Environment


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """Without a URL messages go to the sandbox, which keeps them and sends nothing.

    `replay_release`: how many operators it takes to send history again to a department (rules 10.4).
    """

    message_gateway_url: str | None = None
    message_gateway_token: str | None = field(default=None, repr=False)
    replay_release: str = "two"


def read_settings() -> NotifySettings:
    env = Environment()
    return NotifySettings(
        message_gateway_url=env.optional("YIWANG_MESSAGE_GATEWAY_URL"),
        message_gateway_token=env.secret("YIWANG_MESSAGE_GATEWAY_TOKEN"),
        replay_release=env.choice("YIWANG_NOTIFY_REPLAY_RELEASE", ("one", "two"), "two"),
    )
