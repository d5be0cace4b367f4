"""Attacks by tokens that somebody made up."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from tests.attacks.attack import Attack, posted, rest
from tests.attacks.target import SECRET

CLAIMS = {"sub": "1", "iat": 0, "exp": 2**31, "jti": "a", "iss": "graphql-blog"}
PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ==\n-----END PUBLIC KEY-----\n"
QUERY = b'{"query": "{ viewer { user { name } } }"}'
HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def token(key: str = SECRET, claims: dict[str, Any] = CLAIMS, **header: Any) -> str:
    """Made by hand: libraries do not make most of these."""
    head = {"typ": "JWT", "alg": "HS256", **header}
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
    hashed = HASHES.get(str(head["alg"]), hashlib.sha256)
    return f"{signed}.{_encoded(hmac.digest(key.encode(), signed.encode(), hashed))}"


def unsigned(alg: Any) -> str:
    return token(alg=alg).rpartition(".")[0] + "."


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def refused(name: str, authorization: str) -> Attack:
    return Attack(name, posted(QUERY, Authorization=authorization), 401, "UNAUTHENTICATED")


def bearer(name: str, text: str) -> Attack:
    return refused(name, f"Bearer {text}")


now = int(time.time())
TOKENS = [
    bearer("alg: none", unsigned("none")),
    bearer("alg: None", unsigned("None")),
    bearer("alg: NONE, signed", token(alg="NONE")),
    bearer("no alg", unsigned(None)),
    bearer("alg is a list", unsigned(["HS256"])),
    bearer("another algorithm with the right key", token(alg="HS512")),
    bearer("HS256 with a public key", token(PUBLIC_KEY)),
    bearer("RS256 that is HS256", token(alg="RS256")),
    bearer("an empty key", token("")),
    bearer("a guessed key", token("secret")),
    bearer("kid of a path", token("", kid="../../../../dev/null")),
    bearer("kid with SQL", token("secret", kid="a' UNION SELECT 'secret' --")),
    bearer("jku of somebody", token("secret", jku="http://127.0.0.1:9/keys.json")),
    bearer("a key in the token", token("secret", jwk={"kty": "oct", "k": _encoded(b"secret")})),
    bearer("crit", token(crit=["unknown"], unknown=1)),
    bearer("expired", token(claims={**CLAIMS, "exp": now - 1})),
    bearer(
        "without an end", token(claims={"sub": "1", "iat": 0, "jti": "a", "iss": "graphql-blog"})
    ),
    bearer("an end that is a text", token(claims={**CLAIMS, "exp": "never"})),
    bearer("an end at infinity", token(claims={**CLAIMS, "exp": float("inf")})),
    bearer("from the future", token(claims={**CLAIMS, "iat": 2**31})),
    bearer("of another issuer", token(claims={**CLAIMS, "iss": "evil"})),
    bearer("for nobody", token(claims={**CLAIMS, "sub": "999999"})),
    bearer("for an account with SQL in it", token(claims={**CLAIMS, "sub": "1 OR 1=1"})),
    bearer("for an account of 40 digits", token(claims={**CLAIMS, "sub": "9" * 40})),
    bearer("for an account of 5,000 digits", token(claims={**CLAIMS, "sub": "9" * 5000})),
    bearer("for an account below zero", token(claims={**CLAIMS, "sub": "-1"})),
    bearer("for a list", token(claims={**CLAIMS, "sub": ["1"]})),
    bearer("claims that are a list", token(claims=[])),  # type: ignore[arg-type]
    bearer(
        "claims of 10,000 levels",
        ".".join([_encoded(b'{"alg":"HS256"}'), _encoded(b"[" * 10_000), "a"]),
    ),
    bearer("a head of 10,000 levels", _encoded(b"[" * 10_000) + ".e30.a"),
    bearer("60,000 letters", "a" * 60_000),
    bearer("60,000 dots", "." * 60_000),
    bearer("no base64", "ä.ö.ü"),
    bearer("no token", ""),
    bearer("cut short", token()[:-1]),
    bearer("another end", token()[:-2] + "AA"),
    refused("another scheme", "Basic YWRtaW46cGFzc3dvcmQ="),
    refused("two tokens", f"Bearer {token()} {token()}"),
    refused("no scheme", token()),
    Attack(
        "alg: none for REST",
        rest("/api/protected", Authorization=f"Bearer {unsigned('none')}"),
        401,
        "UNAUTHENTICATED",
    ),
    Attack(
        "a token in the address",
        posted(QUERY).replace(b"/graphql", f"/graphql?access_token={token()}".encode(), 1),
        200,
        '"viewer":null',
    ),
    Attack("a token in a cookie", posted(QUERY, Cookie=f"token={token()}"), 200, '"viewer":null'),
]
