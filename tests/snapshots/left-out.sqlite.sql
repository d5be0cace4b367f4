-- posts
SELECT posts.id, posts.title
FROM posts
WHERE posts.visible_from <= ?
ORDER BY posts.listed_at DESC, posts.id DESC
LIMIT ? OFFSET ?;
