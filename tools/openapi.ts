/**
 * Writes `docs/openapi.json` from the API's own routes, the console's types of it, and `docs/errors.md` from the table of faults.
 * `--check` writes nothing and fails when one of the first two is not what it would write, `--check-all` when any is.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'oxfmt';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import type { ApiDependencies } from '../src/api/dependencies.ts';
import { createRoutes } from '../src/api/server.ts';
import { faultTable, type FaultRow } from '../src/core/fault-table.ts';

const root = join(import.meta.dirname, '..');

const openapi = (): string => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  // Routes only name what they stand on until a request comes, so describing them needs nothing of it.
  const nothing = { administration: {} } as ApiDependencies;
  return JSON.stringify(
    createRoutes(nothing, { isSecure: false, cookie: 'callreel_session_8080', version })
      .description,
  );
};

const cell = (value: string | number | null): string => String(value ?? '–').replaceAll('|', '\\|');

const errors = (): string => {
  const rows = Object.entries<FaultRow>(faultTable).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = rows.map(
    ([code, { title, http, sip, retry, remedy }]) =>
      `| \`${code}\` | ${[title, http, sip, retry, remedy].map(cell).join(' | ')} |`,
  );
  return `# Errors

Generated from \`src/core/fault-table.ts\` by \`node tools/openapi.ts\`; do not edit. The API answers with \`application/problem+json\`:
\`code\`, \`title\`, \`detail\`, \`errors[]\` (field, code, message), \`requestId\`. A dash means that the error never gets there.

| code | what it says | HTTP | SIP | try again | what to do |
| --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
};

const consoleTypes = async (description: string): Promise<string> =>
  `/** Generated from docs/openapi.json by \`node tools/openapi.ts\`; do not edit. */\n` +
  astToString(await openapiTS(JSON.parse(description) as OpenAPI3));

const formatted = async (file: string, text: string): Promise<string> => {
  const { code, errors: faults } = await format(file, text);
  if (faults.length > 0) throw new Error(`${file}: ${faults[0]?.message}`);
  return code;
};

const description = openapi();
const outputs = [
  { file: 'docs/openapi.json', text: await formatted('openapi.json', description) },
  { file: 'console/src/api/schema.ts', text: await consoleTypes(description) },
  { file: 'docs/errors.md', text: await formatted('errors.md', errors()) },
];

const standing = (file: string): string | undefined => {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return undefined;
  }
};

const isCheck = process.argv.some((word) => word.startsWith('--check'));
const wanted = process.argv.includes('--check') ? outputs.slice(0, 2) : outputs;

for (const { file, text } of wanted) {
  if (standing(file) === text) continue;
  if (isCheck) {
    console.error(`${file} is not up to date: run node tools/openapi.ts and commit it`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    console.log(`wrote ${file}`);
  }
}
