"""A blog of two authors, with posts that strangers may see and posts that they may not."""

from datetime import UTC, datetime

import pytest

from tests.factories import TOMORROW, make_draft, make_post, make_tag, make_user

PUBLISHED = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
CHANGED = datetime(2024, 6, 1, 10, 0, 0, tzinfo=UTC)


@pytest.fixture
async def ana(resources):
    return await make_user(
        resources, username="ana", display_name="Ana <A&B>", website_url="https://ana.example/"
    )


@pytest.fixture
async def blog(resources, ana):
    """The public ones, the newest first."""
    ben = await make_user(resources, username="ben")
    python, rust = await make_tag(resources, "Python"), await make_tag(resources, "Rust & C")
    first = await make_post(
        resources,
        ana,
        tags=(python, rust),
        title="Café & <b>Tea</b>",
        slug="café",
        content="Some *words* and ]]> & <script>alert(1)</script>\x0b\n\nMore.",
        excerpt="A *short* & sweet one",
        published_at=PUBLISHED,
        created_at=PUBLISHED,
        updated_at=CHANGED,
    )
    second = await make_post(
        resources, ben, tags=(python,), title="Second", slug="second", content="Hello"
    )
    await make_draft(resources, ana, tags=(python,), title="Draft")
    await make_post(resources, ana, tags=(python,), title="To come", published_at=TOMORROW)
    return [first, second]
