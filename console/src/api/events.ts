/** What changed, as the server says it: answers that may be old are asked for again. */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { base } from './client.ts';

export type Freshness =
  | { readonly kind: 'live' }
  /** No notice arrives; what is shown may be old since then. */
  | { readonly kind: 'stale'; readonly since: number };

/** Which answers a topic makes old. */
const kept = {
  calls: ['calls', 'live'],
  recordings: ['recordings'],
  exports: ['exports'],
  alarms: ['alarms'],
  agents: ['agents', 'live'],
  settings: ['settings', 'queues', 'numbers', 'trunks', 'agents'],
  'voice-assets': ['voice-assets'],
  tasks: ['tasks', 'do-not-call', 'voice-assets', 'rosters'],
  rosters: ['rosters'],
  trunks: ['trunks'],
} as const;

/** A stream that the server ended with an error is opened again after this; the browser does so by itself after a lost connection. */
const REOPEN_MS = 5000;

/** A page that has just been drawn is left to its reader first. */
const FIRST_LOOK_MS = 1000;

const refresh = (queries: QueryClient, names: readonly string[]): void => {
  for (const name of names) void queries.invalidateQueries({ queryKey: [name] });
};

/** What was answered before: whatever happened between that and the opening of the stream was told to nobody. */
const refreshOld = (queries: QueryClient, beforeMs: number): void => {
  for (const name of new Set(Object.values(kept).flat()))
    void queries.invalidateQueries({
      queryKey: [name],
      predicate: ({ state }) => state.dataUpdatedAt < beforeMs,
    });
};

/** Keeps the stream open while the component lives. */
export const useChanges = (isWanted: boolean): Freshness => {
  const queries = useQueryClient();
  const [freshness, setFreshness] = useState<Freshness>({ kind: 'live' });
  useEffect(() => {
    if (!isWanted) return undefined;
    let source: EventSource | null = null;
    let reopen: ReturnType<typeof setTimeout> | undefined;
    let ask: ReturnType<typeof setTimeout> | undefined;
    let waitMs = FIRST_LOOK_MS;
    const open = (): void => {
      source = new EventSource(`${base}/events`);
      source.onopen = () => {
        clearTimeout(ask);
        ask = setTimeout(refreshOld, waitMs, queries, Date.now());
        waitMs = 0;
        setFreshness({ kind: 'live' });
      };
      source.onerror = () => {
        setFreshness((now) => (now.kind === 'stale' ? now : { kind: 'stale', since: Date.now() }));
        if (source?.readyState !== EventSource.CLOSED) return;
        void queries.invalidateQueries({ queryKey: ['session'] });
        reopen = setTimeout(open, REOPEN_MS);
      };
      for (const [topic, names] of Object.entries(kept))
        source.addEventListener(topic, () => refresh(queries, names));
    };
    open();
    return () => {
      clearTimeout(reopen);
      clearTimeout(ask);
      source?.close();
    };
  }, [isWanted, queries]);
  return freshness;
};
