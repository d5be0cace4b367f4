"""Users, posts, comments, tags, and the slugs that posts had before.

Revision: 0001, after .
"""

import sqlalchemy as sa
from alembic import op

from graphql_blog.db.columns import Instant, now_utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_tags_name_not_empty")),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        sa.UniqueConstraint("slug", name="uq_tags_slug"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tags_name", "tags", ["name", "id"])
    op.create_index("ix_tags_post_count", "tags", ["post_count", "id"])

    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("created_at", Instant(), server_default=now_utc(), nullable=False),
        sa.Column("role", sa.String(16), server_default="READER", nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=True),
        sa.Column(
            "name",
            sa.String(length=100),
            sa.Computed("coalesce(display_name, username)", persisted=True),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("email_verified", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column("website_url", sa.String(length=500), nullable=True),
        sa.Column("post_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=True),
        sa.Column("preferences", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("bio", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "role IN ('ANONYMOUS', 'READER', 'AUTHOR', 'EDITOR', 'ADMIN')",
            name=op.f("ck_users_role_known"),
        ),
        sa.CheckConstraint("age BETWEEN 18 AND 120", name=op.f("ck_users_age_range")),
        sa.CheckConstraint("length(email) BETWEEN 3 AND 100", name=op.f("ck_users_email_length")),
        sa.CheckConstraint(
            "length(username) BETWEEN 1 AND 50", name=op.f("ck_users_username_length")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
        sa.UniqueConstraint("source_id", name="uq_users_source_id"),
        sa.UniqueConstraint("username", name="uq_users_username"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_users_created_at", "users", ["created_at", "id"])
    op.create_index("ix_users_post_count", "users", ["post_count", "id"])
    op.create_index("ix_users_username", "users", ["username", "id"])

    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), server_default="DRAFT", nullable=False),
        sa.Column("content_format", sa.String(16), server_default="MARKDOWN", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("comment_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("no_index", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), server_default=now_utc(), nullable=False),
        sa.Column("updated_at", Instant(), server_default=now_utc(), nullable=False),
        sa.Column(
            "listed_at",
            Instant(),
            sa.Computed("coalesce(published_at, created_at)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "visible_from",
            Instant(),
            sa.Computed("CASE WHEN status = 'PUBLISHED' THEN published_at END", persisted=True),
            nullable=True,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=True),
        sa.Column("permalink", sa.String(length=500), nullable=True),
        sa.Column("meta_title", sa.String(length=200), nullable=True),
        sa.Column("canonical_url", sa.String(length=500), nullable=True),
        sa.Column("meta_description", sa.Text(), nullable=True),
        sa.Column("excerpt", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "content_format IN ('MARKDOWN', 'HTML')", name=op.f("ck_posts_content_format_known")
        ),
        sa.CheckConstraint(
            "status != 'PUBLISHED' OR published_at IS NOT NULL",
            name=op.f("ck_posts_published_has_instant"),
        ),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'PUBLISHED', 'ARCHIVED')", name=op.f("ck_posts_status_stored")
        ),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_posts_title_not_empty")),
        sa.CheckConstraint("version > 0", name=op.f("ck_posts_version_positive")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name="fk_posts_author_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.UniqueConstraint("slug", name="uq_posts_slug"),
        sa.UniqueConstraint("source_id", name="uq_posts_source_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_posts_author_id",
        "posts",
        ["author_id", sa.text("listed_at DESC"), sa.text("id DESC"), "visible_from"],
    )
    op.create_index(
        "ix_posts_author_updated_at",
        "posts",
        ["author_id", sa.text("updated_at DESC"), sa.text("id DESC")],
    )
    op.create_index("ix_posts_comment_count", "posts", ["comment_count", "id", "visible_from"])
    op.create_index("ix_posts_created_at", "posts", ["created_at", "id", "visible_from"])
    op.create_index("ix_posts_listed_at", "posts", ["listed_at", "id", "visible_from"])
    op.create_index("ix_posts_permalink", "posts", ["permalink"])
    op.create_index("ix_posts_status", "posts", ["status", "listed_at", "id"])
    op.create_index("ix_posts_title", "posts", ["title", "id", "visible_from"])
    op.create_index("ix_posts_updated_at", "posts", ["updated_at", "id", "visible_from"])

    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(16), server_default="VISIBLE", nullable=False),
        sa.Column("created_at", Instant(), server_default=now_utc(), nullable=False),
        sa.Column("updated_at", Instant(), server_default=now_utc(), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('VISIBLE', 'PENDING', 'SPAM', 'DELETED')",
            name=op.f("ck_comments_status_known"),
        ),
        sa.CheckConstraint("length(content) > 0", name=op.f("ck_comments_content_not_empty")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name="fk_comments_author_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comments.id"], name="fk_comments_parent_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name="fk_comments_post_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
        sa.UniqueConstraint("source_id", name="uq_comments_source_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comments_author_id", "comments", ["author_id", "created_at", "id"])
    op.create_index("ix_comments_parent_id", "comments", ["parent_id", "created_at", "id"])
    op.create_index("ix_comments_post_id", "comments", ["post_id", "created_at", "id"])
    op.create_index("ix_comments_post_order", "comments", ["post_id", "id"])

    op.create_table(
        "post_tags",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("listed_at", Instant(), server_default=now_utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name="fk_post_tags_post_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tags.id"], name="fk_post_tags_tag_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "tag_id", name="pk_post_tags"),
    )
    op.create_index(
        "ix_post_tags_tag_id",
        "post_tags",
        ["tag_id", sa.text("listed_at DESC"), sa.text("post_id DESC")],
    )
    op.create_table(
        "slug_history",
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("replaced_at", Instant(), server_default=now_utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name="fk_slug_history_post_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name="pk_slug_history"),
    )
    op.create_index("ix_slug_history_post_id", "slug_history", ["post_id", "replaced_at"])


def downgrade() -> None:
    op.drop_table("slug_history")
    op.drop_table("post_tags")
    op.drop_table("comments")
    op.drop_table("posts")
    op.drop_table("users")
    op.drop_table("tags")
