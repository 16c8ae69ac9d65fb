/** Keeps one dialog refreshed, or notices that the peer no longer does (RFC 4028 §10). */
import type { Dialog } from './dialog.ts';
import type { EndpointCore } from './endpoint-core.ts';
import { tokensOf } from './headers.ts';
import type { SipMessage, SipRequest, SipResponse } from './message.ts';
import {
  agreedTerms,
  askTerms,
  preferredSeconds,
  SessionTimer,
  type SessionTerms,
} from './session-timer.ts';

export interface RefreshUser {
  /** Refresh by re-INVITE with the session description that is in force. */
  reoffer(sdp: Buffer, now: number): void;
  /** No refresh came, or the peer no longer knows the dialog. */
  lost(why: string, now: number): void;
  /** Puts credentials on a repetition of `request`; null or false when there are none. */
  readonly authorize: ((request: SipRequest, challenge: SipResponse) => boolean) | null;
}

/** The session timer of one INVITE usage. */
export class SessionRefresh {
  /** What we last sent as offer or answer: a refresh by re-INVITE repeats it. */
  localSdp: Buffer = Buffer.alloc(0);
  readonly #core: EndpointCore;
  readonly #dialog: Dialog;
  readonly #user: RefreshUser;
  readonly #timer: SessionTimer;
  #peerKnowsUpdate = false;
  #isStopped = false;

  constructor(core: EndpointCore, dialog: Dialog, user: RefreshUser) {
    this.#core = core;
    this.#dialog = dialog;
    this.#user = user;
    this.#timer = new SessionTimer(core.wheel, {
      onRefresh: (now) => this.#refresh(now),
      onExpired: (now) => user.lost('the peer stopped refreshing the call', now),
    });
  }

  get terms(): SessionTerms | null {
    return this.#timer.terms;
  }

  /** What the peer said of itself when the dialog was made. */
  learn(message: SipMessage, localSdp: Buffer): void {
    this.#peerKnowsUpdate = tokensOf(message, 'Allow').includes('update');
    this.localSdp = localSdp;
  }

  start(terms: SessionTerms, now: number): void {
    if (!this.#isStopped) this.#timer.start(terms, now);
  }

  /** After a 2xx to an INVITE or UPDATE of ours. */
  agreed(response: SipResponse, now: number): void {
    const asked = this.terms ?? { seconds: preferredSeconds, weRefresh: true };
    this.start(agreedTerms(response, asked), now);
  }

  /** The dialog ends. Idempotent. */
  stop(): void {
    this.#isStopped = true;
    this.#timer.stop();
  }

  /** UPDATE where the peer knows it: it moves no media. Else a re-INVITE that changes nothing. */
  #refresh(now: number): void {
    const { terms } = this;
    if (terms === null || this.#isStopped) return;
    // Should the answer get lost, the next attempt comes at the same distance.
    this.#timer.start(terms, now);
    if (!this.#peerKnowsUpdate) {
      this.#user.reoffer(this.localSdp, now);
      return;
    }
    const dialog = this.#dialog;
    const request = dialog.makeRequest('UPDATE', this.#core.newVia(dialog.flow));
    request.headers.append('Contact', this.#core.contact(dialog.flow));
    request.headers.append('Supported', 'timer');
    for (const [name, value] of askTerms(terms)) request.headers.append(name, value);
    this.#core.finishRequest(request);
    this.#send(request, true, now);
  }

  #send(request: SipRequest, mayAuthorize: boolean, now: number): void {
    this.#core.layer.send(
      request,
      this.#dialog.flow,
      {
        onResponse: (response, at) => {
          const { status } = response;
          if (status < 200 || this.#isStopped) return;
          const isChallenge = status === 401 || status === 407;
          if (!isChallenge) this.#receive(response, at);
          // Without credentials that please it, the peer's own timer decides.
          else if (mayAuthorize && this.#user.authorize?.(request, response) === true) {
            request.headers.set('CSeq', `${++this.#dialog.localSequence} UPDATE`);
            request.headers.set('Via', this.#core.newVia(this.#dialog.flow));
            this.#send(request, false, at);
          }
        },
        onFailure: (_why, at) => this.#user.lost('the peer did not answer a refresh', at),
      },
      now,
    );
  }

  #receive(response: SipResponse, now: number): void {
    const { status } = response;
    if (status < 300) this.agreed(response, now);
    else if (status === 481 || status === 408)
      this.#user.lost('the peer no longer knows this dialog', now);
    else if (status === 405 || status === 501) {
      this.#peerKnowsUpdate = false;
      this.#user.reoffer(this.localSdp, now);
    }
  }
}
