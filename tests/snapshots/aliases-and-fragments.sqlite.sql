-- first, second
SELECT posts.author_id, posts.id, posts.title
FROM posts
WHERE posts.visible_from <= ? AND posts.id IN (SELECT value FROM json_each(?) AS anon_1);

-- first.author, second.author, third.author
SELECT users.id, users.name
FROM users
WHERE users.id IN (SELECT value FROM json_each(?) AS anon_1);

-- third
SELECT posts.author_id, posts.content, posts.id, posts.title
FROM posts
WHERE posts.visible_from <= ? AND posts.id IN (SELECT value FROM json_each(?) AS anon_1);
