"""scratch."""
from tests.factories import *
async def test_a(api, resources, statements):
    t = await make_tag(resources, "News")
    p = await make_post(resources, tags=(t,))
    c = await make_comment(resources, p)
    d = await make_draft(resources)
    for q in ["{post(id:1){title content author{name}}}", "{posts{title}}", "{posts{id tags{name} author{name} comments(first:5){content author{name}}}}",
      "{postsConnection{totalCount nodes{id comments{id}}}}", "{user(id:1){posts{title}}}", "{tag(id:1){posts{title} postsConnection(first:2){pageInfo{hasNextPage} edges{cursor node{title}}}}}",
      "{post(id:1){commentCount previousSlugs}}", '{postAggregate{count byStatus{status count} byMonth{month count} byTag{tag{name} count} byAuthor{author{name} count}}}', '{postBySlug(slug:"a"){id}}', '{users{postCount}}']:
        statements.clear()
        print(q, await api.body(q))
        for s in statements: print("   ", s.replace("\n", " ")); print("      ", )
