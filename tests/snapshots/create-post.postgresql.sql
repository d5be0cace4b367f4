-- createPost
SELECT tags.id, tags.post_count, tags.slug, tags.name, tags.description
FROM tags
WHERE tags.slug IN ($1::VARCHAR);

-- createPost
SELECT tags.id, tags.post_count, tags.slug, tags.name, tags.description
FROM tags
WHERE tags.slug IN ($1::VARCHAR);

-- createPost
SELECT posts.slug
FROM posts
WHERE posts.slug IN ($3::VARCHAR, …, $52::VARCHAR) AND posts.id != $1::INTEGER
UNION ALL
SELECT slug_history.slug
FROM slug_history
WHERE slug_history.slug IN ($53::VARCHAR, …, $102::VARCHAR) AND slug_history.post_id != $2::INTEGER;

-- createPost
INSERT INTO posts (author_id, status, content_format, no_index, published_at, created_at,
    updated_at, title, slug, source_id, permalink, meta_title, canonical_url, meta_description,
    excerpt, content)
VALUES ($1::INTEGER, …, $16::VARCHAR)
RETURNING posts.id, posts.version, posts.comment_count, posts.listed_at, posts.visible_from;

-- createPost
INSERT INTO post_tags (post_id, tag_id)
VALUES ($1::INTEGER, $2::INTEGER);

-- createPost
UPDATE post_tags
SET listed_at=$1::TIMESTAMP WITH TIME ZONE
WHERE post_tags.post_id = $2::INTEGER AND post_tags.listed_at != $3::TIMESTAMP WITH TIME ZONE;

-- createPost
SELECT users.id
FROM users
WHERE users.id IN ($1::INTEGER)
ORDER BY users.id FOR NO KEY UPDATE;

-- createPost
SELECT tags.id
FROM tags
WHERE tags.id IN ($1::INTEGER)
ORDER BY tags.id FOR NO KEY UPDATE;

-- createPost
UPDATE users
SET post_count=(
    SELECT count(*) AS count_1
    FROM posts
    WHERE posts.author_id = users.id AND posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE
)
WHERE users.id IN ($2::INTEGER);

-- createPost
UPDATE tags
SET post_count=(
    SELECT count(*) AS count_1
    FROM post_tags
    JOIN posts ON posts.id = post_tags.post_id
    WHERE post_tags.tag_id = tags.id AND posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE
)
WHERE tags.id IN ($2::INTEGER);

-- createPost.post
SELECT posts.author_id, posts.id, posts.slug
FROM posts
WHERE (posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE OR posts.author_id = $2::INTEGER) AND
    posts.id = ANY ($3::INTEGER[]);

-- createPost.post.author
SELECT users.id, users.name
FROM users
WHERE users.id = ANY ($1::INTEGER[]);

-- createPost.post.tags
SELECT tags.id, tags.name, post_tags.post_id AS parent_key
FROM tags
JOIN post_tags ON post_tags.tag_id = tags.id
WHERE post_tags.post_id = ANY ($1::INTEGER[])
ORDER BY tags.name, tags.id;
