-- postAggregate.count
SELECT count(*) AS count_1
FROM (
    SELECT posts.id AS id
    FROM posts
    WHERE posts.visible_from <= ?
) AS anon_1;

-- postAggregate.byStatus
SELECT CASE WHEN (posts.visible_from > ?) THEN 'SCHEDULED' ELSE CAST(posts.status AS VARCHAR) END AS
    status, count(*) AS count_1
FROM posts
WHERE posts.visible_from <= ?
GROUP BY CASE WHEN (posts.visible_from > ?) THEN 'SCHEDULED' ELSE CAST(posts.status AS VARCHAR) END;

-- postAggregate.byTag
SELECT post_tags.tag_id, count(*) AS count_1
FROM posts
JOIN post_tags ON post_tags.post_id = posts.id
WHERE posts.visible_from <= ?
GROUP BY post_tags.tag_id
ORDER BY count(*) DESC, post_tags.tag_id
LIMIT ? OFFSET 0;

-- postAggregate.byTag.tag
SELECT tags.id, tags.name
FROM tags
WHERE tags.id IN (SELECT value FROM json_each(?) AS anon_1);
