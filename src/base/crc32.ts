const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/**
 * Check sum of ISO 3309 (the one of zip, PNG and Ethernet): tells accidents, not attackers.
 *
 * @param seed result over the bytes before these; 0 at the beginning
 * @returns 0–2^32−1
 */
export const crc32 = (bytes: Uint8Array, seed = 0): number => {
  let rest = ~seed;
  for (const byte of bytes) rest = (rest >>> 8) ^ (table[(rest ^ byte) & 0xff] ?? 0);
  return ~rest >>> 0;
};
