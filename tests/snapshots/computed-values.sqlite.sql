-- posts
SELECT posts.author_id, posts.content, posts.content_format, posts.excerpt, posts.id
FROM posts
WHERE posts.visible_from <= ?
ORDER BY posts.listed_at DESC, posts.id DESC
LIMIT ? OFFSET ?;
