"""Attacks by forms: those of other sites, and those with files."""

import json

from tests.attacks.attack import GRAPHQL_TYPE, Attack, http
from tests.attacks.bodies import ASKED, CROWDED, FINE, QUERY
from tests.attacks.documents import MEBIBYTE

FORM = {"Content-Type": "multipart/form-data; boundary=x", "Accept": GRAPHQL_TYPE}
PREFLIGHT = {**FORM, "GraphQL-Preflight": "1"}


def part(name: str, value: str | bytes, more: str = "") -> bytes:
    content = value.encode() if isinstance(value, str) else value
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode("latin-1") + content + b"\r\n"


def form(*parts: bytes, **headers: str) -> bytes:
    return http(body=b"".join(parts) + b"--x--\r\n", headers={**PREFLIGHT, **headers})


OPERATIONS = part("operations", ASKED)
FILED = part("operations", json.dumps({**QUERY, "variables": {"file": None}}))

FORMS = [
    # Forms of other sites.
    Attack(
        "a form of another site",
        http(
            body=b"query=%7B__typename%7D",
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": "https://evil.example",
            },
        ),
        415,
        "Send the body as application/json",
    ),
    Attack(
        "a form that looks like JSON",
        http(
            body=ASKED.encode(),
            headers={"Content-Type": "text/plain", "Origin": "https://evil.example"},
        ),
        415,
        "Send the body as application/json",
    ),
    Attack(
        "a body without a type", http(body=ASKED.encode()), 415, "Send the body as application/json"
    ),
    Attack(
        "a form with files of another site",
        http(body=OPERATIONS + b"--x--\r\n", headers=FORM),
        400,
        "PREFLIGHT_REQUIRED",
    ),
    # Forms.
    Attack(
        "10,000 parts",
        form(OPERATIONS, part("map", "{}"), *[part("0", "a")] * 10_000),
        400,
        "does not name `0`",
    ),
    Attack(
        "a map of 1,000 files",
        form(
            OPERATIONS, part("map", json.dumps({str(n): ["variables.file"] for n in range(1000)}))
        ),
        413,
        "10 files at most",
    ),
    Attack(
        "a map of 15,000 paths",
        form(FILED, part("map", json.dumps({"0": ["variables.file"] * 15_000}))),
        400,
        "one place for two files",
    ),
    Attack(
        "a map of 50,000 paths",
        form(FILED, part("map", json.dumps({"0": ["variables.file"] * 50_000}))),
        400,
        CROWDED,
    ),
    Attack(
        "a path of 100,000 steps",
        form(FILED, part("map", json.dumps({"0": ["variables." + "a." * 100_000]}))),
        400,
        "no null there",
    ),
    Attack(
        "a header of a part of a mebibyte",
        form(part("operations", ASKED, "; a=" + "a" * MEBIBYTE)),
        400,
        "cannot be read",
    ),
    Attack(
        "100,000 headers of a part",
        form(b"--x\r\n" + b"A: b\r\n" * 100_000 + b"\r\n"),
        400,
        "cannot be read",
    ),
    Attack(
        "a boundary of 60,000 letters",
        http(
            body=OPERATIONS,
            headers={**PREFLIGHT, "Content-Type": "multipart/form-data; boundary=" + "x" * 60_000},
        ),
        400,
        "cannot be read",
    ),
    Attack(
        "no boundary",
        http(body=OPERATIONS, headers={**PREFLIGHT, "Content-Type": "multipart/form-data"}),
        400,
        "boundary",
    ),
    Attack(
        "a part that does not end",
        http(body=OPERATIONS[:-5], headers=PREFLIGHT),
        400,
        "ends before",
    ),
    Attack(
        "a file that wants to be elsewhere",
        form(
            FILED,
            part("map", '{"0": ["variables.file"]}'),
            part("0", "a", '; filename="../../../etc/passwd"'),
        ),
        200,
        FINE,
    ),
    Attack(
        "a file with NUL in its name",
        form(
            FILED, part("map", '{"0": ["variables.file"]}'), part("0", "a", '; filename="a\0.png"')
        ),
        200,
        FINE,
    ),
    Attack(
        "a file of 12 mebibytes",
        form(
            FILED,
            part("map", '{"0": ["variables.file"]}'),
            part("0", b"a" * 12 * 2**20, '; filename="a"'),
        ),
        413,
        "CONTENT_TOO_LARGE",
    ),
    Attack(
        "operations of two mebibytes",
        form(part("operations", " " * 2 * MEBIBYTE)),
        413,
        "CONTENT_TOO_LARGE",
    ),
    Attack("operations of 100,000 levels", form(part("operations", "[" * 100_000)), 400, CROWDED),
    Attack(
        "a packed form", form(OPERATIONS, **{"Content-Encoding": "gzip"}), 415, "Content-Encoding"
    ),
]
