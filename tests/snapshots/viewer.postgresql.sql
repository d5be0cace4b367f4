-- viewer
SELECT users.email, users.id, users.role
FROM users
WHERE users.id = ANY ($1::INTEGER[]);

-- viewer.user
SELECT users.bio, users.id, users.name
FROM users
WHERE users.id = ANY ($1::INTEGER[]);

-- viewer.postsConnection
SELECT page.id, page.published_at, page.status, page.title, page.updated_at, page.number,
    parents.parent_key
FROM unnest($1::INTEGER[]) AS parents(parent_key)
JOIN LATERAL (
    SELECT posts.id AS id, posts.published_at AS published_at, posts.status AS status, posts.title
        AS title, posts.updated_at AS updated_at, row_number() OVER
        (ORDER BY posts.updated_at DESC, posts.id DESC) AS number
    FROM posts
    WHERE posts.author_id = parents.parent_key
    ORDER BY posts.updated_at DESC, posts.id DESC
    LIMIT $2::INTEGER OFFSET $3::INTEGER
) AS page ON true;
