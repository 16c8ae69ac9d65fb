/** Small choices of one browser (language, speed). Storage can be forbidden; then a choice lasts as long as the page. */
const forgotten = new Map<string, string>();

export const recall = (key: string): string | null => {
  try {
    return localStorage.getItem(`callreel.${key}`);
  } catch {
    return forgotten.get(key) ?? null;
  }
};

export const remember = (key: string, value: string): void => {
  forgotten.set(key, value);
  try {
    localStorage.setItem(`callreel.${key}`, value);
  } catch {
    // Kept above for the life of the page.
  }
};
