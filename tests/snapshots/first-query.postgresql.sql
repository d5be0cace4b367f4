-- post
SELECT posts.author_id, posts.content, posts.id, posts.title
FROM posts
WHERE posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE AND posts.id = ANY ($2::INTEGER[]);

-- post.author
SELECT users.id, users.name
FROM users
WHERE users.id = ANY ($1::INTEGER[]);
