/** Where our agents' phones can be reached now (RFC 3261 §10.3). */
import type { Flow } from './flow.ts';
import {
  callIdOf,
  contactExpiresOf,
  contactQOf,
  contactsOf,
  cseqOf,
  expiresOf,
} from './headers.ts';
import type { SipRequest } from './message.ts';
import type { NameAddr } from './name-addr.ts';
import { formatSipUri, sameSipUri, type SipUri } from './uri.ts';

/** One contact of one address of record. */
export interface Binding {
  readonly uri: SipUri;
  /** The flow that the REGISTER came on: the way back through a NAT, or the phone's connection. */
  readonly flow: Flow;
  readonly callId: string;
  readonly sequence: number;
  /** 0–1; higher is tried first. */
  readonly q: number;
  /** Monotonic milliseconds. */
  readonly expiresAt: number;
  /** Of an earlier life: it gives way to phones that register now. */
  readonly isRestored?: true;
}

export type RegisterOutcome =
  | { readonly ok: true; readonly bindings: readonly Binding[] }
  | {
      readonly ok: false;
      readonly status: number;
      readonly reason: string;
      readonly headers: readonly (readonly [string, string])[];
    };

export interface RegistrarLimits {
  readonly minExpiresSeconds: number;
  readonly maxExpiresSeconds: number;
  readonly defaultExpiresSeconds: number;
  /** Contacts of one address of record. */
  readonly contacts: number;
}

/** 60 s keeps NAT bindings of most routers alive, an hour bounds how long a dead phone is rung (RFC 3261 §10.2.1.1 default). */
export const defaultRegistrarLimits: RegistrarLimits = {
  minExpiresSeconds: 60,
  maxExpiresSeconds: 3600,
  defaultExpiresSeconds: 3600,
  contacts: 10,
};

const refusal = (
  status: number,
  reason: string,
  headers: readonly (readonly [string, string])[] = [],
): RegisterOutcome => ({ ok: false, status, reason, headers });

/** Bindings by address of record. Each REGISTER changes everything it asks for or nothing (RFC 3261 §10.3 step 7). */
export class Registrar {
  readonly #limits: RegistrarLimits;
  readonly #bindings = new Map<string, readonly Binding[]>();

  constructor(limits: RegistrarLimits = defaultRegistrarLimits) {
    this.#limits = limits;
  }

  /** What is bound at `now`, highest q first, then the newest. */
  bindings(addressOfRecord: string, now: number): readonly Binding[] {
    const kept = this.#bindings.get(addressOfRecord) ?? [];
    return kept.every((binding) => binding.expiresAt > now)
      ? kept
      : kept.filter((binding) => binding.expiresAt > now);
  }

  /** The REGISTER of somebody who may speak for this address of record; without Contact it only asks. */
  register(addressOfRecord: string, request: SipRequest, flow: Flow, now: number): RegisterOutcome {
    const present = this.bindings(addressOfRecord, now);
    const contacts = contactsOf(request);
    const outcome =
      contacts === '*'
        ? this.#removeAll(present, request)
        : this.#apply(present, contacts, request, flow, now);
    if (outcome.ok) this.#store(addressOfRecord, outcome.bindings);
    return outcome;
  }

  /** Takes a binding of an earlier life; one that is known by now stays as it is. */
  restore(addressOfRecord: string, binding: Binding): void {
    const present = this.#bindings.get(addressOfRecord) ?? [];
    if (present.some(({ uri }) => sameSipUri(uri, binding.uri))) return;
    this.#store(addressOfRecord, [...present, binding].slice(-this.#limits.contacts));
  }

  /** One contact is not there. @returns whether it was still bound as it was */
  drop(addressOfRecord: string, binding: Binding): boolean {
    const present = this.#bindings.get(addressOfRecord) ?? [];
    if (!present.includes(binding)) return false;
    this.#store(
      addressOfRecord,
      present.filter((each) => each !== binding),
    );
    return true;
  }

  /** Everything that is bound, by address of record. */
  all(): Iterable<[string, readonly Binding[]]> {
    return this.#bindings;
  }

  /** Drops what has run out. @returns the addresses of record that lost a contact */
  expire(now: number): string[] {
    return this.#keepOnly((binding) => binding.expiresAt > now);
  }

  /** A phone's connection closed: it cannot be rung on it. @returns the addresses of record that lost a contact */
  flowClosed(flow: Flow): string[] {
    return this.#keepOnly((binding) => binding.flow.key !== flow.key);
  }

  /** Nobody may be rung here as before: the agent is gone, or has another password. @returns whether a contact was lost */
  forget(addressOfRecord: string): boolean {
    return this.#bindings.delete(addressOfRecord);
  }

  /** `*` removes all, only with Expires: 0 (RFC 3261 §10.2.2). */
  #removeAll(present: readonly Binding[], request: SipRequest): RegisterOutcome {
    if (expiresOf(request) !== 0) return refusal(400, 'Contact: * needs Expires: 0');
    if (present.some((binding) => isOlder(request, binding)))
      return refusal(500, 'CSeq Out Of Order');
    return { ok: true, bindings: [] };
  }

  #apply(
    present: readonly Binding[],
    contacts: readonly NameAddr[],
    request: SipRequest,
    flow: Flow,
    now: number,
  ): RegisterOutcome {
    let next = [...present];
    for (const contact of contacts) {
      const { uri } = contact;
      if (uri.scheme !== 'sip' && uri.scheme !== 'sips')
        return refusal(400, 'Contact must be a SIP URI');
      const seconds = this.#secondsOf(contact, request);
      if (seconds > 0 && seconds < this.#limits.minExpiresSeconds) return this.#tooBrief();
      const previous = next.find((binding) => sameSipUri(binding.uri, uri));
      if (previous && isOlder(request, previous)) return refusal(500, 'CSeq Out Of Order');
      next = next.filter((binding) => binding !== previous);
      if (seconds > 0)
        next.push({
          uri,
          flow,
          callId: callIdOf(request),
          sequence: cseqOf(request).number,
          q: contactQOf(contact),
          expiresAt: now + seconds * 1000,
        });
    }
    if (next.length > this.#limits.contacts) next = next.filter((each) => each.isRestored !== true);
    if (next.length > this.#limits.contacts) return refusal(403, 'Too Many Contacts');
    return { ok: true, bindings: next };
  }

  #secondsOf(contact: NameAddr, request: SipRequest): number {
    const asked =
      contactExpiresOf(contact) ?? expiresOf(request) ?? this.#limits.defaultExpiresSeconds;
    return Math.min(asked, this.#limits.maxExpiresSeconds);
  }

  #tooBrief(): RegisterOutcome {
    const seconds = String(this.#limits.minExpiresSeconds);
    return refusal(423, 'Interval Too Brief', [['Min-Expires', seconds]]);
  }

  #store(addressOfRecord: string, bindings: readonly Binding[]): void {
    if (bindings.length === 0) this.#bindings.delete(addressOfRecord);
    else
      this.#bindings.set(
        addressOfRecord,
        [...bindings].sort((a, b) => b.q - a.q || b.expiresAt - a.expiresAt),
      );
  }

  #keepOnly(isKept: (binding: Binding) => boolean): string[] {
    const changed: string[] = [];
    for (const [addressOfRecord, bindings] of this.#bindings) {
      const kept = bindings.filter(isKept);
      if (kept.length === bindings.length) continue;
      changed.push(addressOfRecord);
      this.#store(addressOfRecord, kept);
    }
    return changed;
  }
}

/** Same Call-ID and no higher CSeq: an old REGISTER that comes late (RFC 3261 §10.3 step 7). */
const isOlder = (request: SipRequest, binding: Binding): boolean =>
  callIdOf(request) === binding.callId && cseqOf(request).number <= binding.sequence;

/** The Contact values of the 200: every binding with the seconds it has left (RFC 3261 §10.3 step 8). */
export const bindingHeaders = (
  bindings: readonly Binding[],
  now: number,
): (readonly [string, string])[] =>
  bindings.map((binding) => {
    const seconds = Math.max(0, Math.round((binding.expiresAt - now) / 1000));
    const q = binding.q === 1 ? '' : `;q=${binding.q}`;
    return ['Contact', `<${formatSipUri(binding.uri)}>;expires=${seconds}${q}`];
  });
