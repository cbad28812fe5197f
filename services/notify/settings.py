"""What notify alone is told from outside."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.config.environment import Environment


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """Without a URL messages go to the sandbox, which keeps them and sends nothing."""

    message_gateway_url: str | None = None
    message_gateway_token: str | None = field(default=None, repr=False)


def read_settings() -> NotifySettings:
    env = Environment()
    return NotifySettings(
        message_gateway_url=env.optional("YIWANG_MESSAGE_GATEWAY_URL"),
        message_gateway_token=env.secret("YIWANG_MESSAGE_GATEWAY_TOKEN"),
    )
