# Varnish in front of graphql-blog: keeps what everybody may see until the blog says it changed.
#
#   apt-get install varnish varnish-modules
#   varnishd -f /etc/varnish/default.vcl -a :80
#
#   GRAPHQL_BLOG_PURGE_URL=http://127.0.0.1:80/
#   GRAPHQL_BLOG_PURGE_METHOD=PURGE
#   GRAPHQL_BLOG_PURGE_HEADER='Purge-Token: change-me'
#   GRAPHQL_BLOG_TRUSTED_PROXIES=127.0.0.1
#
# What may be kept, and for how long, is what the blog says in Cache-Control: there are no rules of
# addresses here. Requests with Authorization or Cookie pass by, as Varnish does it by itself.

vcl 4.1;

import std;
import xkey;

backend default {
    .host = "127.0.0.1";
    .port = "8000";
}

# Who may say that something changed: the blog, from here and with this token. Where TLS ends on this
# machine before Varnish, everybody comes from here, so that the token is all there is.
acl blog {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ blog || req.http.Purge-Token != "change-me") {
            return (synth(403, "Only the blog purges"));
        }
        set req.http.X-Purged = xkey.purge(req.http.Surrogate-Key);
        return (synth(200, "Purged " + req.http.X-Purged));
    }
    if (req.http.Upgrade ~ "(?i)websocket") {
        return (pipe);
    }
    if (req.http.GraphQL-Plan || req.http.GraphQL-Cost) {
        return (pass);
    }
    # What is kept here is never out of date, so reloading a page need not ask the blog.
    unset req.http.Cache-Control;
    unset req.http.Pragma;
    set req.url = std.querysort(req.url);
}

sub vcl_pipe {
    if (req.http.Upgrade) {
        set bereq.http.Upgrade = req.http.Upgrade;
        set bereq.http.Connection = req.http.Connection;
    }
}

sub vcl_backend_response {
    if (!beresp.http.Cache-Control) {
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
    }
    # After its time an answer is asked for by its ETag, and mostly good for another while.
    set beresp.keep = 1h;
    if (beresp.http.Cache-Control ~ "public") {
        set beresp.http.xkey = beresp.http.Surrogate-Key;
        # These are about the one request that was made first.
        unset beresp.http.X-Request-ID;
        unset beresp.http.X-Cache;
        unset beresp.http.RateLimit;
        unset beresp.http.RateLimit-Policy;
        unset beresp.http.RateLimit-Limit;
        unset beresp.http.RateLimit-Remaining;
        unset beresp.http.RateLimit-Reset;
    }
}

sub vcl_deliver {
    unset resp.http.xkey;
    unset resp.http.Surrogate-Key;
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } elsif (!resp.http.X-Cache) {
        set resp.http.X-Cache = "MISS";
    }
}
