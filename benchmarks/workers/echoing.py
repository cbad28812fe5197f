"""The least that a command through HTTP costs on nameko: its own HTTP entrypoint, its own RPC, an answer.

Arguments: role (`asks` or `answers`), broker, port. `asks` passes the JSON body of `POST /echo` on to
`answers`, and its answer back. Nothing is looked at, nothing is stored.
"""

from __future__ import annotations

import eventlet

if __name__ == "__main__":
    eventlet.monkey_patch()

import json
import sys
from typing import Any

from nameko.rpc import RpcProxy, rpc
from nameko.runners import ServiceRunner
from nameko.web.handlers import http


class Answers:
    name = "echo"

    @rpc  # type: ignore[untyped-decorator]
    def echo(self, body: Any) -> Any:
        return body


class Asks:
    name = "echo_gateway"
    others = RpcProxy("echo")

    @http("POST", "/echo")  # type: ignore[untyped-decorator]
    def post(self, request: Any) -> str:
        return json.dumps(self.others.echo(json.loads(request.get_data())))


def main() -> None:
    role, broker, port = sys.argv[1:]
    runner = ServiceRunner({"AMQP_URI": broker, "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}"})
    runner.add_service(Asks if role == "asks" else Answers)
    runner.start()
    print("there", flush=True)
    runner.wait()


if __name__ == "__main__":
    main()
