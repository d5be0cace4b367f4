-- nodes
SELECT posts.author_id, posts.id, posts.title
FROM posts
WHERE posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE AND posts.id = ANY ($2::INTEGER[]);

-- nodes
SELECT users.id, users.username
FROM users
WHERE users.id = ANY ($1::INTEGER[]);

-- nodes
SELECT tags.id, tags.name
FROM tags
WHERE tags.id = ANY ($1::INTEGER[]);

-- nodes.author
SELECT users.id, users.name
FROM users
WHERE users.id = ANY ($1::INTEGER[]);

-- nodes.postCount
SELECT post_tags.tag_id, count(*) AS count_1
FROM posts
JOIN post_tags ON post_tags.post_id = posts.id
WHERE posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE AND post_tags.tag_id = ANY ($2::INTEGER[])
GROUP BY post_tags.tag_id;
