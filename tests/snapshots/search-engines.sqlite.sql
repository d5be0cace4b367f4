-- posts
SELECT posts.content, posts.content_format, posts.excerpt, posts.id, posts.meta_description,
    posts.meta_title, posts.no_index, posts.slug, posts.title
FROM posts
WHERE posts.visible_from <= ?
ORDER BY posts.listed_at DESC, posts.id DESC
LIMIT ? OFFSET ?;
