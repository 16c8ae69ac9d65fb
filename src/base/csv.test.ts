import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from './csv.ts';

test('a line for a spreadsheet quotes what needs it and never begins a formula', () => {
  assert.equal(csvLine(['a', 'b c', 1, null]), 'a,b c,1,\r\n');
  assert.equal(csvLine(['x,"y"\nz']), '"x,""y""\nz"\r\n');
  for (const formula of ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1'])
    assert.match(csvLine([formula]), /^"?'/, formula);
  assert.equal(csvLine(['+12025550145', -3.5]), '+12025550145,-3.5\r\n');
});
