/** What the parts of the endpoint (incoming INVITE, outgoing INVITE, dialog usage) share. */
import type { Dialog } from './dialog.ts';
import type { Flow } from './flow.ts';
import type { SipRequest, SipResponse } from './message.ts';
import type { TimingWheel } from './timing-wheel.ts';
import type { TransactionLayer } from './transaction-layer.ts';
import type { SipTimers } from './transaction.ts';

/** Somebody who takes the requests of one dialog. */
export interface DialogUser {
  readonly dialog: Dialog;
  /** A request of the peer inside the dialog, ACK included, that no transaction absorbed. */
  receive(request: SipRequest, flow: Flow, now: number): void;
}

export interface AnswerOptions {
  readonly reason?: string;
  /** Added to To when the request has none. */
  readonly toTag?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: { readonly type: string; readonly bytes: Buffer } | null;
}

/** Words for the metric of messages that went nowhere. */
export type Oddity =
  | 'unparsable'
  | 'malformed'
  | 'invalid-response'
  | 'stray-response'
  | 'stray-ack'
  | 'merged'
  | 'unknown-dialog'
  | 'unsupported'
  | 'unanswered-offer';

/** Implemented by the endpoint. */
export interface EndpointCore {
  readonly timers: SipTimers;
  readonly wheel: TimingWheel;
  readonly layer: TransactionLayer;
  /** 0 ≤ x < 1, for the waiting times of a glare. */
  random(): number;
  transmit(flow: Flow, bytes: Buffer): void;
  /** A Via value of ours with a fresh branch. */
  newVia(flow: Flow): string;
  /** Our Contact value as a peer on this flow should use it. */
  contact(flow: Flow): string;
  answer(request: SipRequest, status: number, options?: AnswerOptions): SipResponse;
  addDialog(user: DialogUser): void;
  removeDialog(user: DialogUser): void;
  /** Points the dialog's flow at its next hop; nothing happens where that is beyond its reach. */
  follow(dialog: Dialog): void;
  /** For metrics: something went wrong that nobody else hears of. */
  noteOddity(what: Oddity, flow: Flow): void;
  /** Adds what every request of ours carries: Allow, Supported, User-Agent. */
  finishRequest(request: SipRequest): void;
}

/** `application/sdp`, the one body type whose meaning the endpoint knows. */
export const sdpType = 'application/sdp';

/** The session description of a message, or null when it has none. */
export const sdpOf = (message: SipRequest | SipResponse): Buffer | null => {
  if (message.body.length === 0) return null;
  const type = message.headers.get('Content-Type') ?? sdpType;
  return type.toLowerCase().startsWith(sdpType) ? message.body : null;
};

/** Puts a session description into a message. */
export const attachSdp = (message: SipRequest | SipResponse, sdp: Buffer): void => {
  message.headers.set('Content-Type', sdpType);
  message.body = sdp;
};
