"""The forms of a post. Where a client likes several alike it gets the first of them."""

JSON = "application/json"
HTML = "text/html"
MARKDOWN = "text/markdown"
XML = "application/xml"

OF_A_POST = (JSON, HTML, MARKDOWN, XML)
TEXTS = {HTML, MARKDOWN}
"""For people: these are whole, whatever fields are asked for."""
