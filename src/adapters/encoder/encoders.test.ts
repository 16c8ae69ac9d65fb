import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MPEGDecoder } from 'mpg123-decoder';
import { Fault } from '#base/fault.ts';
import type { AudioFormat } from '#core/recording/renditions.ts';
import { openEncoders } from './encoders.ts';
import { crc16 } from './info-frame.ts';
import { loadLame, type Lame } from './lame/lame.ts';
import { Mp3Encoders } from './mp3-encoder.ts';

const tone = (length: number, at = 0): Int16Array =>
  Int16Array.from({ length }, (_, i) => Math.round(9000 * Math.sin((i + at) / 3)));

const encode = async (
  format: AudioFormat,
  channels: 1 | 2,
  blocks: readonly number[],
): Promise<Buffer> => {
  const encoder = await openEncoders().open({ format, channels, sampleRateHz: 8000 });
  const pieces: Uint8Array[] = [];
  for (const length of blocks) {
    const samples = tone(length);
    pieces.push(
      encoder.encode(channels === 1 ? [samples] : [samples, tone(length, 9)], length).slice(),
    );
  }
  const { head, tail } = encoder.finish();
  assert.equal(head.length, encoder.head.length, 'the head keeps its length');
  return Buffer.concat([head, ...pieces, tail]);
};

for (const channels of [1, 2] as const) {
  test(`an MP3 of ${channels} channel(s) says its exact length in its first frame, and every frame is whole`, async () => {
    const file = await encode('mp3', channels, [8000, 8000, 4321]);
    const frameBytes = 288 * channels;
    assert.equal(file.length % frameBytes, 0);
    for (let at = 0; at < file.length; at += frameBytes) {
      assert.equal(file.readUInt16BE(at) & 0xfffe, 0xffe2, 'MPEG-2.5 Layer III');
      assert.equal((file[at + 2] ?? 0) & 0x0c, 0x08, '8,000 Hz');
      assert.equal((file[at + 3] ?? 0) >> 6, channels === 1 ? 3 : 1);
    }
    const info = channels === 1 ? 13 : 21;
    assert.equal(file.toString('latin1', info, info + 4), 'Info');
    const frames = file.readUInt32BE(info + 8);
    assert.equal(frames, file.length / frameBytes - 1);
    assert.equal(file.readUInt32BE(info + 12), file.length);
    assert.equal(file.toString('latin1', info + 120, info + 129), 'LAME3.100');
    const delays = file.readUIntBE(info + 141, 3);
    const [delay, padding] = [delays >> 12, delays & 0xfff];
    assert.equal(delay, 576);
    assert.equal(frames * 576 - delay - padding, 20_321);
    assert.equal(file.readUInt16BE(info + 152), crc16(file.subarray(frameBytes), 0));
    assert.equal(file.readUInt16BE(info + 154), crc16(file.subarray(0, info + 154), 0));
  });
}

test('encodes the same samples to the same bytes, however they are cut, on a fresh or a used encoder', async () => {
  const encoders = openEncoders();
  const files: string[] = [];
  for (const blocks of [[8000, 8000], [16_000], [1, 7999, 160, 7840]]) {
    const encoder = await encoders.open({ format: 'mp3', channels: 1, sampleRateHz: 8000 });
    const all = tone(16_000);
    let at = 0;
    const pieces = blocks.map((length) => {
      at += length;
      return encoder.encode([all.subarray(at - length, at)], length).slice();
    });
    const { head, tail } = encoder.finish();
    files.push(Buffer.concat([head, ...pieces, tail]).toString('hex'));
  }
  assert.equal(files[0], files[1]);
  assert.equal(files[0], files[2]);
});

test('CRC-16 of the check text is that of the catalogue (CRC-16/ARC: bb3d)', () => {
  assert.equal(crc16(new TextEncoder().encode('123456789'), 0), 0xbb3d);
});

test('a WAV has the header of plain 16-bit PCM, field by field, and its samples interleaved', async () => {
  const file = await encode('wav', 2, [3, 2]);
  assert.equal(
    file.subarray(0, 44).toString('hex'),
    [
      '52494646', // RIFF
      '38000000', // 36 + 20
      '57415645', // WAVE
      '666d7420', // fmt
      '10000000', // 16
      '0100', // PCM
      '0200', // channels
      '401f0000', // 8,000 Hz
      '007d0000', // 32,000 bytes per second
      '0400', // bytes per frame
      '1000', // bits
      '64617461', // data
      '14000000', // 20
    ].join(''),
  );
  assert.equal(file.length, 44 + 20);
  assert.equal(file.readInt16LE(44 + 4), tone(3)[1]);
  assert.equal(file.readInt16LE(44 + 6), tone(3, 9)[1]);
});

test('an encoder given back in mid-file serves the next file from the beginning', async () => {
  const encoders = openEncoders();
  const first = await encoders.open({ format: 'mp3', channels: 2, sampleRateHz: 8000 });
  first.encode([tone(8000), tone(8000)], 8000);
  first.close();
  first.close();
  const second = await encoders.open({ format: 'mp3', channels: 1, sampleRateHz: 8000 });
  const body = Buffer.concat([second.encode([tone(8000)], 8000).slice(), second.finish().tail]);
  const fresh = await encode('mp3', 1, [8000]);
  assert.ok(body.equals(fresh.subarray(288)));
});

/** How far the difference lies below the sound itself; infinite where both are the same. */
const aboveNoiseDb = (sound: Int16Array, heard: Float32Array): number => {
  let power = 0;
  let noise = 0;
  for (const [i, value] of sound.entries()) {
    power += value * value;
    noise += (value - (heard[i] ?? 0) * 32_768) ** 2;
  }
  return 10 * Math.log10(power / noise);
};

test('what a foreign decoder hears is what went in, each channel its own, as long as it was', async () => {
  const frames = 5 * 8000 + 123;
  const voices = [0, 1].map((channel) =>
    Int16Array.from({ length: frames }, (_, i) => {
      const syllable = Math.max(0, Math.sin((i / 8000) * (19 + 3 * channel)));
      const pitch = (i / 8000) * 2 * Math.PI * (130 + 70 * channel);
      return 3000 * syllable * [1, 2, 3, 5, 8].reduce((sum, n) => sum + Math.sin(pitch * n) / n, 0);
    }),
  );
  const encoder = await openEncoders().open({ format: 'mp3', channels: 2, sampleRateHz: 8000 });
  const body = encoder.encode(voices, frames).slice();
  const { head, tail } = encoder.finish();
  const decoder = new MPEGDecoder();
  await decoder.ready;
  const { channelData, samplesDecoded } = decoder.decode(Buffer.concat([head, body, tail]));
  assert.equal(samplesDecoded, frames);
  for (const [channel, heard] of channelData.entries()) {
    const own = voices[channel];
    const other = voices[1 - channel];
    assert.ok(own && other);
    assert.ok(aboveNoiseDb(own, heard) > 18, `channel ${channel}: ${aboveNoiseDb(own, heard)} dB`);
    assert.ok(aboveNoiseDb(other, heard) < 3, `channel ${channel} is not the other one`);
  }
  decoder.free();
});

test('many encoders of one thread do not hear each other, and give their memory back', async () => {
  const lame = await loadLame();
  const encoders = new Mp3Encoders(async () => lame);
  const alone = await encode('mp3', 1, [8000, 8000]);
  let beforeBytes = 0;
  for (let round = 0; round < 60; round++) {
    if (round === 10) beforeBytes = lame.memoryBytes;
    const [one, other] = [
      await encoders.open({ format: 'mp3', channels: 1, sampleRateHz: 8000 }),
      await encoders.open({ format: 'mp3', channels: 2, sampleRateHz: 8000 }),
    ];
    const pieces: Uint8Array[] = [];
    for (let block = 0; block < 2; block++) {
      const piece = one.encode([tone(8000)], 8000);
      other.encode([tone(9000, 5), tone(9000, 9)], 8000 + round);
      pieces.push(piece.slice());
    }
    const { head, tail } = one.finish();
    other.close();
    assert.ok(Buffer.concat([head, ...pieces, tail]).equals(alone), `round ${round}`);
  }
  assert.equal(lame.memoryBytes, beforeBytes);
});

test('what LAME does not take is refused by name, and what is closed does nothing more', async () => {
  const lame = await loadLame();
  const options = { sampleRateHz: 8000, channels: 1, kbps: 32, quality: 5 } as const;
  const refused = { code: 'finalise/encoder-failed' };
  const encoder = lame.open(options);
  assert.throws(() => encoder.encode([], 2 ** 30), refused);
  encoder.close();
  encoder.close();
  assert.throws(() => encoder.encode([tone(160)], 160), refused);
  assert.throws(() => encoder.flush(), refused);
  assert.ok(!lame.isBroken, 'a refusal breaks nothing');
});

test('an instance that failed half-way is used no more, nor one that was not loaded: the next file is made by another', async () => {
  const loaded: Lame[] = [];
  let refuses = true;
  const encoders = new Mp3Encoders(async () => {
    if (refuses) throw new Fault('finalise/encoder-failed', 'not now');
    const lame = await loadLame();
    loaded.push(lame);
    return lame;
  });
  const options = { format: 'mp3', channels: 1, sampleRateHz: 8000 } as const;
  await assert.rejects(encoders.open(options), { code: 'finalise/encoder-failed' });
  refuses = false;
  const first = await encoders.open(options);
  const [lame] = loaded;
  assert.ok(lame);
  const trap = (): never => {
    throw new RangeError('memory access out of bounds');
  };
  assert.throws(() => lame.call(trap), { code: 'finalise/encoder-failed' });
  assert.throws(() => first.encode([tone(160)], 160), { code: 'finalise/encoder-failed' });
  first.close();

  const next = await encoders.open(options);
  const body = Buffer.concat([next.encode([tone(8000)], 8000).slice(), next.finish().tail]);
  assert.ok(body.equals((await encode('mp3', 1, [8000])).subarray(288)));
  assert.equal(loaded.length, 2);
});
