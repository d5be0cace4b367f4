"""The demo blog: its texts, and how they are filled into an empty database."""
