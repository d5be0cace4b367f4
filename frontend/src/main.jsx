// GraphiQL for the blog: the stock interface, the query explorer, and example tabs on a first visit.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { Compare } from './compare.jsx';
import { examples } from './examples.js';
import { handedOver } from './handed-over.js';

const plugins = [HISTORY_PLUGIN, explorerPlugin()];
const fetcher = createGraphiQLFetcher({
  url: window.location.pathname,
  headers: { Accept: 'application/graphql-response+json, application/json' },
  enableIncrementalDelivery: false,
});

const { query, variables } = handedOver();

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    defaultTabs={query ? [{ query, variables }, ...examples] : examples}
    initialQuery={query}
    initialVariables={variables}
    defaultEditorToolsVisibility
    shouldPersistHeaders={false}
  >
    <GraphiQL.Logo>
      <nav className="blog-links">
        <a className="blog-name" href="./">graphql-blog</a>
        <a href="api/posts" title="The same posts, over REST">REST</a>
      </nav>
    </GraphiQL.Logo>
    <GraphiQL.Toolbar>
      {({ prettify, merge, copy }) => (
        <>
          {prettify}
          {merge}
          {copy}
          <Compare />
        </>
      )}
    </GraphiQL.Toolbar>
  </GraphiQL>,
);
