/** Walks the imports of `src/` with the TypeScript parser: which room imports which, and where imports go in circles. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import ts from 'typescript';

/** Room → rooms it may import values from; `types:` rooms only by `import type`. Source: docs/path.md, "doors". */
const doors: Readonly<Record<string, { values: readonly string[]; types?: readonly string[] }>> = {
  base: { values: [] },
  core: { values: ['base'] },
  protocol: { values: ['base'] },
  audio: { values: ['base'] },
  ports: { values: [], types: ['base', 'core', 'protocol', 'audio'] },
  live: { values: ['base', 'core', 'protocol', 'audio', 'ports'] },
  durable: { values: ['base', 'core', 'audio', 'ports'] },
  admin: { values: ['base', 'core', 'ports'] },
  api: { values: ['base', 'core', 'ports'] },
  phone: { values: ['base', 'protocol', 'audio', 'ports'] },
  adapters: { values: ['base', 'ports', 'audio', 'protocol'], types: ['core'] },
  threads: {
    values: ['base', 'core', 'protocol', 'audio', 'ports', 'live', 'durable', 'adapters'],
  },
  parts: {
    values: [
      'base',
      'core',
      'protocol',
      'audio',
      'ports',
      'live',
      'durable',
      'admin',
      'api',
      'phone',
      'adapters',
    ],
  },
};

/** Rooms in which npm packages and node modules are restricted: room → allowed specifiers. */
const outside: Readonly<Record<string, RegExp>> = {
  base: /^$/,
  core: /^libphonenumber-js/,
  protocol: /^(sdp-transform|node:crypto|node:buffer)$/,
  audio: /^$/,
  ports: /^$/,
};

export interface ImportLine {
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

/** All `.ts` files below `folder`, tests left out unless asked for. */
export const sourceFiles = (folder: string, withTests = false): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => withTests || !file.endsWith('.test.ts'))
    .sort();

export const importsOf = (file: string): ImportLine[] => {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const lines: ImportLine[] = [];
  const add = (node: ts.Node, specifier: string, typeOnly: boolean): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    lines.push({ from: file, specifier, typeOnly, line });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const clause = node.importClause;
      add(node, node.moduleSpecifier.text, clause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      add(node, node.moduleSpecifier.text, node.isTypeOnly);
    } else if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      node.arguments[0] &&
      ts.isStringLiteral(node.arguments[0])
    ) {
      add(node, node.arguments[0].text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lines;
};

const roomOf = (file: string): string => {
  const [, room = '', ...rest] = file.split(sep);
  return rest.length === 0 ? 'main' : room;
};

const resolveImport = (root: string, { from, specifier }: ImportLine): string | undefined => {
  if (specifier === '#config') return join(root, 'config.ts');
  if (specifier.startsWith('#')) return join(root, specifier.slice(1));
  if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier));
  return undefined;
};

const doorFault = (root: string, row: ImportLine): string | undefined => {
  const room = roomOf(row.from);
  const at = `${row.from}:${row.line}`;
  if (room === 'main') return undefined;
  const target = resolveImport(root, row);
  if (target === undefined) {
    const allowed = outside[room];
    if (allowed && !row.typeOnly && !allowed.test(row.specifier))
      return `${at} ${room} may not import ${row.specifier}`;
    return undefined;
  }
  const targetRoom = roomOf(target);
  if (targetRoom === room) {
    if (row.specifier.startsWith('#') && room !== 'adapters')
      return `${at} within a room write ./…, not ${row.specifier}`;
    if (room === 'adapters' && target.split(sep)[2] !== row.from.split(sep)[2])
      return `${at} one adapter may not import another (${row.specifier})`;
    return undefined;
  }
  if (!row.specifier.startsWith('#'))
    return `${at} across rooms write #room/…, not ${row.specifier}`;
  if (targetRoom === 'main') {
    if (target.endsWith('config.ts') && row.typeOnly) return undefined;
    return `${at} nobody imports ${row.specifier}`;
  }
  const door = doors[room];
  if (!door) return `${at} unknown room ${room}`;
  if (door.values.includes(targetRoom)) return undefined;
  if (door.types?.includes(targetRoom) && row.typeOnly) return undefined;
  return `${at} ${room} may not import ${targetRoom}${row.typeOnly ? '' : ' (as a value)'}: ${row.specifier}`;
};

/** Strongly connected groups of more than one file, by Tarjan's algorithm; type-only imports do not count. */
const findCycles = (root: string, rows: readonly ImportLine[]): string[] => {
  const next = new Map<string, string[]>();
  for (const row of rows) {
    const target = row.typeOnly ? undefined : resolveImport(root, row);
    if (target !== undefined) next.set(row.from, [...(next.get(row.from) ?? []), target]);
  }
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    stack.push(file);
    for (const target of next.get(file) ?? []) {
      if (!index.has(target)) visit(target);
      else if (!stack.includes(target)) continue;
      low.set(file, Math.min(low.get(file) ?? 0, low.get(target) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) cycles.push(`cycle: ${group.join(' → ')}`);
  };
  for (const file of next.keys()) if (!index.has(file)) visit(file);
  return cycles;
};

/** Every forbidden door and every cycle below `root`, as sentences with file and line. Empty when the house is in order. */
export const findDoorFaults = (root: string): string[] => {
  const rows = sourceFiles(root).flatMap(importsOf);
  const faults = rows.map((row) => doorFault(root, row)).filter((fault) => fault !== undefined);
  return [...faults, ...findCycles(root, rows)];
};

/** The ten longest files below `folder`, longest first. */
export const longestFiles = (folder: string): { file: string; lines: number }[] =>
  sourceFiles(folder)
    .filter((file) => statSync(file).size > 0)
    .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length }))
    .sort((a, b) => b.lines - a.lines)
    .slice(0, 10);
