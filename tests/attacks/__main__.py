"""`python -m tests.attacks`: what each attack is answered, and how fast, as a table for people."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from tests.attacks.attack import Attack
from tests.attacks.table import KINDS
from tests.attacks.target import Target, attacked
from tests.attacks.wire import Answer, ask

TRIES = 5
WANTED = 0.005


def main() -> int:
    wide = Console(width=None if sys.stdout.isatty() else 120)
    wrong = slow = count = 0
    with TemporaryDirectory() as folder, attacked(Path(folder)) as target:
        for kind, attacks in KINDS.items():
            table = Table("attack", "status", "says", title=kind, title_justify="left")
            for column in ("best ms", "worst ms"):
                table.add_column(column, justify="right")
            for attack in attacks:
                answers = [ask(target.port, attack.sent) for _ in range(TRIES)]
                table.add_row(*_row(attack, answers))
                count += 1
                wrong += not _is_right(attack, answers[0])
                slow += min(answer.seconds for answer in answers) > WANTED
            wide.print(table)
        wide.print(_summary(target, count, wrong, slow))
    return int(wrong > 0)


def _is_right(attack: Attack, answer: Answer) -> bool:
    return answer.status == attack.status and attack.says in answer.text


def _row(attack: Attack, answers: list[Answer]) -> list[str]:
    seconds = [answer.seconds for answer in answers]
    best, worst = (f"{value * 1000:.1f}" for value in (min(seconds), max(seconds)))
    status = str(answers[0].status)
    colour = "" if _is_right(attack, answers[0]) else "[bold red]"
    late = "[yellow]" if min(seconds) > WANTED else ""
    return [attack.name, colour + status, attack.says[:40].replace("[", "\\["), late + best, worst]


def _summary(target: Target, count: int, wrong: int, slow: int) -> str:
    memory = target.memory() / 2**20
    return (
        f"{count} attacks, {wrong} with another answer than they should have, {slow} that take"
        f" longer than {WANTED * 1000:g} ms. The server holds {memory:.0f} MiB, and its log has"
        f" {len(target.complaints())} errors."
    )


if __name__ == "__main__":
    sys.exit(main())
