/** A WAV file (PCM16, 8 kHz, mono) with one steady tone, for phones that play files. Amplitude 0.4 of full scale. */
export const toneWav = (toneHz: number, seconds: number): Buffer => {
  const frames = Math.round(seconds * 8000);
  const file = Buffer.alloc(44 + frames * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + frames * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8000, 24);
  file.writeUInt32LE(16_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(frames * 2, 40);
  for (let i = 0; i < frames; i++) {
    const sample = Math.round(0.4 * 32_767 * Math.sin((2 * Math.PI * toneHz * i) / 8000));
    file.writeInt16LE(sample, 44 + i * 2);
  }
  return file;
};
