-- users
SELECT users.id, users.name
FROM users
WHERE users.role != 'ANONYMOUS'
ORDER BY users.username ASC, users.id ASC
LIMIT ? OFFSET ?;

-- users.postCount
SELECT posts.author_id, count(*) AS count_1
FROM posts
WHERE posts.visible_from <= ? AND posts.author_id IN (SELECT value FROM json_each(?) AS anon_1)
GROUP BY posts.author_id;

-- users.posts
SELECT posts.id, posts.title, numbered.parent_key, numbered.number
FROM posts
JOIN (
    SELECT posts.id AS id, posts.author_id AS parent_key, row_number() OVER (PARTITION BY
        posts.author_id ORDER BY posts.listed_at DESC, posts.id DESC) AS number
    FROM posts
    WHERE posts.visible_from <= ? AND posts.author_id IN (SELECT value FROM json_each(?) AS anon_1)
) AS numbered ON posts.id = numbered.id
WHERE numbered.number > ? AND numbered.number <= ? + ?;
