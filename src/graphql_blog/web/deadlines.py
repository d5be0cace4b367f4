"""A limit of time for each request, with one timer for all of them.

What `asyncio.timeout` does, which sets up and cancels a timer of its own each time: more than a
short query costs. Requests may take equally long, so the one that began first is the next to end.
"""

import asyncio
from types import TracebackType


class Deadlines:
    """Ends what takes longer than so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._running: dict[Deadline, None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> "Deadline":
        """To be entered; leaving it raises `TimeoutError` when the time was up meanwhile."""
        return Deadline(self)

    def add(self, deadline: "Deadline", loop: asyncio.AbstractEventLoop) -> None:
        if loop is not self._loop:
            # What ran in another one is over.
            self._loop, self._timer = loop, None
            self._running.clear()
        deadline.ends_at = loop.time() + self.seconds
        self._running[deadline] = None
        if self._timer is None:
            self._timer = loop.call_at(deadline.ends_at, self._look)

    def remove(self, deadline: "Deadline") -> None:
        self._running.pop(deadline, None)

    def _look(self) -> None:
        assert self._loop is not None
        self._timer = None
        now = self._loop.time()
        while self._running:
            first = next(iter(self._running))
            if first.ends_at > now:
                self._timer = self._loop.call_at(first.ends_at, self._look)
                return
            del self._running[first]
            first.end()


class Deadline:
    """The time of one request, spent in the task that entered it."""

    __slots__ = ("_cancelling", "_deadlines", "_is_over", "_task", "ends_at")

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._is_over = False
        self.ends_at = 0.0

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self._deadlines.add(self, loop)

    def __exit__(
        self,
        class_: type[BaseException] | None,
        error: BaseException | None,
        _: TracebackType | None,
    ) -> None:
        self._deadlines.remove(self)
        # As asyncio.timeout: somebody else may have cancelled the task as well.
        if not self._is_over or self._task.uncancel() > self._cancelling:
            return
        if class_ is not None and issubclass(class_, asyncio.CancelledError):
            raise TimeoutError from error

    def end(self) -> None:
        self._is_over = True
        self._task.cancel()
