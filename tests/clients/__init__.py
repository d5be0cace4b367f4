"""The clients of docs/clients.md, and tools around GraphQL, against a running server."""
