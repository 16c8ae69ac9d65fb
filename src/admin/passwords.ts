import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Fault } from '#base/fault.ts';

/** scrypt with N = 2^`logN`, block size `r`, `p` passes: memory 128 · N · r bytes. */
export interface PasswordCost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about a quarter of a second; OWASP Password Storage Cheat Sheet 2026, second of its equivalent scrypt settings. */
export const defaultCost: PasswordCost = { logN: 15, r: 8, p: 3 };

const KEY_BYTES = 32;

/** Two at a time: more would take the thread pool from the disk, and 32 MiB each from the machine. */
const MAX_RUNNING = 2;
/** At a quarter of a second each, the last of these waits six seconds. */
const MAX_WAITING = 50;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long for `stored` null (no such user) as for a wrong password. */
  matches(password: string, stored: string | null): Promise<boolean>;
}

/**
 * Hashes and checks passwords, a few at a time.
 *
 * Both operations throw the Fault `api/busy` (retry later) when too many wait already.
 */
export const createPasswords = (cost: PasswordCost = defaultCost): Passwords => {
  let running = 0;
  const waiting: (() => void)[] = [];

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= MAX_RUNNING) {
      if (waiting.length >= MAX_WAITING)
        throw new Fault('api/busy', 'too many sign-ins at once', { retry: 'later' });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      // The turn is handed over without being given back, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };

  const derive = (password: string, salt: Buffer, { logN, r, p }: PasswordCost): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const N = 2 ** logN;
      scrypt(
        password.normalize('NFKC'),
        salt,
        KEY_BYTES,
        { N, r, p, maxmem: 256 * N * r },
        (error, key) => {
          if (error) reject(error);
          else resolve(key);
        },
      );
    });

  const write = (salt: Buffer, key: Buffer): string =>
    [
      'scrypt',
      cost.logN,
      cost.r,
      cost.p,
      salt.toString('base64url'),
      key.toString('base64url'),
    ].join('$');

  /** What is compared with when there is no user. */
  const nobody = write(randomBytes(16), randomBytes(KEY_BYTES));

  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(16);
        return write(salt, await derive(password, salt, cost));
      }),
    matches: (password, stored) =>
      inTurn(async () => {
        const [scheme, logN, r, p, salt = '', key = ''] = (stored ?? nobody).split('$');
        if (scheme !== 'scrypt') return false;
        const wanted = Buffer.from(key, 'base64url');
        const costs = { logN: Number(logN), r: Number(r), p: Number(p) };
        const found = await derive(password, Buffer.from(salt, 'base64url'), costs);
        return found.length === wanted.length && timingSafeEqual(found, wanted) && stored !== null;
      }),
  };
};
