/** First and last loud sample of each burst: what follows within a tenth of a second is still the same one. */
export const burstsOf = (samples: Int16Array): { first: number; last: number }[] => {
  const found: { first: number; last: number }[] = [];
  for (let i = 0; i < samples.length; i++) {
    if (Math.abs(samples[i] ?? 0) < 4000) continue;
    const open = found.at(-1);
    if (open && i - open.last < 800) open.last = i;
    else found.push({ first: i, last: i });
  }
  return found;
};
