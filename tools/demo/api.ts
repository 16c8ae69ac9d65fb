/** The public API as any program uses it: a key, JSON, nothing of the inside. */

export interface CallRow {
  readonly id: string;
  readonly outcome: string;
  readonly outcomeReason: string | null;
  readonly endStatus: string | null;
}

export interface RecordingRow {
  readonly id: string;
  readonly state: string;
  readonly salvaged: boolean;
  readonly failureReason: string | null;
}

export interface RecordingFacts extends RecordingRow {
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly timeline:
    | readonly {
        readonly kind: string;
        readonly participant: number;
        readonly reason?: string;
        readonly mediaMs: { readonly from: number; readonly to: number };
      }[]
    | null;
  readonly tracks: readonly { readonly participant: number; readonly kind: string }[];
  readonly renditions: readonly {
    readonly rendition: string;
    readonly format: string;
    readonly sizeBytes: number;
    readonly sha256: string;
  }[];
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Asks once; throws with the problem's own words. */
const ask = async (
  url: string,
  init: RequestInit & { readonly headers: Record<string, string> },
): Promise<Response> => {
  const answer = await fetch(url, init);
  if (answer.ok) return answer;
  const text = await answer.text();
  throw new Error(`${init.method ?? 'GET'} ${new URL(url).pathname}: ${answer.status} ${text}`);
};

export class Api {
  readonly url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.url = url.replace(/\/$/, '');
    this.#key = key;
  }

  /** Signs in once and makes a key, as an administrator does in the console. */
  static async signIn(url: string, email: string, password: string): Promise<Api> {
    const json = { 'content-type': 'application/json' };
    const signed = await ask(`${url}/api/v1/sessions`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ email, password }),
    });
    const { csrfToken } = (await signed.json()) as { csrfToken: string };
    const cookie = signed.headers
      .getSetCookie()
      .map((line) => line.split(';')[0] ?? '')
      .join('; ');
    const made = await ask(`${url}/api/v1/api-keys`, {
      method: 'POST',
      headers: { ...json, cookie, 'x-csrf-token': csrfToken },
      body: JSON.stringify({ name: 'Demo', role: 'admin' }),
    });
    return new Api(url, ((await made.json()) as { key: string }).key);
  }

  async get<T>(path: string): Promise<T> {
    return (await this.#ask('GET', path)).json() as Promise<T>;
  }

  async send<T>(method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown): Promise<T> {
    return (await this.#ask(method, path, body)).json() as Promise<T>;
  }

  async bytes(path: string): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#ask('GET', path)).arrayBuffer());
  }

  async remove(path: string): Promise<void> {
    await this.#ask('DELETE', path);
  }

  /** The first row of a list that fits. */
  async find<T>(path: string, fits: (row: T) => boolean): Promise<T | undefined> {
    for (let cursor: string | null = null; ;) {
      const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const separator = path.includes('?') ? '&' : '?';
      const page: Page<T> = await this.get(`${path}${separator}limit=200${more}`);
      const found = page.items.find(fits);
      if (found !== undefined || page.nextCursor === null) return found;
      cursor = page.nextCursor;
    }
  }

  #ask(method: string, path: string, body?: unknown): Promise<Response> {
    return ask(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}

/** Asks again and again until there is an answer; throws with `what` after the deadline. */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined>,
  deadlineMs = 15_000,
): Promise<T> => {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end)
      throw new Error(`waited ${deadlineMs / 1000} s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};
