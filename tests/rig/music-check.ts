/** Whether a phone hears our music: likeness of what it wrote to the prompt itself, wherever in its loop that is. */
import assert from 'node:assert/strict';
import { decodeWav } from '#audio/container/wav.ts';
import { holdMusic } from '#audio/hold-music.ts';

/** A quarter of a second holds several notes, and seldom a repair of the phone's jitter buffer. */
const pieceFrames = 2000;

const normOf = (samples: Int16Array, from: number): number => {
  let energy = 0;
  for (let i = from; i < from + pieceFrames; i++) energy += (samples[i] ?? 0) ** 2;
  return Math.sqrt(energy);
};

/** Largest normalised correlation of a piece with the looped music: 1 = the same, about 0 = something else. */
const likenessOf = (music: Int16Array, piece: Int16Array): number => {
  const loop = new Int16Array(music.length + pieceFrames);
  loop.set(music);
  loop.set(music.subarray(0, pieceFrames), music.length);
  const own = normOf(piece, 0);
  if (own === 0) return 0;
  let best = 0;
  for (let offset = 0; offset < music.length; offset++) {
    let sum = 0;
    for (let i = 0; i < pieceFrames; i++) sum += (piece[i] ?? 0) * (loop[offset + i] ?? 0);
    if (sum > best * own) {
      const likeness = sum / (own * (normOf(loop, offset) || 1));
      if (likeness > best) best = likeness;
    }
  }
  return best;
};

/** Best likeness of three pieces of a stretch, so that one repaired packet does not decide. */
export const musicLikeness = (wav: Uint8Array, fromMs: number, untilMs: number): number => {
  const decoded = decodeWav(wav);
  assert.ok(decoded.ok);
  const samples = decoded.value.channels[0] ?? new Int16Array();
  const from = fromMs * 8;
  const until = Math.min(untilMs * 8, samples.length);
  assert.ok(until - from >= pieceFrames, `only ${(until - from) / 8} ms to judge`);
  const music = holdMusic();
  return Math.max(
    ...[0.2, 0.5, 0.8].map((share) => {
      const at = Math.round(from + share * (until - from - pieceFrames));
      return likenessOf(music, samples.subarray(at, at + pieceFrames));
    }),
  );
};
