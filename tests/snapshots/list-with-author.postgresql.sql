-- posts
SELECT posts.author_id, posts.id, posts.published_at, posts.title
FROM posts
WHERE posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE
ORDER BY posts.listed_at DESC, posts.id DESC
LIMIT $2::INTEGER OFFSET $3::INTEGER;

-- posts.author
SELECT users.id, users.name
FROM users
WHERE users.id = ANY ($1::INTEGER[]);
