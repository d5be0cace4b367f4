-- users
SELECT users.id, users.name
FROM users
WHERE users.role != 'ANONYMOUS'
ORDER BY users.username ASC, users.id ASC
LIMIT $1::INTEGER OFFSET $2::INTEGER;

-- users.postCount
SELECT posts.author_id, count(*) AS count_1
FROM posts
WHERE posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE AND posts.author_id = ANY ($2::INTEGER[])
GROUP BY posts.author_id;

-- users.posts
SELECT page.id, page.title, page.number, parents.parent_key
FROM unnest($1::INTEGER[]) AS parents(parent_key)
JOIN LATERAL (
    SELECT posts.id AS id, posts.title AS title, row_number() OVER
        (ORDER BY posts.listed_at DESC, posts.id DESC) AS number
    FROM posts
    WHERE posts.visible_from <= $2::TIMESTAMP WITH TIME ZONE AND posts.author_id =
        parents.parent_key
    ORDER BY posts.listed_at DESC, posts.id DESC
    LIMIT $3::INTEGER OFFSET $4::INTEGER
) AS page ON true;
