/** The call that this tab asked for: whoever leaves First steps, or loads it again, finds it while it goes on. */
import type { Schemas } from '../../api/client.ts';
import { forgetInTab, recallInTab, rememberInTab } from '../../remembered.ts';

export interface Order {
  readonly numberId: string;
  readonly agentId: string;
  readonly onBuiltInPhone: boolean;
}

export interface Rung {
  readonly call: Schemas['TestCall'];
  readonly order: Order;
}

const key = 'rung-call';
/** The call is listed at once; one that is not by then will not be. */
const toBeListedMs = 60_000;
/** Whoever comes back later finds the recording among the others. */
const justOverMs = 60_000;
const inTheMaking: readonly Schemas['Recording']['state'][] = ['planned', 'capturing', 'sealed'];

export const keepRung = (rung: Rung): void => rememberInTab(key, JSON.stringify(rung));
export const forgetRung = (): void => forgetInTab(key);

const isRung = (value: unknown): value is Rung =>
  typeof value === 'object' && value !== null && 'call' in value && 'order' in value;

export const keptRung = (): Rung | null => {
  try {
    const kept: unknown = JSON.parse(recallInTab(key) ?? 'null');
    return isRung(kept) ? kept : null;
  } catch {
    return null;
  }
};

/** What is known of a call that was asked for. */
export interface Found {
  readonly endedAt: string | null;
  readonly recordings: readonly { readonly state: Schemas['Recording']['state'] }[];
}

/** Whether it is still going on, or its recording is being made or just was. @param found null while the server lists no such call */
export const isFresh = (found: Found | null, askedAt: string, nowMs: number): boolean => {
  if (found === null) return nowMs - Date.parse(askedAt) < toBeListedMs;
  return (
    found.endedAt === null ||
    found.recordings.some(({ state }) => inTheMaking.includes(state)) ||
    nowMs - Date.parse(found.endedAt) < justOverMs
  );
};
