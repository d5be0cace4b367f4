"""The front end that these tests set up, and the blog it shows."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests import npm
from tests.clients.front_end import FrontEnd
from tests.servers import Unavailable, leave_out

PRESET = 'preset: "client",'
PERSISTED = 'presetConfig: { persistedDocuments: { hashAlgorithm: "sha256" } },'
# So many are in the demo blog, with ids from 1.
POSTS = 75


@pytest.fixture(scope="session")
def packages() -> Path:
    try:
        return npm.project("clients") / "node_modules"
    except Unavailable as reason:
        leave_out(reason)


@pytest.fixture(scope="session")
def token(demo_server: str) -> str:
    """Logs in once, as log-ins may be counted."""
    login = {"username": "admin", "password": "password"}
    return str(httpx2.post(f"{demo_server}/api/login", json=login).json()["token"])


@pytest.fixture
def blog(demo_server: str, token: str) -> Iterator[str]:
    """The demo blog; what a program wrote is gone afterwards."""
    yield demo_server
    bearer = {"Authorization": f"Bearer {token}"}
    with httpx2.Client(base_url=f"{demo_server}/api", headers=bearer) as rest:
        for post in rest.get("/posts", params={"limit": 100}).json():
            if post["id"] > POSTS:
                rest.delete(f"/posts/{post['id']}").raise_for_status()


@pytest.fixture
def front_end(packages: Path, blog: str, tmp_path: Path) -> FrontEnd:
    return FrontEnd(tmp_path, packages, blog)


@pytest.fixture(scope="session")
def generated(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> FrontEnd:
    """The page's program in TypeScript, the types that were generated for it, and a manifest."""
    front_end = FrontEnd(tmp_path_factory.mktemp("codegen"), packages)
    front_end.follow("codegen")
    front_end.write("package.json", '{"type": "module"}')
    configuration = (front_end.folder / "codegen.ts").read_text()
    front_end.write("codegen.ts", configuration.replace(PRESET, PRESET + PERSISTED))
    front_end.run("npx graphql-codegen")
    return front_end
