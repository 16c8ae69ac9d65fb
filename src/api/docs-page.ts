/** `/api/docs`: the API description for people, as one page without a script. */
import { accessOf } from './access.ts';
import type { RouteFacts } from './route.ts';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const rowOf = (facts: RouteFacts, base: string, details: unknown): string => {
  const [method = '', path = ''] = facts.key.split(' ');
  const access = accessOf(facts.key);
  const right = typeof access === 'string' ? access : `${access.right} / ${access.download}`;
  return `<details><summary><b>${method}</b> <code>${escape(base + path)}</code>
<span>${escape(facts.summary)}</span> <small>${escape(right)}</small></summary>
<pre>${escape(JSON.stringify(details ?? {}, null, 2))}</pre></details>`;
};

/** @param description what `/openapi.json` answers */
export const docsPage = (
  routes: readonly RouteFacts[],
  base: string,
  description: unknown,
): string => {
  const { paths } = description as Described;
  const rows = routes.map((facts) => {
    const [method = '', path = ''] = facts.key.split(' ');
    const place = paths[path.replaceAll(/:(\w+)/g, '{$1}')];
    return rowOf(facts, base, place?.[method.toLowerCase()]);
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Callreel API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/api/docs.css"></head>
<body><h1>Callreel API</h1>
<p>For programs: <a href="${base}/openapi.json">openapi.json</a> (OpenAPI 3.1). Sign in with
<code>POST ${base}/sessions</code>, or send <code>Authorization: Bearer KEY</code>.</p>
${rows.join('\n')}
</body></html>`;
};

export const docsStyle = `:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
summary{cursor:pointer;padding:.3rem 0}summary b{display:inline-block;min-width:4.5rem}
summary span{margin-left:.6rem}small{opacity:.7;margin-left:.6rem}
details{border-bottom:1px solid #8884}pre{overflow:auto;font-size:13px}`;
