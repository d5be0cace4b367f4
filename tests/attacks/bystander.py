"""Somebody who only wants to read a post, and asks for it again and again."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from statistics import median
from threading import Event, Thread

from tests.attacks.attack import graphql
from tests.attacks.wire import connect, read_answer

QUERY = graphql('query { post(id: "1") { title content author { name } } }')
ANSWER = (
    b'{"data":{"post":{"title":"First Post","content":"Hello world!","author":{"name":"Admin"}}}}'
)
PAUSE, ENOUGH = 0.005, 10
# For machines that do a great deal else at the same time.
LONGEST, TYPICAL = 10.0, 2.0


class Bystander:
    """Notes what each answer was, and how long it took."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._left, self._answered = Event(), Event()
        self.seconds: list[float] = []
        self.wrong: list[bytes | Exception] = []

    def ask_on(self) -> None:
        try:
            with closing(connect(self._port)) as connection:
                while not self._left.wait(PAUSE):
                    began = time.perf_counter()
                    connection.sendall(QUERY)
                    answer = read_answer(connection, began)
                    self.seconds.append(answer.seconds)
                    if answer.body != ANSWER:
                        self.wrong.append(answer.body)
                    self._answered.set()
        except Exception as error:
            self.wrong.append(error)

    def leave(self) -> None:
        self._left.set()

    @contextmanager
    def served(self) -> Iterator[None]:
        """Is answered rightly and soon as long as the block lasts, and once more behind it."""
        before = len(self.seconds)
        yield
        self._answered.clear()
        self._answered.wait(LONGEST)
        assert self.wrong == [], self.wrong
        assert max(self.seconds[before:], default=LONGEST) < LONGEST


@contextmanager
def bystander(port: int) -> Iterator[Bystander]:
    """Somebody who is there as long as the block lasts, and must be served well."""
    somebody = Bystander(port)
    thread = Thread(target=somebody.ask_on)
    thread.start()
    try:
        with somebody.served():
            yield somebody
    finally:
        somebody.leave()
        thread.join()
    if len(somebody.seconds) >= ENOUGH:
        assert median(somebody.seconds) < TYPICAL
