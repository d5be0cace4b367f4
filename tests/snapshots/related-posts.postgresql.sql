-- posts
SELECT posts.id, posts.title
FROM posts
WHERE posts.visible_from <= $1::TIMESTAMP WITH TIME ZONE
ORDER BY posts.listed_at DESC, posts.id DESC
LIMIT $2::INTEGER OFFSET $3::INTEGER;

-- posts.tags
SELECT tags.id, tags.name, post_tags.post_id AS parent_key
FROM tags
JOIN post_tags ON post_tags.tag_id = tags.id
WHERE post_tags.post_id = ANY ($1::INTEGER[])
ORDER BY tags.name, tags.id;

-- posts.relatedPosts
SELECT posts.id, posts.title, anon_1.parent_key
FROM posts
JOIN (
    SELECT posts.id AS id, post_tags_1.post_id AS parent_key, row_number() OVER (PARTITION BY
        post_tags_1.post_id ORDER BY sum(1000000 / (tags.post_count + 1)) DESC, posts.listed_at
        DESC, posts.id DESC) AS number
    FROM posts
    JOIN (
        SELECT post_tags.tag_id AS tag_id, post_tags.post_id AS post_id, row_number() OVER
            (PARTITION BY post_tags.tag_id ORDER BY post_tags.listed_at DESC, post_tags.post_id
            DESC) AS number
        FROM post_tags
        WHERE post_tags.tag_id IN (
            SELECT post_tags_2.tag_id
            FROM post_tags AS post_tags_2
            WHERE post_tags_2.post_id = ANY ($1::INTEGER[])
        )
    ) AS anon_2 ON anon_2.post_id = posts.id
    JOIN post_tags AS post_tags_1 ON post_tags_1.tag_id = anon_2.tag_id AND post_tags_1.post_id !=
        posts.id
    JOIN tags ON tags.id = post_tags_1.tag_id
    WHERE posts.visible_from <= $2::TIMESTAMP WITH TIME ZONE AND post_tags_1.post_id = ANY
        ($1::INTEGER[]) AND anon_2.number <= 100
    GROUP BY post_tags_1.post_id, posts.id, posts.listed_at
) AS anon_1 ON anon_1.id = posts.id
WHERE anon_1.number <= $3::INTEGER
ORDER BY anon_1.number;
