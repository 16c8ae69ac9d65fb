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

/** What one tab of the browser knows until it is closed; as above where storage is forbidden. */
export const recallInTab = (key: string): string | null => {
  try {
    return sessionStorage.getItem(`callreel.${key}`);
  } catch {
    return forgotten.get(`tab ${key}`) ?? null;
  }
};

export const rememberInTab = (key: string, value: string): void => {
  forgotten.set(`tab ${key}`, value);
  try {
    sessionStorage.setItem(`callreel.${key}`, value);
  } catch {
    // Kept above for the life of the page.
  }
};

export const forgetInTab = (key: string): void => {
  forgotten.delete(`tab ${key}`);
  try {
    sessionStorage.removeItem(`callreel.${key}`);
  } catch {
    // Nothing was kept there.
  }
};
