"""Serves one of the applications of this folder: `python -m benchmarks.servers.serve limit`.

DATABASE_URL and PORT come from the environment.
"""

import importlib
import os
import sys

import uvicorn


def main() -> None:
    module = importlib.import_module(f"benchmarks.servers.{sys.argv[1]}")
    uvicorn.run(
        module.app(os.environ["DATABASE_URL"]),
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        server_header=False,
    )


if __name__ == "__main__":
    main()
