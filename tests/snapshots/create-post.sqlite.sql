-- createPost
SELECT tags.id, tags.post_count, tags.slug, tags.name, tags.description
FROM tags
WHERE tags.slug IN (?);

-- createPost
SELECT tags.id, tags.post_count, tags.slug, tags.name, tags.description
FROM tags
WHERE tags.slug IN (?);

-- createPost
SELECT posts.slug
FROM posts
WHERE posts.slug IN (?, …, ?) AND posts.id != ?
UNION ALL
SELECT slug_history.slug
FROM slug_history
WHERE slug_history.slug IN (?, …, ?) AND slug_history.post_id != ?;

-- createPost
INSERT INTO posts (author_id, status, content_format, no_index, published_at, created_at,
    updated_at, title, slug, source_id, permalink, meta_title, canonical_url, meta_description,
    excerpt, content)
VALUES (?, …, ?)
RETURNING id, version, comment_count, listed_at, visible_from;

-- createPost
INSERT INTO post_tags (post_id, tag_id)
VALUES (?, ?);

-- createPost
UPDATE post_tags
SET listed_at=?
WHERE post_tags.post_id = ? AND post_tags.listed_at != ?;

-- createPost
SELECT users.id
FROM users
WHERE users.id IN (?)
ORDER BY users.id;

-- createPost
SELECT tags.id
FROM tags
WHERE tags.id IN (?)
ORDER BY tags.id;

-- createPost
UPDATE users
SET post_count=(
    SELECT count(*) AS count_1
    FROM posts
    WHERE posts.author_id = users.id AND posts.visible_from <= ?
)
WHERE users.id IN (?);

-- createPost
UPDATE tags
SET post_count=(
    SELECT count(*) AS count_1
    FROM post_tags
    JOIN posts ON posts.id = post_tags.post_id
    WHERE post_tags.tag_id = tags.id AND posts.visible_from <= ?
)
WHERE tags.id IN (?);

-- createPost.post
SELECT posts.author_id, posts.id, posts.slug
FROM posts
WHERE (posts.visible_from <= ? OR posts.author_id = ?) AND posts.id IN
    (SELECT value FROM json_each(?) AS anon_1);

-- createPost.post.author
SELECT users.id, users.name
FROM users
WHERE users.id IN (SELECT value FROM json_each(?) AS anon_1);

-- createPost.post.tags
SELECT tags.id, tags.name, post_tags.post_id AS parent_key
FROM tags
JOIN post_tags ON post_tags.tag_id = tags.id
WHERE post_tags.post_id IN (SELECT value FROM json_each(?) AS anon_1)
ORDER BY tags.name, tags.id;
