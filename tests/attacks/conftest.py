"""One server for all attacks: what one of them did to it, the next would notice."""

import resource
from collections.abc import Iterator

import pytest

from tests.attacks.target import Target, attacked

FEW_FILES = 256


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Started with few open files allowed, as systems have it unless a process asks for more."""
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FEW_FILES, most))
    serving = attacked(tmp_path_factory.mktemp("attacked"))
    try:
        target = serving.__enter__()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (usual, most))
    yield target
    serving.__exit__(None, None, None)
