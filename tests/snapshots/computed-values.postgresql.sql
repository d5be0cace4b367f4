-- posts
SELECT posts.author_id, posts.content, posts.content_format, posts.excerpt, posts.id
FROM posts
WHERE posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE
ORDER BY posts.listed_at DESC, posts.id DESC
LIMIT $2::INTEGER OFFSET $3::INTEGER;
