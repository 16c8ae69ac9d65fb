export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One JSON line per event. No secrets, no audio; telephone numbers are masked by the implementation. */
export interface Log {
  debug(event: string, facts?: Readonly<Record<string, unknown>>): void;
  info(event: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(event: string, facts?: Readonly<Record<string, unknown>>): void;
  error(event: string, facts?: Readonly<Record<string, unknown>>): void;
}
