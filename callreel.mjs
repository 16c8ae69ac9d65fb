#!/usr/bin/env node
// Plain JavaScript on purpose: an older Node cannot even read the rest, and shall say so in one sentence.
const [major] = process.versions.node.split('.').map(Number);
if (major < 26) {
  console.error(
    `Callreel needs Node 26 or newer; this is ${process.versions.node}. Run it with "npm start" after "npm ci", which brings the right one.`,
  );
  process.exit(1);
}
// What was read and stripped of its types once is not read again at the next start; where this folder cannot be written, it is.
const { enableCompileCache } = await import('node:module');
const { fileURLToPath } = await import('node:url');
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL('node_modules/.cache/compiled', import.meta.url),
); // the threads look for it there
enableCompileCache(process.env.NODE_COMPILE_CACHE);
await import('./src/main.ts');
