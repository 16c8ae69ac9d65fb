/** Whether a phone hears our music: likeness of what it wrote to the prompt itself, wherever in its loop that is. */
import assert from 'node:assert/strict';
import { decodeWav } from '#audio/container/wav.ts';
import { holdMusic } from '#audio/hold-music.ts';

/** A quarter of a second holds several notes, and seldom a repair of the phone's jitter buffer. */
const pieceFrames = 2000;

/** Every fourth sample is enough to find the place; the likeness there is taken of all. */
const stride = 4;

const dot = (a: Int16Array, b: Int16Array, at: number, step: number): number => {
  let sum = 0;
  for (let i = 0; i < pieceFrames; i += step) sum += (a[i] ?? 0) * (b[at + i] ?? 0);
  return sum;
};

/** Largest normalised correlation of a piece with the looped music: 1 = the same, about 0 = something else. */
const likenessOf = (music: Int16Array, piece: Int16Array): number => {
  const loop = new Int16Array(music.length + pieceFrames);
  loop.set(music);
  loop.set(music.subarray(0, pieceFrames), music.length);
  const energyUntil = new Float64Array(loop.length + 1);
  for (const [i, sample] of loop.entries())
    energyUntil[i + 1] = (energyUntil[i] ?? 0) + sample ** 2;
  const normAt = (at: number): number =>
    Math.sqrt((energyUntil[at + pieceFrames] ?? 0) - (energyUntil[at] ?? 0)) || 1;
  let place = 0;
  let best = 0;
  for (let at = 0; at < music.length; at++) {
    const likeness = dot(piece, loop, at, stride) / normAt(at);
    if (likeness <= best) continue;
    best = likeness;
    place = at;
  }
  const own = Math.sqrt(dot(piece, piece, 0, 1)) || 1;
  return dot(piece, loop, place, 1) / (own * normAt(place));
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
  let best = 0;
  for (const share of [0.5, 0.2, 0.8]) {
    const at = Math.round(from + share * (until - from - pieceFrames));
    best = Math.max(best, likenessOf(music, samples.subarray(at, at + pieceFrames)));
    if (best > 0.98) break;
  }
  return best;
};
