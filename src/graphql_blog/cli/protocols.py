"""How uvicorn's connections learn that the server goes: streams are told, and end by themselves."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class Http(HttpToolsProtocol):
    """Finishes what is in flight, as ever; an event stream would be in flight for good."""

    def shutdown(self) -> None:
        _tell(self.app_state)
        super().shutdown()


class WebSockets(WebSocketsSansIOProtocol):
    """Leaves it to the application to close: it says 1001 and lets go of everything."""

    def shutdown(self) -> None:
        _tell(self.app_state)
        if not self.handshake_complete or self.close_sent:
            super().shutdown()


def _tell(state: dict[str, Any]) -> None:
    state["closing"].set()
