"""A folder of Markdown files with front matter, read as a stream of records.

files           which files are posts, in the layouts of Jekyll, Hugo and Zola, or in none
front_matter    the head of a file, YAML, TOML or JSON, and its text
fields          what the head says: words, lists, yes and no, of whatever type it is written
addresses       permalinks and aliases
posts           a file → a post
"""

from graphql_blog.imports.markdown.files import Folder, find
from graphql_blog.imports.markdown.posts import read

__all__ = ["Folder", "find", "read"]
