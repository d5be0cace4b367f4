-- postsConnection
SELECT posts.id, posts.listed_at, posts.title
FROM posts
WHERE posts.visible_from <= ?
ORDER BY posts.listed_at DESC, posts.id DESC
LIMIT ? OFFSET ?;

-- postsConnection
SELECT count(*) AS count_1
FROM (
    SELECT posts.id AS id
    FROM posts
    WHERE posts.visible_from <= ?
) AS anon_1;
