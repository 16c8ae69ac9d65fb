/** Voice assets against what is not ours: PostgreSQL decides the race, ffprobe judges the files, ffmpeg makes and converts them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FfmpegConverter } from '../../src/adapters/ffmpeg/converter.ts';
import { voiceAssetRows } from '../../src/adapters/postgres/assets/voice-assets.ts';
import { openDatabase, type Database } from '../../src/adapters/postgres/open-database.ts';
import { probeAudio } from '../../src/audio/container/probe.ts';
import { brokenFileRules } from '../../src/core/asset/file-rules.ts';
import type { TenantId, VoiceAssetId } from '../../src/core/ids.ts';
import { apeTag, id3v1, id3v2, mp3File, sineSamples, wavFile } from '../rig/audio-files.ts';
import { openPostgresCluster, type PostgresCluster } from '../rig/postgres-cluster.ts';
import { requireProgram } from '../rig/programs.ts';
import { silentLog } from '../rig/silent.ts';
import { addRoster, addTask } from '../rig/task-rows.ts';
import { addTestTenant } from '../rig/test-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'voice-assets-full-'));
let cluster: PostgresCluster;
let database: Database;

before(async () => {
  requireProgram('ffmpeg', 'ffmpeg');
  requireProgram('ffprobe', 'ffmpeg');
  cluster = await openPostgresCluster();
  database = await openDatabase({ folder: '', url: cluster.url });
  await database.migrate();
  await addTestTenant(database);
});

after(async () => {
  await database.close();
  await cluster.drop();
  rmSync(folder, { recursive: true });
});

const tenantId = 'tenant-a' as TenantId;

const addAsset = async (id: string): Promise<VoiceAssetId> => {
  const now = new Date();
  await database.kysely
    .insertInto('voiceAssets')
    .values({
      id,
      tenantId,
      name: id,
      format: 'wav',
      sizeBytes: 1,
      sha256: '',
      durationMs: 1,
      frames: 8,
      objectKey: id,
      createdBy: null,
      createdAt: now,
    })
    .execute();
  return id as VoiceAssetId;
};

const auditOf = (id: string) => ({
  id: `audit-${id}`,
  tenantId,
  at: new Date(),
  actorKind: 'system' as const,
  actorId: null,
  actorName: null,
  action: 'voice-asset.delete',
  subjectKind: 'voice-asset',
  subjectId: id,
  detail: {},
  address: null,
});

test('a deletion and a task made at the same moment: exactly one of them happens, a hundred times', async () => {
  const rows = voiceAssetRows(database.kysely);
  const rosterId = await addRoster(database.kysely, tenantId);
  const outcomes = { removed: 0, used: 0 };
  for (let round = 0; round < 100; round++) {
    const assetId = await addAsset(`raced-${round}`);
    const order = round % 2 === 0;
    const wait = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
    const remove = async () => {
      if (order) await wait();
      return rows.remove(tenantId, assetId, auditOf(assetId));
    };
    const make = async () => {
      if (!order) await wait();
      return addTask(database.kysely, { tenantId, assetId, rosterId }).catch(() => null);
    };
    const [removed, task] = await Promise.all([remove(), make()]);
    const row = await rows.find(tenantId, assetId);
    if (removed === 'removed') {
      assert.equal(task, null, 'a task plays what was deleted');
      assert.equal(row, null);
      outcomes.removed++;
    } else {
      assert.equal(removed, 'in-use');
      assert.ok(task !== null && row?.useCount === 1);
      outcomes.used++;
    }
  }
  const { rows: audit } = await database.executeSql(
    `select count(*)::int as n from audit_log where action = 'voice-asset.delete'`,
  );
  assert.equal(
    (audit[0] as { n: number }).n,
    outcomes.removed,
    'a refused deletion leaves no line',
  );
  assert.ok(outcomes.removed > 0 && outcomes.used > 0, JSON.stringify(outcomes));
});

interface Judgement {
  readonly streams: readonly { sample_rate: string; channels: number; codec_name: string }[];
}

/** Another program's opinion: rate, channels, and how many samples come out of the file. */
const secondOpinion = (path: string) => {
  const probe = spawnSync('ffprobe', ['-v', 'error', '-show_streams', '-of', 'json', path]);
  const { streams } = JSON.parse(probe.stdout.toString()) as Judgement;
  const decoded = spawnSync('ffmpeg', ['-v', 'error', '-i', path, '-f', 's16le', '-ac', '1', '-'], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const [stream] = streams;
  return {
    rate: Number(stream?.sample_rate),
    channels: stream?.channels,
    codec: stream?.codec_name,
    samples: decoded.stdout.length / 2,
  };
};

test('ffmpeg counts the same samples in every file that we accept', async () => {
  const speech = sineSamples(7.3, 300, 9000);
  const source = join(folder, 'source.wav');
  writeFileSync(source, wavFile(speech));
  const made = (name: string, ...words: readonly string[]): readonly [string, Buffer] => {
    const path = join(folder, name);
    const run = spawnSync('ffmpeg', ['-v', 'error', '-y', '-i', source, ...words, path]);
    assert.equal(run.status, 0, run.stderr.toString());
    return [name, readFileSync(path)];
  };
  const own = await mp3File(speech);
  const files: readonly (readonly [string, Buffer])[] = [
    ['own.mp3', own],
    ['tags.mp3', Buffer.concat([id3v2(500), own, apeTag(50), id3v1()])],
    made('cbr.mp3', '-c:a', 'libmp3lame', '-b:a', '32k'),
    made('vbr.mp3', '-c:a', 'libmp3lame', '-q:a', '4'),
    made('s16.wav', '-c:a', 'pcm_s16le'),
    made('u8.wav', '-c:a', 'pcm_u8'),
    made('s24.wav', '-c:a', 'pcm_s24le'),
    made('s32.wav', '-c:a', 'pcm_s32le'),
    made('float.wav', '-c:a', 'pcm_f32le'),
    made('alaw.wav', '-c:a', 'pcm_alaw'),
    made('mulaw.wav', '-c:a', 'pcm_mulaw'),
  ];
  for (const [name, bytes] of files) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const probed = probeAudio(bytes);
    assert.deepEqual(brokenFileRules({ name, sizeBytes: bytes.length, probed }), [], name);
    const opinion = secondOpinion(path);
    assert.equal(opinion.rate, probed.sampleRateHz, name);
    assert.equal(opinion.channels, 1, name);
    assert.equal(opinion.samples, probed.samples, name);
    assert.equal(probed.samples, speech.length, name);
  }
});

test('what ffmpeg makes in other formats is refused by name', () => {
  const source = join(folder, 'source.wav');
  const cases = [
    ['stereo.wav', ['-ac', '2'], ['channels']],
    ['44.wav', ['-ar', '44100'], ['sample-rate']],
    ['adpcm.wav', ['-c:a', 'adpcm_ms'], ['file-format']],
    ['gsm.wav', ['-c:a', 'adpcm_ima_wav'], ['file-format']],
    ['64.wav', ['-c:a', 'pcm_f64le'], ['file-format']],
    ['22.mp3', ['-ar', '22050', '-c:a', 'libmp3lame'], ['sample-rate']],
    ['two.mp3', ['-ac', '2', '-c:a', 'libmp3lame', '-b:a', '32k'], ['channels']],
    ['layer2.mp2', ['-ar', '16000', '-c:a', 'mp2'], ['file-format', 'file-ending', 'sample-rate']],
    ['a.ogg', ['-ar', '16000'], ['file-format', 'file-ending']],
    ['a.flac', [], ['file-format', 'file-ending']],
    ['a.aac', ['-ar', '16000'], ['file-format', 'file-ending']],
    ['a.m4a', ['-ar', '16000'], ['file-format', 'file-ending']],
    ['a.w64', [], ['file-format', 'file-ending']],
    ['a.aiff', [], ['file-format', 'file-ending']],
  ] as const;
  for (const [name, words, rules] of cases) {
    const path = join(folder, name);
    const run = spawnSync('ffmpeg', ['-v', 'error', '-y', '-i', source, ...words, path]);
    assert.equal(run.status, 0, `${name}: ${run.stderr.toString()}`);
    const bytes = readFileSync(path);
    const broken = brokenFileRules({ name, sizeBytes: bytes.length, probed: probeAudio(bytes) });
    assert.deepEqual(
      broken.map(({ rule }) => rule),
      rules,
      name,
    );
  }
});

test('any audio becomes a file that passes, and nothing is left of either', async () => {
  const converting = join(folder, 'converting');
  const converter = new FfmpegConverter({ folder: converting, log: silentLog() });
  assert.equal(await converter.missing(), null);
  for (const name of ['stereo.wav', '44.wav', 'a.ogg', 'a.flac', 'a.m4a', 'a.aiff', '22.mp3']) {
    const made = await converter.convert(readFileSync(join(folder, name)), { keepMs: 60_500 });
    assert.ok(made.ok, name);
    const probed = probeAudio(made.value);
    const file = { name: 'a.mp3', sizeBytes: made.value.length, probed };
    assert.deepEqual(brokenFileRules(file), [], name);
    // Codecs fill their last frame.
    assert.ok(Math.abs(probed.durationMs - 7300) < 130, `${name}: ${probed.durationMs} ms`);
  }
  assert.deepEqual(readdirSync(converting), []);
});

test('a file cannot make the converter read another one, run on, or write without end', async () => {
  const converting = join(folder, 'converting');
  const converter = new FfmpegConverter({ folder: converting, log: silentLog() });
  const source = join(folder, 'source.wav');
  const hostile = [
    `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://${source}\n#EXT-X-ENDLIST\n`,
    `ffconcat version 1.0\nfile '${source}'\n`,
    'not audio at all',
  ];
  for (const text of hostile) {
    const made = await converter.convert(Buffer.from(text), { keepMs: 60_000 });
    assert.deepEqual(made, { ok: false, error: 'unreadable' }, text);
  }
  const hanging = join(folder, 'hanging');
  writeFileSync(hanging, '#!/bin/sh\ncase "$*" in *-version*) exit 0;; esac\nexec sleep 60\n', {
    mode: 0o755,
  });
  const slow = new FfmpegConverter({
    folder: converting,
    log: silentLog(),
    ffmpeg: hanging,
    timeoutMs: 300,
  });
  const stuck = await slow.convert(readFileSync(source), { keepMs: 60_000 });
  assert.deepEqual(stuck, { ok: false, error: 'timed-out' });
  const greedy = join(folder, 'greedy');
  writeFileSync(
    greedy,
    '#!/bin/sh\nfor last; do :; done\nexec dd if=/dev/zero of="$last" bs=1M\n',
    {
      mode: 0o755,
    },
  );
  const large = new FfmpegConverter({ folder: converting, log: silentLog(), ffmpeg: greedy });
  const refused = await large.convert(readFileSync(source), { keepMs: 60_000 });
  assert.deepEqual(refused, { ok: false, error: 'unreadable' });
  assert.ok(!existsSync(converting) || readdirSync(converting).length === 0);
  const none = new FfmpegConverter({
    folder: converting,
    log: silentLog(),
    ffmpeg: 'no-such-ffmpeg',
  });
  assert.match((await none.missing()) ?? '', /no-such-ffmpeg is not installed/);
});
