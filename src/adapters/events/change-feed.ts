import type { ChangeEvent, ChangeFeed } from '#ports/events.ts';
import type { Log } from '#ports/log.ts';

/** Tells every part of this process that something changed. A listener that throws is logged and does not keep the others from hearing. */
export const createChangeFeed = (log: Log): ChangeFeed => {
  const listeners = new Set<(event: ChangeEvent) => void>();
  return {
    publish: (event) => {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          log.error('events.listener-threw', { topic: event.topic, error: String(error) });
        }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
