"""The values of a request, by name: a statement compiled for one request then serves them all."""

from datetime import datetime

from sqlalchemy import BindParameter, Integer, bindparam

from graphql_blog.auth import Viewer
from graphql_blog.db.columns import Instant


def now_of(now: datetime) -> BindParameter[datetime]:
    """The instant of the request."""
    return bindparam("now", now, Instant())


def id_of(viewer: Viewer) -> BindParameter[int | None]:
    """The account that asks."""
    return bindparam("viewer_id", viewer.id, Integer())


def kind_of(viewer: Viewer) -> str:
    """All that the text of a statement may depend on: which rules hold for this viewer."""
    if viewer.is_editor:
        return "editor"
    return "stranger" if viewer.id is None else "account"


def values_of(viewer: Viewer, now: datetime) -> dict[str, object]:
    """What the parameters above are given at each execution."""
    return {"now": now, "viewer_id": viewer.id}
