import { MPEGDecoder } from 'mpg123-decoder';
import { encodeG711 } from '#audio/g711.ts';
import { decodeWav } from '#audio/container/wav.ts';
import { measureSound } from '#audio/sound-measure.ts';
import type { AssetFormat, PreparedAudio } from '#ports/voice-assets.ts';

const toSixteenBits = (samples: Float32Array): Int16Array => {
  const out = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const value = Math.round((samples[i] ?? 0) * 32_768);
    out[i] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
  }
  return out;
};

/** A decoder of its own for each file: nothing of one upload can be heard in the next. */
const decodeMp3 = async (bytes: Uint8Array): Promise<Int16Array | null> => {
  const decoder = new MPEGDecoder();
  try {
    await decoder.ready;
    const { channelData, samplesDecoded, sampleRate } = decoder.decode(bytes);
    const [mono] = channelData;
    return mono && samplesDecoded > 0 && sampleRate === 8000 ? toSixteenBits(mono) : null;
  } finally {
    decoder.free();
  }
};

const decode = async (format: AssetFormat, bytes: Uint8Array): Promise<Int16Array | null> => {
  if (format === 'mp3') return decodeMp3(bytes);
  const read = decodeWav(bytes);
  return read.ok ? (read.value.channels[0] ?? null) : null;
};

/**
 * Blocks its thread for tens of milliseconds; on hostile bytes perhaps for ever.
 *
 * @param bytes a file that passed the rules: 8,000 Hz, mono
 * @returns null when no sound comes out of it
 */
export const prepareAudio = async (
  format: AssetFormat,
  bytes: Uint8Array,
): Promise<PreparedAudio | null> => {
  const samples = await decode(format, bytes);
  if (!samples || samples.length === 0) return null;
  const ulaw = new Uint8Array(samples.length);
  encodeG711('PCMU', samples, ulaw);
  return { ulaw, sound: measureSound(samples) };
};
