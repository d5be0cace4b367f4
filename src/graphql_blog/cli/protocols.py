"""How uvicorn's connections learn that the server goes: streams are told, and end by themselves."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from graphql_blog.cli.arrivals import Arrivals


class Http(Arrivals):
    """Finishes what is in flight, as ever; an event stream would be in flight for good."""

    def shutdown(self) -> None:
        _tell(self.app_state)
        super().shutdown()


class WebSockets(WebSocketsSansIOProtocol):
    """Leaves it to the application to close: it says 1001 and lets go of everything."""

    async def send(self, message: Any) -> None:
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            # An answer instead of a handshake; uvicorn would log that there was none as an error.
            self.handshake_complete = True

    def shutdown(self) -> None:
        _tell(self.app_state)
        if not self.handshake_complete or self.close_sent:
            super().shutdown()


def _tell(state: dict[str, Any]) -> None:
    state["closing"].set()
