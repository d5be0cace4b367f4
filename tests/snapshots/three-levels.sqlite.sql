-- posts
SELECT posts.author_id, posts.id, posts.title
FROM posts
WHERE posts.visible_from <= ?
ORDER BY posts.listed_at DESC, posts.id DESC
LIMIT ? OFFSET ?;

-- posts.author
SELECT users.id, users.name
FROM users
WHERE users.id IN (SELECT value FROM json_each(?) AS anon_1);

-- posts.comments
SELECT comments.author_id, comments.content, comments.id, numbered.parent_key, numbered.number
FROM comments
JOIN (
    SELECT comments.id AS id, comments.post_id AS parent_key, row_number() OVER (PARTITION BY
        comments.post_id ORDER BY comments.created_at ASC, comments.id ASC) AS number
    FROM comments
    WHERE comments.status = 'VISIBLE' AND (EXISTS (
        SELECT *
        FROM posts
        WHERE posts.id = comments.post_id AND posts.visible_from <= ?
    )) AND comments.post_id IN (SELECT value FROM json_each(?) AS anon_1)
) AS numbered ON comments.id = numbered.id
WHERE numbered.number > ? AND numbered.number <= ? + ?;

-- posts.comments.author
SELECT users.id, users.name
FROM users
WHERE users.id IN (SELECT value FROM json_each(?) AS anon_1);
