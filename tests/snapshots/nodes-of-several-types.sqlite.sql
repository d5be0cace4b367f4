-- nodes
SELECT posts.author_id, posts.id, posts.title
FROM posts
WHERE posts.visible_from <= ? AND posts.id IN (SELECT value FROM json_each(?) AS anon_1);

-- nodes
SELECT users.id, users.username
FROM users
WHERE users.id IN (SELECT value FROM json_each(?) AS anon_1);

-- nodes
SELECT tags.id, tags.name
FROM tags
WHERE tags.id IN (SELECT value FROM json_each(?) AS anon_1);

-- nodes.author
SELECT users.id, users.name
FROM users
WHERE users.id IN (SELECT value FROM json_each(?) AS anon_1);

-- nodes.postCount
SELECT post_tags.tag_id, count(*) AS count_1
FROM posts
JOIN post_tags ON post_tags.post_id = posts.id
WHERE posts.visible_from <= ? AND post_tags.tag_id IN (SELECT value FROM json_each(?) AS anon_1)
GROUP BY post_tags.tag_id;
