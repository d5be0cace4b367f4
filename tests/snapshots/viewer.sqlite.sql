-- viewer
SELECT users.email, users.id, users.role
FROM users
WHERE users.id IN (SELECT value FROM json_each(?) AS anon_1);

-- viewer.user
SELECT users.bio, users.id, users.name
FROM users
WHERE users.id IN (SELECT value FROM json_each(?) AS anon_1);

-- viewer.postsConnection
SELECT posts.id, posts.published_at, posts.status, posts.title, posts.updated_at,
    numbered.parent_key, numbered.number
FROM posts
JOIN (
    SELECT posts.id AS id, posts.author_id AS parent_key, row_number() OVER (PARTITION BY
        posts.author_id ORDER BY posts.updated_at DESC, posts.id DESC) AS number
    FROM posts
    WHERE posts.author_id IN (SELECT value FROM json_each(?) AS anon_1)
) AS numbered ON posts.id = numbered.id
WHERE numbered.number > ? AND numbered.number <= ? + ?;
