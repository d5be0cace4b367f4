// The button that leads from the current query to what REST takes for it.
import { ToolbarButton, useGraphiQL } from '@graphiql/react';

export function Compare() {
  const query = useGraphiQL((state) => state.queryEditor);
  const variables = useGraphiQL((state) => state.variableEditor);

  function open() {
    const parts = new URLSearchParams({ query: query.getValue() });
    if (variables?.getValue().trim()) parts.set('variables', variables.getValue());
    window.location.assign(`compare#${parts}`);
  }

  return (
    <ToolbarButton label="Compare with REST" onClick={open}>
      <svg className="graphiql-toolbar-icon" viewBox="0 0 16 16" fill="none" stroke="currentColor" aria-hidden="true">
        <path d="M1.5 3.5h13M1.5 8h8M1.5 12.5h4" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
    </ToolbarButton>
  );
}
