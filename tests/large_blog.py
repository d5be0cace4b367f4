"""A blog of 100,000 posts, made by the database itself."""

from sqlalchemy.engine import make_url

from graphql_blog import resources as resources_of

AUTHORS, POSTS, COMMENTS = 1_000, 100_000, 100_000
TAGS, UNUSED_TAGS = 50, 1_000
COMMENTED = 1_000  # every hundredth post

# Both databases understand these: rows 1 to n, and instants so many minutes after 2015 began.
SERIES = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
INSTANT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', '2015-01-01', ({minutes}) || ' minutes')",
    "postgresql": "timestamptz '2015-01-01 00:00Z' + ({minutes}) * interval '1 minute'",
}
# Of 41 posts one is a draft and one scheduled for the year 2114. Every hundredth has a hundred
# comments, a third of them answers to the first. User 1 is an editor.
FILL = [
    f"INSERT INTO users (username, email, role, post_count, created_at)"
    f" {SERIES.format(last=AUTHORS)}"
    " SELECT 'user' || i, 'user' || i || '@example.com',"
    " CASE i WHEN 1 THEN 'EDITOR' ELSE 'AUTHOR' END, i % 100, {at_i} FROM n",
    f"INSERT INTO tags (name, slug, post_count) {SERIES.format(last=TAGS + UNUSED_TAGS)}"
    f" SELECT CASE WHEN i <= {TAGS} THEN 'A tag ' ELSE 'Unused ' END || i, 'tag-' || i,"
    f" CASE WHEN i <= {TAGS} THEN 4000 + i ELSE 0 END FROM n",
    "INSERT INTO posts (author_id, title, slug, permalink, content, status, published_at,"
    f" created_at, updated_at, comment_count) {SERIES.format(last=POSTS)}"
    f" SELECT 1 + i % {AUTHORS}, 'Title ' || (i * 7919 % {POSTS}), 'post-' || i, '/old/' || i,"
    " 'Content', CASE WHEN i % 41 = 0 THEN 'DRAFT' ELSE 'PUBLISHED' END,"
    " CASE WHEN i % 41 = 1 THEN {at_later} WHEN i % 41 > 1 THEN {at_mixed} END,"
    " {at_i}, {at_i}, CASE i % 100 WHEN 0 THEN 100 ELSE i % 50 END FROM n",
    "INSERT INTO slug_history (slug, post_id) SELECT 'past-' || id, id FROM posts WHERE id % 3 = 0",
    f"INSERT INTO post_tags (post_id, tag_id, listed_at)"
    f" SELECT id, 1 + id % {TAGS}, listed_at FROM posts UNION ALL"
    f" SELECT id, 1 + (id + 1 + id / {TAGS} % {TAGS - 1}) % {TAGS}, listed_at FROM posts",
    "INSERT INTO comments (post_id, author_id, parent_id, content, created_at, updated_at)"
    f" {SERIES.format(last=COMMENTS)}"
    f" SELECT 100 * (1 + i % {COMMENTED}), 1 + i * 7 % {AUTHORS},"
    f" CASE WHEN i > {COMMENTED} AND i % 3 = 0 THEN 1 + (i - 1) % {COMMENTED} END, 'Comment',"
    " {at_i}, {at_i} FROM n",
]


async def fill(url: str) -> None:
    """Puts it all into a migrated database that is empty."""
    writer = resources_of.open_writer(make_url(url))
    instant = INSTANT[writer.dialect.name]
    instants = {
        "at_i": instant.format(minutes="i"),
        "at_mixed": instant.format(minutes=f"i * 7919 % {POSTS}"),
        "at_later": instant.format(minutes="52000000 + i"),
    }
    async with writer.begin() as connection:
        for statement in FILL:
            await connection.exec_driver_sql(statement.format(**instants))
    await writer.dispose()


async def analyze(url: str) -> None:
    """Tells the database what is in it, for its plans."""
    writer = resources_of.open_writer(make_url(url))
    # As its own housekeeping leaves a PostgreSQL; SQLite would write the whole file anew.
    words = "VACUUM ANALYZE" if writer.dialect.name == "postgresql" else "ANALYZE"
    alone = writer.execution_options(isolation_level="AUTOCOMMIT")
    async with alone.connect() as connection:
        await connection.exec_driver_sql(words)
        await connection.commit()
    await writer.dispose()
