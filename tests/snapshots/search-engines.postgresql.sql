-- posts
SELECT posts.content, posts.content_format, posts.excerpt, posts.id, posts.meta_description,
    posts.meta_title, posts.no_index, posts.slug, posts.title
FROM posts
WHERE posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE
ORDER BY posts.listed_at DESC, posts.id DESC
LIMIT $2::INTEGER OFFSET $3::INTEGER;
