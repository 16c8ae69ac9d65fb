import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { refuse, ok } from '#base/result.ts';
import type { VoiceAssetView } from '#ports/voice-assets.ts';
import { systemPrincipal } from '#admin/first-run.ts';
import { openApiRig, type Answer, type ApiRig, type Client } from '../../../tests/rig/api-rig.ts';
import { mp3File, silentMp3, sineSamples, wavFile, wavOf } from '../../../tests/rig/audio-files.ts';
import { formOf } from '../../../tests/rig/form.ts';
import { until } from '../../../tests/rig/programs.ts';

let rig: ApiRig;
let admin: Client;
let mp3: Buffer;
before(async () => {
  rig = await openApiRig();
  admin = await rig.signedIn(rig.first, 'admin');
  mp3 = await mp3File(sineSamples(3, 440, 3000));
});
after(() => rig.close());

const upload = (
  fields: Readonly<Record<string, string | Buffer>>,
  fileName = 'reminder.mp3',
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const { body, type } = formOf(fields, fileName);
  return admin.request('POST', '/voice-assets', body, { 'content-type': type, ...headers });
};

const made = async (name: string, file = mp3, fileName = 'reminder.mp3') => {
  const answer = await upload({ name, file }, fileName);
  assert.equal(answer.status, 201, answer.text);
  return JSON.parse(answer.text) as VoiceAssetView;
};

const codesOf = ({ body }: Answer): string[] =>
  (body['errors'] as { code: string }[]).map(({ code }) => code);

const storedKeys = (): string[] => [...rig.audio.keys()].filter((key) => key.startsWith('assets/'));

const ready = async (id: string): Promise<VoiceAssetView> => {
  let asset = {} as VoiceAssetView;
  await until('the asset is prepared', async () => {
    const { text } = await admin.request('GET', `/voice-assets/${id}`);
    asset = JSON.parse(text) as VoiceAssetView;
    return asset.prepared !== 'pending' || undefined;
  });
  return asset;
};

test('an upload is stored as it came, measured, prepared for calls and written down', async () => {
  const answer = await upload({
    name: ' MarchPayReminder_V2 ',
    description: 'until 31 March',
    file: mp3,
  });
  assert.equal(answer.status, 201, answer.text);
  const { id, name, description, format, sizeBytes, durationMs } = JSON.parse(
    answer.text,
  ) as VoiceAssetView;
  assert.deepEqual(
    { name, description, format, sizeBytes, durationMs },
    {
      name: 'MarchPayReminder_V2',
      description: 'until 31 March',
      format: 'mp3',
      sizeBytes: mp3.length,
      durationMs: 3000,
    },
  );
  assert.deepEqual(rig.audio.get(`assets/${rig.first}/${id}.mp3`), mp3);
  const { prepared, sound, advice } = await ready(id);
  assert.equal(prepared, 'ready');
  assert.deepEqual(advice, []);
  // The power of a sine is half that of its peak: 20·log(3,000 ÷ 32,768) − 3 dB.
  assert.ok(Math.abs((sound?.speechDbfs ?? 0) - -23.8) < 0.5, JSON.stringify(sound));
  assert.equal(rig.assets.prompts.get(`asset-${id}`)?.length, 24_000);
  const audit = await admin.request('GET', `/audit-log?subjectId=${id}`);
  assert.match(audit.text, /voice-asset\.create/);
});

test('every broken rule of name, description and file is named in one answer, and nothing is kept', async () => {
  const keys = storedKeys();
  const stereo = wavOf({ channels: 2, sampleRateHz: 44_100, dataBytes: 100_000 });
  const answer = await upload({ name: '   ', description: 'd'.repeat(101), file: stereo }, 'a.mp3');
  assert.equal(answer.status, 422);
  assert.equal(answer.body['code'], 'asset/invalid');
  assert.deepEqual(codesOf(answer), [
    'name-empty',
    'description-too-long',
    'file-ending',
    'sample-rate',
    'channels',
  ]);
  assert.match(
    String(answer.body['detail']),
    /8000 Hz; this file has 44100 Hz.*mono; this one has 2/s,
  );
  assert.deepEqual(storedKeys(), keys);
});

test('each rule of the file refuses by its own name', async () => {
  const cases: readonly (readonly [string, Buffer, string, readonly string[]])[] = [
    ['an empty file', Buffer.alloc(0), 'a.mp3', ['file-empty']],
    ['a text', Buffer.from('hello'), 'a.mp3', ['file-format']],
    ['a WAV called MP3', wavFile(sineSamples(1)), 'a.mp3', ['file-ending']],
    ['no ending', wavFile(sineSamples(1)), 'recording', ['file-ending']],
    ['a cut MP3', mp3.subarray(0, -5), 'a.mp3', ['file-damaged']],
    ['61 s of WAV', wavOf({ dataBytes: 61 * 16_000 }), 'a.wav', ['duration']],
    ['837 frames without a tag', silentMp3(837), 'a.mp3', ['duration']],
    ['ADPCM', wavOf({ tag: 2, bits: 4 }), 'a.wav', ['file-format']],
  ];
  for (const [what, file, fileName, codes] of cases)
    assert.deepEqual(codesOf(await upload({ name: 'x', file }, fileName)), codes, what);
});

test('sixty seconds to the sample are taken, and one sample more is not', async () => {
  const exact = wavOf({ dataBytes: 960_000 });
  assert.equal((await upload({ name: 'exact', file: exact }, 'a.WAV')).status, 201);
  const longer = wavOf({ dataBytes: 960_002 });
  assert.deepEqual(codesOf(await upload({ name: 'x', file: longer }, 'a.wav')), ['duration']);
  // 836 frames are 60.192 s: within what padding nobody told of may add.
  assert.equal((await upload({ name: 'frames', file: silentMp3(836) })).status, 201);
});

test('a file of exactly one megabyte is taken, and one byte more is not', async () => {
  const header = 44;
  const of = (bytes: number): Buffer => wavOf({ tag: 1, bits: 32, dataBytes: bytes - header });
  // 32 bits make 262,133 samples of it, half a minute.
  assert.equal((await upload({ name: 'x', file: of(1_048_576) }, 'a.wav')).status, 201);
  const over = await upload({ name: 'x', file: of(1_048_580) }, 'a.wav');
  assert.equal(over.status, 413);
  assert.deepEqual(codesOf(over), ['file-size']);
});

test('names are counted in characters, not in bytes: twenty of any script, never twenty-one', async () => {
  for (const name of ['一'.repeat(20), '😀'.repeat(20), 'é'.repeat(20), 'MarchPayReminder_V2'])
    assert.equal((await upload({ name, file: mp3 })).status, 201, name);
  for (const name of ['一'.repeat(21), '😀'.repeat(21), 'March Payment Reminder_V2'])
    assert.deepEqual(codesOf(await upload({ name, file: mp3 })), ['name-too-long'], name);
  for (const name of ['', ' ', '\t', '\u200b\u200b', '\u00a0'])
    assert.notEqual((await upload({ name, file: mp3 })).status, 201, JSON.stringify(name));
  assert.deepEqual(codesOf(await upload({ name: 'a\u0000b', file: mp3 })), ['name-not-text']);
  assert.equal((await upload({ name: 'd', description: '😀'.repeat(100), file: mp3 })).status, 201);
});

test('an upload without a file, without a form or with a second file is refused', async () => {
  assert.deepEqual(codesOf(await upload({ name: 'x' })), ['file-missing']);
  assert.equal((await admin.request('POST', '/voice-assets', { name: 'x' })).status, 415);
  assert.equal((await upload({ name: 'x', file: mp3, other: mp3 })).status, 400);
  assert.equal((await upload({ name: 'x', other: mp3 })).status, 400);
  assert.equal((await upload({ name: 'x', surprise: 'y', file: mp3 })).status, 400);
});

test('two uploads of one name stand side by side; the same upload sent again is one', async () => {
  const one = await made('Twice');
  const two = await made('Twice');
  assert.notEqual(one.id, two.id);
  const key = { 'idempotency-key': 'upload-1' };
  const first = await upload({ name: 'Once', file: mp3 }, 'a.mp3', key);
  const again = await upload({ name: 'Once', file: mp3 }, 'a.mp3', key);
  assert.equal(again.body['id'], first.body['id']);
  const other = await upload({ name: 'Once', file: wavFile(sineSamples(1)) }, 'a.mp3', key);
  assert.equal(other.body['code'], 'api/idempotency-mismatch');
});

test('a body of five gigabytes is refused after the first megabyte', async () => {
  const { port } = await rig.api.listen();
  const login = await rig.admin.apiKeys.create(systemPrincipal(rig.first), {
    name: 'bulk',
    role: 'admin',
  });
  assert.ok(login.ok);
  const keys = storedKeys();
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  let sent = 0;
  socket.on('data', (piece: Buffer) => (answer += piece.toString()));
  socket.on('error', () => undefined);
  const head = formOf({ name: 'x', file: Buffer.alloc(0) }, 'a.wav')
    .body.toString()
    .split('\r\n--')
    .slice(0, 2)
    .join('\r\n--');
  socket.write(
    [
      'POST /api/v1/voice-assets HTTP/1.1',
      'Host: 127.0.0.1',
      `Authorization: Bearer ${login.value.key}`,
      'Content-Type: multipart/form-data; boundary=----callreel-test-7f3b',
      'Content-Length: 5000000000',
      '',
      head,
    ].join('\r\n'),
  );
  const piece = Buffer.alloc(65_536);
  while (answer === '' && !socket.destroyed && sent < 64 * 1024 * 1024) {
    sent += piece.length;
    if (!socket.write(piece)) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await until('the refusal is here', () => answer.includes('\r\n\r\n{') || undefined);
  assert.match(answer, /^HTTP\/1\.1 413 /);
  assert.match(answer, /file-size/);
  assert.ok(sent < 16 * 1024 * 1024, `${sent} bytes went out before the refusal was read`);
  assert.deepEqual(storedKeys(), keys);
  // Whoever goes on sending is let go of.
  await until('the connection is closed', () => {
    if (!socket.destroyed) socket.write(piece);
    return socket.destroyed || undefined;
  });
});

test('name and description change; the audio does not, by whatever way it is tried', async () => {
  const { id } = await made('Before');
  const changed = await admin.request('PATCH', `/voice-assets/${id}`, {
    name: 'After',
    description: 'd',
  });
  assert.equal(changed.body['name'], 'After');
  assert.equal(changed.body['description'], 'd');
  const path = `/voice-assets/${id}`;
  for (const body of [{ file: 'x' }, { name: 'Y', audio: 'x' }]) {
    const answer = await admin.request('PATCH', path, body);
    assert.equal(answer.status, 409);
    assert.equal(answer.body['code'], 'asset/audio-is-fixed');
  }
  const { body, type } = formOf({ name: 'Y', file: wavFile(sineSamples(1)) });
  const form = await admin.request('PATCH', path, body, { 'content-type': type });
  assert.equal(form.body['code'], 'asset/audio-is-fixed');
  assert.equal((await admin.request('PATCH', path, { name: 'x'.repeat(21) })).status, 422);
  assert.equal((await admin.request('PATCH', path, { colour: 'red' })).status, 400);
  const after = await admin.request('GET', path);
  assert.equal(after.body['name'], 'After');
  assert.deepEqual((await admin.request('GET', `${path}/audio`)).bytes, mp3);
});

test('of two people who edit one voice asset the second is told, also when both save at one moment', async () => {
  const { id, version } = await made('Edited');
  const edit = (description: string, seen: number): Promise<Answer> =>
    admin.request('PATCH', `/voice-assets/${id}`, { description, version: seen });
  const first = await edit('mine', version);
  assert.equal(first.status, 200, first.text);
  const second = await edit('yours', version);
  assert.deepEqual([second.status, second.body['code']], [409, 'api/changed-meanwhile']);
  const now = (await admin.request('GET', `/voice-assets/${id}`)).body;
  assert.equal(now['description'], 'mine');
  const both = await Promise.all(['a', 'b'].map((text) => edit(text, Number(now['version']))));
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
});

test('a deleted asset is gone with its files, and a second deletion finds nothing', async () => {
  const { id } = await made('Gone');
  await ready(id);
  assert.equal((await admin.request('DELETE', `/voice-assets/${id}`)).status, 204);
  assert.equal((await admin.request('GET', `/voice-assets/${id}`)).status, 404);
  assert.equal((await admin.request('DELETE', `/voice-assets/${id}`)).status, 404);
  assert.ok(!storedKeys().some((key) => key.includes(id)));
  assert.ok(!rig.assets.prompts.has(`asset-${id}`));
});

test('uploads that follow one another, many at once, each keep the sound that was sent', async () => {
  const files = Array.from({ length: 12 }, (_, i) =>
    wavFile(sineSamples(2 + (i % 3), 300 + 40 * i)),
  );
  const ids: string[] = [];
  // The second half comes while the first is decoded, into the memory that the first was read into.
  for (const some of [files.slice(0, 6), files.slice(6)]) {
    const assets = await Promise.all(some.map((file, i) => made(`At once ${i}`, file, 'a.wav')));
    ids.push(...assets.map(({ id }) => id));
  }
  for (const [i, id] of ids.entries()) {
    const file = files[i];
    assert.ok(file);
    assert.deepEqual(rig.audio.get(`assets/${rig.first}/${id}.wav`), file);
    assert.equal((await ready(id)).prepared, 'ready');
    const samples = (file.length - 44) / 2;
    assert.equal(rig.assets.prompts.get(`asset-${id}`)?.length, samples);
  }
  assert.equal(new Set(ids).size, 12);
  const [one, other] = [ids[0], ids[3]].map((id) => rig.assets.prompts.get(`asset-${id ?? ''}`));
  assert.notDeepEqual(one, other, 'of the same length, and another tone');
});

test('playing serves ranges, a download carries the name in every script, each is written down once', async () => {
  const { id } = await made('März 账单');
  const path = `/voice-assets/${id}/audio`;
  const part = await admin.request('GET', path, undefined, { range: 'bytes=10-19' });
  assert.equal(part.status, 206);
  assert.deepEqual(part.bytes, mp3.subarray(10, 20));
  const whole = await admin.request('GET', `${path}?download=1`);
  assert.equal(whole.headers['content-type'], 'audio/mpeg');
  assert.equal(
    whole.headers['content-disposition'],
    `attachment; filename="M_rz __.mp3"; filename*=UTF-8''${encodeURIComponent('März 账单')}.mp3`,
  );
  const audit = await admin.request('GET', `/audit-log?subjectId=${id}`);
  assert.equal(audit.text.match(/voice-asset\.play/g)?.length, 1);
  assert.equal(audit.text.match(/voice-asset\.download/g)?.length, 1);
});

test('the list is searched, sorted both ways and paged without losing or doubling a row', async () => {
  const there = await rig.signedIn(await rig.tenant('Listed'), 'admin');
  const put = async (name: string, seconds: number, description = ''): Promise<void> => {
    const { body, type } = formOf({ name, description, file: wavFile(sineSamples(seconds)) });
    const answer = await there.request('POST', '/voice-assets', body, { 'content-type': type });
    assert.equal(answer.status, 201, answer.text);
  };
  await put('beta', 0.3);
  await put('Alpha', 0.2, '100% valid');
  await put('gamma', 0.1, 'till_May');
  await put('delta', 0.4);
  const names = async (query: string): Promise<string> => {
    const found: string[] = [];
    let cursor = '';
    do {
      const { body } = await there.request('GET', `/voice-assets?limit=3&${query}${cursor}`);
      found.push(...(body['items'] as { name: string }[]).map(({ name }) => name));
      cursor = body['nextCursor'] === null ? '' : `&cursor=${body['nextCursor'] as string}`;
    } while (cursor !== '');
    return found.join(' ');
  };
  assert.equal(await names(''), 'delta gamma Alpha beta');
  assert.equal(await names('sort=name&direction=asc'), 'Alpha beta delta gamma');
  assert.equal(await names('sort=name&direction=desc'), 'gamma delta beta Alpha');
  assert.equal(await names('sort=duration&direction=asc'), 'gamma Alpha beta delta');
  assert.equal(await names('sort=size&direction=desc'), 'delta beta Alpha gamma');
  assert.equal(await names('search=ALPH'), 'Alpha');
  assert.equal(await names('search=100%25'), 'Alpha');
  assert.equal(await names('search=l_M'), 'gamma');
  assert.equal(await names('search=%25x'), '');
  assert.equal((await there.request('GET', '/voice-assets?cursor=nonsense')).status, 400);
  assert.equal((await there.request('GET', '/voice-assets?search=%00')).status, 400);
});

test('what sounds wrong is accepted with plain advice', async () => {
  const adviceOf = async (samples: Int16Array): Promise<readonly string[]> =>
    (await ready((await made('Advice', wavFile(samples), 'a.wav')).id)).advice;
  assert.deepEqual(await adviceOf(new Int16Array(8000)), ['silent']);
  assert.deepEqual(await adviceOf(sineSamples(1, 440, 200)), ['quiet']);
  assert.deepEqual(
    await adviceOf(
      sineSamples(1, 440, 90_000).map((x) => Math.max(-32_768, Math.min(32_767, x))),
    ).then((a) => a.includes('loud')),
    true,
  );
});

test('a conversion returns a file and keeps none; one that cannot be done says why', async () => {
  const { body, type } = formOf({ file: Buffer.from('OggS is something else') }, 'call.ogg');
  const convert = (): Promise<Answer> =>
    admin.request('POST', '/voice-assets/conversions', body, { 'content-type': type });
  const without = await convert();
  assert.equal(without.body['code'], 'asset/conversion-unavailable');
  assert.match(String(without.body['detail']), /no converter in this test/);
  const asked = await admin.request('GET', '/voice-assets/conversions');
  assert.deepEqual(asked.body, { available: false, reason: 'There is no converter in this test.' });

  const keys = storedKeys();
  const wanted: number[] = [];
  const long = await mp3File(sineSamples(60.02));
  const minute = await mp3File(sineSamples(60));
  rig.assets.converter = {
    missing: async () => null,
    convert: async (_bytes: Uint8Array, { keepMs }: { keepMs: number }) => {
      wanted.push(keepMs);
      return ok(keepMs > 60_000 ? long : minute);
    },
  };
  const answer = await convert();
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.bytes, minute, 'what a codec padded is cut off');
  assert.deepEqual(wanted, [60_500, 60_000]);
  rig.assets.converter = { missing: async () => null, convert: async () => ok(silentMp3(900)) };
  const tooLong = await convert();
  assert.equal(tooLong.status, 422);
  assert.match(String(tooLong.body['detail']), /longer than 60 seconds/);
  rig.assets.converter = { missing: async () => null, convert: async () => refuse('busy') };
  assert.equal((await convert()).status, 503);
  assert.deepEqual(storedKeys(), keys);
});

test('a call is given the prepared audio, made again when it was lost, and never that of another tenant', async () => {
  const prompt = await rig.assets.preparing.prompt(rig.first, 'nothing' as VoiceAssetView['id']);
  assert.deepEqual(prompt, { ok: false, error: 'unknown' });
  const { id } = await made('Playable');
  await ready(id);
  await rig.assets.preparing.settled();
  rig.assets.prompts.clear();
  const again = await rig.assets.preparing.prompt(rig.first, id);
  assert.deepEqual(again, {
    ok: true,
    value: { promptName: `asset-${id}`, path: `/prompts/asset-${id}.ulaw`, durationMs: 3000 },
  });
  const stranger = await rig.assets.preparing.prompt(await rig.tenant('Strange'), id);
  assert.deepEqual(stranger, { ok: false, error: 'unknown' });
});
