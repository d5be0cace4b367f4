"""One post in other forms than JSON, for whoever would rather have these: `Accept` says so.

forms         which there are
data          the JSON as XML, key by key
texts         what people read: finds the post with its author and tags
document      … and what is known of it then
page          … as a page for browsers
source        … as it was written, with front matter
"""
