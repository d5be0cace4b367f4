"""The tests: a folder a kind, and in each the same names as in the source."""
