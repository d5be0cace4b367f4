// The statements that all servers with resolvers share, each prepared once per connection.
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

const POST = {
  name: 'post',
  text: `
    SELECT id, author_id, title, content FROM posts
    WHERE id = $1::int AND visible_from <= now()`,
};

const NEWEST_POSTS = {
  name: 'newest-posts',
  text: `
    SELECT id, author_id, title, content FROM posts
    WHERE visible_from <= now()
    ORDER BY listed_at DESC, id DESC
    LIMIT $1`,
};

const USERS = {
  name: 'users',
  text: 'SELECT id, name FROM users WHERE id = ANY($1::int[])',
};

const COMMENTS = {
  name: 'comments',
  text: `
    SELECT comment.* FROM unnest($1::int[]) AS wanted (post_id) CROSS JOIN LATERAL (
      SELECT id, post_id, author_id, content FROM comments
      WHERE comments.post_id = wanted.post_id AND status = 'VISIBLE'
      ORDER BY created_at, id
      LIMIT $2
    ) AS comment`,
};

export async function postById(id) {
  const [post = null] = await rows(POST, id);
  return post;
}

export function newestPosts(first) {
  return rows(NEWEST_POSTS, first);
}

export async function usersById(ids) {
  const users = await rows(USERS, ids);
  const byId = new Map(users.map((user) => [user.id, user]));
  return ids.map((id) => byId.get(id));
}

export async function commentsOfPosts(postIds, first) {
  const byPost = new Map(postIds.map((id) => [id, []]));
  for (const comment of await rows(COMMENTS, postIds, first)) {
    byPost.get(comment.post_id).push(comment);
  }
  return [...byPost.values()];
}

async function rows(statement, ...values) {
  const result = await pool.query({ ...statement, values });
  return result.rows;
}
