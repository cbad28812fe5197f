"""The gateway under nameko: every request, whatever its path and method, is one worker.

nameko's own HTTP entrypoint answers foreign paths and methods with pages of its own and logs whole
request lines, query codes included. Ours takes everything in and logs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from socket import SHUT_RDWR
from typing import Any

import structlog
from eventlet import Timeout, sleep, wsgi
from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import HttpOnlyProtocol, WebServer
from werkzeug.wrappers import Request, Response

from services.gateway.application import Gateway
from shared.service.application import Application

_HEADER_SECONDS = 60
"""How long a connection may stay silent: an idle one, or one that dribbles its headers."""
_CLOSING_SECONDS = 5.0
_DRAIN_BYTES = 16 * 1024 * 1024
_DRAIN_SECONDS = 2.0
_SKIP_BYTES = 64 * 1024

_log = structlog.get_logger(__name__)


class _Connection(HttpOnlyProtocol):  # type: ignore[misc]
    """Lets a response end the connection, and then goes softly."""

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        if environ["eventlet.input"].chunked_input:
            # Such a body ends by itself. One with a length does too, but says nothing when it was cut
            # short; there werkzeug counts.
            environ["wsgi.input_terminated"] = True
        environ["yiwang.close"] = self._close_after_response
        return environ

    def _close_after_response(self) -> None:
        self.close_connection = 1
        self._drain = True

    def finish(self) -> None:
        if getattr(self, "_drain", False):
            self._read_away()
        super().finish()

    def _read_away(self) -> None:
        """Closing on unread data resets the connection, and the client may never see our answer.

        So what it is still sending is thrown away for a moment, without keeping any of it.
        """
        left = _DRAIN_BYTES
        with Timeout(_DRAIN_SECONDS, False):
            try:
                while left > 0 and (chunk := self.connection.recv(65536)):
                    left -= len(chunk)
            except OSError:
                return  # gone already, which is what we are about to do


class FrontDoor(WebServer):  # type: ignore[misc]
    """Takes in every request, asks no URL map. Stops by ending every connection, which nameko leaves open."""

    def __init__(self) -> None:
        super().__init__()
        self._connections: dict[int, list[Any]] = {}

    def process_request(self, sock: Any, address: Any) -> None:
        """One connection, until it ends. What is raised in here would end the whole service."""
        state = self._connections[id(sock)] = [address, sock, wsgi.STATE_IDLE]
        try:
            self._serv.process_request(state)
        except OSError as error:
            _log.debug("connection_broke", error=repr(error))
        finally:
            del self._connections[id(sock)]

    def stop(self) -> None:
        """Idle connections are ended now, busy ones after their answer; blocks for as long as that takes,
        at most `_CLOSING_SECONDS`."""
        super().stop()
        for _, sock, state in list(self._connections.values()):
            if state == wsgi.STATE_IDLE:
                _hang_up(sock)
        for connection in self._connections.values():
            connection[2] = wsgi.STATE_CLOSE
        with Timeout(_CLOSING_SECONDS, False):
            while self._connections:
                sleep(0.01)

    def get_wsgi_app(self) -> Any:
        return self._serve

    def get_wsgi_server(
        self, sock: Any, wsgi_app: Any, protocol: Any = _Connection, debug: bool = False
    ) -> Any:
        return wsgi.Server(
            sock,
            sock.getsockname(),
            wsgi_app,
            protocol=protocol,
            debug=debug,
            log_output=False,
            socket_timeout=_HEADER_SECONDS,
        )

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ, shallow=True)
        request.path_values = {}  # type: ignore[attr-defined]
        provider = next(iter(self._providers), None)
        response: Response = provider.handle_request(request) if provider else _closing()
        if _body_left(environ, response):
            environ["yiwang.close"]()
        return response(environ, start_response)


def _closing() -> Response:
    return Response(status=503, headers={"Retry-After": "1", "Connection": "close"})


def _hang_up(sock: Any) -> None:
    try:
        sock.shutdown(SHUT_RDWR)
    except OSError as error:
        _log.debug("connection_gone", error=repr(error))  # the other side was faster


def _body_left(environ: dict[str, Any], response: Response) -> bool:
    """Whether a refused request still has more to say than is worth listening to."""
    if response.status_code < 400:
        return False
    body = environ["eventlet.input"]
    return bool(body.chunked_input) or (body.content_length or 0) - body.position > _SKIP_BYTES


class Everything(HttpRequestHandler):  # type: ignore[misc]
    """The entrypoint for all paths and methods."""

    server = FrontDoor()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("", "", **kwargs)


class GatewayService:
    """`app` is set by whoever hosts the service."""

    name = "gateway"
    app: Application

    @Everything.decorator  # type: ignore[untyped-decorator]
    def handle_http(self, request: Request) -> Response:
        return gateway_of(self.app).respond(request)


def gateway_of(app: Application) -> Gateway:
    """One gateway per application: nameko makes a new service object for every request."""
    if "gateway" not in app.parts:
        app.parts["gateway"] = Gateway(app)
    gateway: Gateway = app.parts["gateway"]
    return gateway
