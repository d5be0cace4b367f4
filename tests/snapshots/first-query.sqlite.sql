-- post
SELECT posts.author_id, posts.content, posts.id, posts.title
FROM posts
WHERE posts.visible_from <= ? AND posts.id IN (SELECT value FROM json_each(?) AS anon_1);

-- post.author
SELECT users.id, users.name
FROM users
WHERE users.id IN (SELECT value FROM json_each(?) AS anon_1);
