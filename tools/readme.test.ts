/** What the README promises exists: its commands, its files, its links. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

test('every npm command of the documents is a script of package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = documents.flatMap((file) =>
    [...read(file).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map(([, name = '']) => ({
      file,
      name,
    })),
  );
  assert.ok(named.length >= 5, 'the documents name commands');
  for (const { file, name } of named) {
    assert.ok(scripts[name], `${file} names "npm run ${name}", which package.json lacks`);
  }
});

test('every relative link of the documents leads to a file', () => {
  const links = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, target = '']) => ({ file, target }))
      .filter(({ target }) => !/^[a-z]+:/.test(target)),
  );
  assert.ok(links.length >= 5, 'the documents have links');
  for (const { file, target } of links) {
    assert.ok(existsSync(join(root, dirname(file), target)), `${file} links to ${target}`);
  }
});

test('the console is built before whatever promises to show it', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const name of ['prestart', 'predemo'])
    assert.match(scripts[name] ?? '', /build-console/, `${name} builds nothing`);
});
