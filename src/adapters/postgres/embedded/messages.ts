/** What the main thread and the database thread say to one another. Everything here survives a structured clone. */
import type { SqlErrorReport } from '../errors.ts';

export interface DatabaseThreadData {
  /** Absolute path of the folder PostgreSQL keeps its files in. */
  readonly folder: string;
}

export type DatabaseRequest = { readonly id: number } & (
  | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  /** Several statements, no parameters. */
  | { readonly kind: 'script'; readonly sql: string }
  | { readonly kind: 'listen'; readonly channel: string }
  | { readonly kind: 'close' }
);

export type DatabaseReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'notice'; readonly channel: string; readonly payload: string }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly rows: unknown[];
      readonly command: string | null;
      readonly affectedRows: number | null;
    }
  | { readonly kind: 'refused'; readonly id: number; readonly error: SqlErrorReport };
