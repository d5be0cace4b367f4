"""What readers subscribe to and what search engines read, made of what every stranger may see.

    sources ─ entries ─┬─ atom
                       ├─ rss          one module for each form: entries → bytes
                       └─ json_feed
    sitemaps, robots

Nobody is asked who they are: an answer is the same for all, and so any cache may keep it.
"""
