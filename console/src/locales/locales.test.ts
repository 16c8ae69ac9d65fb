import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileMessage } from '@lingui/message-utils/compileMessage';

type Catalogue = Readonly<Record<string, string>>;

const read = (language: string): Catalogue =>
  JSON.parse(readFileSync(join(import.meta.dirname, `${language}.json`), 'utf8')) as Catalogue;

const namesIn = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name = '']) => name))]
    // Words of a plural form stand in braces too.
    .filter((name) => text.includes(`{${name}}`) || text.includes(`{${name},`))
    .sort();

const english = read('en');

for (const language of ['zh', 'pt'])
  test(`${language} has a sentence for each English one, with the same values in it`, () => {
    const other = read(language);
    assert.deepEqual(Object.keys(other).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(other)) {
      assert.notEqual(text.trim(), '', key);
      assert.deepEqual(namesIn(text), namesIn(english[key] ?? ''), key);
    }
  });

test('every sentence of every language can be parsed', () => {
  for (const language of ['en', 'zh', 'pt'])
    for (const [key, text] of Object.entries(read(language)))
      assert.doesNotThrow(() => compileMessage(text), `${language} ${key}`);
});
