#!/usr/bin/env node
// Plain JavaScript on purpose: an older Node cannot even read the rest, and shall say so in one sentence.
const [major] = process.versions.node.split('.').map(Number);
if (major < 26) {
  console.error(
    `Callreel needs Node 26 or newer; this is ${process.versions.node}. Run it with "npm start" after "npm ci", which brings the right one.`,
  );
  process.exit(1);
}
await import('./src/main.ts');
