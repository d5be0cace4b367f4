// The bundle is served below /static/graphiql, its page at /graphql.
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  build: {
    outDir: '../src/graphql_blog/web/static/graphiql',
    emptyOutDir: true,
    // GraphiQL titles its icons after the names of its functions.
    rolldownOptions: { output: { keepNames: true } },
  },
  experimental: {
    // Relative everywhere, so that the server may live below a prefix.
    renderBuiltUrl: (filename, { hostType }) =>
      hostType === 'html' ? `static/graphiql/${filename}` : { relative: true },
  },
});
