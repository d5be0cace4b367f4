"""Blogs that come from elsewhere.

records      what any source is read as: people, tags, posts with comments, notices
wordpress    an export file (WXR 1.0 to 1.2), read as a stream of records
markdown     a folder of Markdown files with front matter, read as a stream of records
text         names, titles, addresses and dates of strangers made storable
store        records into rows: in batches, once for each source id
report       what came in, what did not, and why

with export.open("rb") as file:
    records = wordpress.read(file, now)
    report = await store.save(records, resources, now)
"""
