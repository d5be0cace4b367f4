-- postsConnection
SELECT posts.id, posts.listed_at, posts.title
FROM posts
WHERE posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE
ORDER BY posts.listed_at DESC, posts.id DESC
LIMIT $2::INTEGER OFFSET $3::INTEGER;

-- postsConnection
SELECT count(*) AS count_1
FROM (
    SELECT posts.id AS id
    FROM posts
    WHERE posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE
) AS anon_1;
