"""Accounts, as an operator makes them."""

import httpx2

from tests.conftest import served
from tests.integration.cli.test_serve import run

ADD = ["user", "add", "ana", "ana@example.com", "--password", "correct horse", "--role", "ADMIN"]


def test_an_added_account_logs_in_with_its_role(tmp_path):
    run(tmp_path, "migrate")

    added = run(tmp_path, *ADD)
    again = run(tmp_path, *ADD)
    short = run(tmp_path, "user", "password", "ana", "--password", "short")
    unknown = run(tmp_path, "user", "role", "nobody", "READER")
    changed = run(tmp_path, "user", "password", "ana", "--password", "battery staple")
    lowered = run(tmp_path, "user", "role", "ana", "READER")

    assert (added.returncode, added.stdout) == (0, "ana can log in now, as ADMIN.\n")
    assert (again.returncode, again.stderr) == (1, "Error: This username is taken already.\n")
    assert short.stderr == "Error: Password must have at least 8 characters.\n"
    assert unknown.stderr == "Error: There is no account nobody.\n"
    assert changed.stdout == "ana has a new password.\n"
    assert lowered.stdout == "ana is READER now.\n"
    with served(tmp_path) as url:
        old = httpx2.post(f"{url}/api/login", json={"username": "ana", "password": "correct horse"})
        new = httpx2.post(
            f"{url}/api/login", json={"username": "ana", "password": "battery staple"}
        )
        bearer = {"Authorization": f"Bearer {new.json()['token']}"}
        refused = httpx2.post(
            f"{url}/api/posts", json={"title": "a", "content": "b"}, headers=bearer
        )
    assert (old.status_code, new.status_code, refused.status_code) == (401, 200, 403)


def test_accounts_need_a_migrated_database(tmp_path):
    result = run(tmp_path, *ADD)

    assert result.returncode == 1
    assert "run `graphql-blog migrate` first" in result.stderr
