"""A plan as the server makes it, written by hand, with the REST addresses that are known here."""

import json
from typing import Any

from playwright.async_api import Page, Route

QUERY = """\
{
  posts(first: 10) {
    title
    author {
      name
    }
  }
}"""
TRACE = {
    "cpuMs": 0.4,
    "statements": [
        {
            "sql": "SELECT posts.id, posts.title FROM posts WHERE posts.visible_from <= ?",
            "columns": ["posts.id", "posts.title"],
            "rows": 10,
            "ms": 0.2,
        }
    ],
    "columnsRead": 2,
    "rows": 10,
}
SCENARIOS = [
    {
        "name": name,
        "title": name.capitalize(),
        "description": f"The {name} page",
        "operation": {"query": QUERY, "variables": {}},
    }
    for name in ("post", "home")
]
PLAIN = [
    {
        "name": "posts",
        "from": None,
        "path": "/api/posts?limit=10",
        "each": "",
        "shown": ["title"],
    },
    {
        "name": "author",
        "from": "posts",
        "path": "/api/users/{authorId}",
        "each": "",
        "shown": ["name"],
    },
]
PLAN = {
    "title": "Home",
    "operation": {"query": QUERY, "variables": {}},
    "ways": [
        {"name": "rest-plain", "title": "REST as commonly written", "steps": PLAIN},
        {
            "name": "graphql",
            "title": "GraphQL",
            "steps": [
                {
                    "name": "graphql",
                    "from": None,
                    "method": "POST",
                    "path": "/graphql",
                    "body": {"query": QUERY},
                }
            ],
        },
    ],
    "notes": ["A note on the plan."],
}


async def planned(page: Page) -> None:
    async def plan(route: Route) -> None:
        asked: dict[str, Any] = json.loads(route.request.post_data or "{}")
        if "nothing" in asked.get("query", ""):
            error = {"message": "Cannot query field 'nothing'.", "locations": [{"line": 3}]}
            answer = {"error": "The query is not valid.", "details": [error]}
            await route.fulfill(status=400, json=answer)
        else:
            await route.fulfill(json=PLAN)

    async def traced(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(
            response=answer, headers={**answer.headers, "X-Compare-Trace": json.dumps(TRACE)}
        )

    await page.route("**/api/**", traced)
    await page.route("**/graphql", traced)
    await page.route("**/compare/plan", plan)
    await page.route("**/compare/scenarios", lambda route: route.fulfill(json=SCENARIOS))
