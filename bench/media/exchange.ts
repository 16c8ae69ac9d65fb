/** What the bench, its media server and its phones say to one another over the process channel. */

export interface PhonesReport {
  /** Packets sent by each leg. */
  readonly sent: readonly number[];
  /** Packets each leg heard. */
  readonly heard: readonly number[];
  /** From `send` of one phone to the handler of the other, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** The latest the sender itself was; above a packet time the pacing is no longer true. */
  readonly lateMs: number;
}

export interface ServerReport {
  /** Samples in each leg's journal, and those it counted as lost. */
  readonly frames: readonly number[];
  readonly lostFrames: readonly number[];
  /** Share of one core the whole server process took while the phones spoke, 0…1. */
  readonly cpu: number;
}

export type ToServer =
  | { readonly kind: 'open'; readonly calls: number; readonly phonePorts: readonly number[] }
  | { readonly kind: 'seal' };
export type FromServer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'opened'; readonly legPorts: readonly number[] }
  | { readonly kind: 'sealed'; readonly report: ServerReport };

export type ToPhones = {
  readonly kind: 'speak';
  readonly legPorts: readonly number[];
  readonly seconds: number;
};
export type FromPhones =
  | { readonly kind: 'bound'; readonly ports: readonly number[] }
  | { readonly kind: 'done'; readonly report: PhonesReport };

/** CLOCK_MONOTONIC in milliseconds, comparable between processes. */
const offsetMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
export const monoMs = (): number => performance.now() + offsetMs;

export const socketsOfPhones = 16;
export const packetFrames = 160;
