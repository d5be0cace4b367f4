-- posts
SELECT posts.author_id, posts.id, posts.title
FROM posts
WHERE posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE
ORDER BY posts.listed_at DESC, posts.id DESC
LIMIT $2::INTEGER OFFSET $3::INTEGER;

-- posts.author
SELECT users.id, users.name
FROM users
WHERE users.id = ANY ($1::INTEGER[]);

-- posts.comments
SELECT page.author_id, page.content, page.id, page.number, parents.parent_key
FROM unnest($1::INTEGER[]) AS parents(parent_key)
JOIN LATERAL (
    SELECT comments.author_id AS author_id, comments.content AS content, comments.id AS id,
        row_number() OVER (ORDER BY comments.created_at ASC, comments.id ASC) AS number
    FROM comments
    WHERE comments.status = 'VISIBLE' AND (EXISTS (
        SELECT *
        FROM posts
        WHERE posts.id = comments.post_id AND posts.visible_from <= $2::TIMESTAMP WITH TIME ZONE
    )) AND comments.post_id = parents.parent_key
    ORDER BY comments.created_at ASC, comments.id ASC
    LIMIT $3::INTEGER OFFSET $4::INTEGER
) AS page ON true;

-- posts.comments.author
SELECT users.id, users.name
FROM users
WHERE users.id = ANY ($1::INTEGER[]);
