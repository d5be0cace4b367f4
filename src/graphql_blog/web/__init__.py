"""HTTP: every address (`routes`), the GraphQL endpoint, pages, and what stands before them all."""
