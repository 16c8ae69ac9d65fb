/** Whatever the server refuses about recordings, rosters and tasks is said in the language of whoever reads it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { sineSamples, wavFile, wavOf } from '../rig/audio-files.ts';
import { type ApiRig, type Client, openApiRig } from '../rig/api-rig.ts';
import { formOf } from '../rig/form.ts';

/** As the API gives it. */
interface FieldProblem {
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly facts?: Readonly<Record<string, string | number>>;
}
type Speak = (key: string, values?: Readonly<Record<string, unknown>>) => string;
type Say = (t: Speak, problem: FieldProblem) => string;
interface AmountTexts {
  readonly seconds: (ms: number) => string;
  readonly bytes: (bytes: number) => string;
  readonly count: (count: number) => string;
}

/** The console is type-checked for browsers, this for Node: they meet at run time only. */
const consoleModule = async (path: string): Promise<unknown> =>
  import(new URL(`../../console/src/${path}`, import.meta.url).href);
const { fieldText } = (await consoleModule('lists/field-text.ts')) as { fieldText: Say };
const { fieldText: assetText } = (await consoleModule('pages/voice-assets/words.ts')) as {
  fieldText: (t: Speak, amounts: AmountTexts, problem: FieldProblem) => string;
};

type Catalogue = Readonly<Record<string, string>>;
const catalogue = (language: string): Catalogue =>
  JSON.parse(
    readFileSync(new URL(`../../console/src/locales/${language}.json`, import.meta.url), 'utf8'),
  ) as Catalogue;
const languages = { zh: catalogue('zh'), pt: catalogue('pt') };
const english = new Set(Object.values(catalogue('en')));

let rig: ApiRig;
let client: Client;
before(async () => {
  rig = await openApiRig();
  client = await rig.signedIn(rig.first, 'admin');
});
after(() => rig.close());

/** Names of the facts that a sentence wants, those inside the forms of a plural not looked at. */
const wanted = (sentence: string): readonly string[] => {
  const names: string[] = [];
  let depth = 0;
  for (const { 0: sign, index: at } of sentence.matchAll(/[{}]/gu)) {
    if (sign === '{' && depth++ === 0) names.push(/^\w+/u.exec(sentence.slice(at + 1))?.[0] ?? '');
    if (sign === '}') depth--;
  }
  return names;
};

const speaker =
  (words: Catalogue): Speak =>
  (key, values = {}) => {
    const sentence = words[key];
    assert.ok(sentence, `${key} is missing`);
    for (const name of wanted(sentence))
      assert.ok(
        name in values,
        `${key} names ${name}, the answer gives ${Object.keys(values).join()}`,
      );
    return sentence;
  };

const amounts: AmountTexts = { seconds: String, bytes: String, count: String };

const assertTold = (
  answer: {
    readonly status: number;
    readonly body: Readonly<Record<string, unknown>>;
    readonly text: string;
  },
  fields: readonly string[],
  say: Say = fieldText,
): void => {
  assert.ok(answer.status >= 400 && answer.status < 500, answer.text);
  const problems = answer.body['errors'] as FieldProblem[];
  assert.deepEqual([...new Set(problems.map(({ field }) => field))], fields);
  for (const problem of problems)
    for (const [language, words] of Object.entries(languages)) {
      const told = say(speaker(words), problem);
      const what = `${problem.field} ${problem.code} in ${language}: ${told}`;
      assert.ok(told !== '' && told !== problem.message && !english.has(told), what);
    }
};

const send = (path: string, parts: Readonly<Record<string, string | Buffer>>, name: string) => {
  const { body, type } = formOf(parts, name);
  return client.request('POST', path, body, { 'content-type': type });
};

test('a recording with every mistake is refused in the words of each language', async () => {
  const say: Say = (t, problem) => assetText(t, amounts, problem);
  const upload = (parts: Readonly<Record<string, string | Buffer>>, name = 'a.wav') =>
    send('/voice-assets', parts, name);
  const good = wavFile(sineSamples(1));
  const stereo = wavOf({ channels: 2, sampleRateHz: 16_000, dataBytes: 6_400_000 }).subarray(
    0,
    1_100_000,
  );
  assertTold(await upload({ name: ' ', file: good }), ['name'], say);
  assertTold(await upload({ name: 'x'.repeat(21), file: good }), ['name'], say);
  assertTold(
    await upload({ name: 'a', description: '述'.repeat(101), file: good }),
    ['description'],
    say,
  );
  assertTold(await upload({ name: 'a' }), ['file'], say);
  assertTold(await upload({ name: 'a', file: Buffer.alloc(0) }), ['file'], say);
  assertTold(await upload({ name: 'a', file: good }, 'a.mp3'), ['file'], say);
  assertTold(await upload({ name: 'a', file: Buffer.from('text') }), ['file'], say);
  assertTold(await upload({ name: 'a', file: good.subarray(0, 500) }), ['file'], say);
  assertTold(await upload({ name: 'a', file: stereo }), ['file'], say);
  assertTold(await upload({ name: 'a', file: wavFile(sineSamples(61)) }), ['file'], say);
});

test('a roster with every mistake is refused in the words of each language', async () => {
  const upload = (name: string, file: string | Uint8Array, fileName = 'a.csv', more = {}) =>
    send('/rosters', { name, ...more, file: Buffer.from(file) }, fileName);
  assertTold(await upload(' ', 'number\n1\n'), ['name']);
  assertTold(await upload('x'.repeat(51), 'number\n1\n'), ['name']);
  assertTold(await upload('a', 'number\n1\n', 'a.csv', { description: 'x'.repeat(201) }), [
    'description',
  ]);
  assertTold(await upload('a', ''), ['file']);
  assertTold(await upload('a', 'x', 'a.pdf'), ['file']);
  assertTold(await upload('a', 'no zip', 'a.xlsx'), ['file']);
  assertTold(await send('/rosters', { name: 'a' }, 'a.csv'), ['file']);
  const first = await upload('twice', 'number\n+12025550161\n');
  assert.equal(first.status, 201, first.text);
  assertTold(await upload('twice', 'number\n+12025550161\n'), ['name']);
});

test('a task with every mistake is refused in the words of each language', async () => {
  const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
  const order = (change: object) =>
    client.request('POST', '/outbound-tasks', {
      kind: 'automatic',
      name: 'a',
      timeZone: 'Asia/Jakarta',
      voiceAssetId: 'of another tenant',
      rosterId: 'of another tenant',
      callerNumbers: ['+12025550100'],
      ...change,
    });
  const always = ['voiceAssetId', 'rosterId', 'callerNumbers'];
  assertTold(await order({}), always);
  assertTold(await order({ name: ' ' }), ['name', ...always]);
  assertTold(await order({ name: '50 % off' }), ['name', ...always]);
  assertTold(await order({ name: 'x'.repeat(51) }), ['name', ...always]);
  assertTold(await order({ description: 'x'.repeat(101) }), ['description', ...always]);
  assertTold(await order({ timeZone: 'Nowhere/Land' }), ['timeZone', ...always]);
  for (const window of [
    { days: [], from: '09:00', until: '10:00' },
    { days: [1], from: '9', until: '10:00' },
    { days: [1], from: '10:00', until: '09:00' },
  ])
    assertTold(await order({ windows: [window] }), ['windows.0', ...always]);
  assertTold(await order({ notBefore: at(-60_000) }), ['notBefore', ...always]);
  assertTold(await order({ notAfter: at(-60_000) }), ['notAfter', ...always]);
  assertTold(await order({ notBefore: at(120_000), notAfter: at(60_000) }), [
    'notAfter',
    ...always,
  ]);
  const never = [
    {
      days: [new Date(Date.now() + 4 * 86_400_000).getUTCDay() || 7],
      from: '00:00',
      until: '00:01',
    },
  ];
  assertTold(await order({ notAfter: at(60_000), windows: never }), ['windows', ...always]);
  assertTold(await order({ kind: 'predictive', ringSeconds: 10 }), [
    'queueId',
    'ringSeconds',
    ...always,
  ]);
  assertTold(await order({ tries: 4, concurrency: 0, callerNumbers: [] }), [
    'tries',
    'concurrency',
    'callerNumbers',
  ]);
});

test('what is no number is named in the words of each language', async () => {
  const answer = await client.request('POST', '/do-not-call', { numbers: ['+12025550161', 'abc'] });
  assertTold(answer, ['numbers.1']);
});
