"""A blog served over GraphQL and REST from one set of services.

Read in this order; each part may import only the parts below it.

    __main__, cli     commands: serve, migrate, check, demo, import, schema
    app               composition root: settings → Starlette
    web               addresses, the GraphQL endpoint, pages, middleware
    feeds             what readers subscribe to and search engines read: Atom, RSS, JSON, site maps
    graph | rest      the two public APIs, siblings that never import each other
    imports | demo    blogs that come from elsewhere, and the one we ship
    services          the rules of the blog, one module of functions per noun
    resources         what a process holds open: database engines, keys
    db                every table on one page
    engine            executes level by level, reading only columns asked for; knows no blog
    auth              who is asking: viewer, roles, password hashes, tokens
    http_cache        what browsers and CDNs may keep, and how they learn of changes
    observability     the log
    throttle          how much each may ask for
    site              where people read the blog
    errors, settings  what the blog can refuse; what can be set from outside
"""
