/** Finds the transaction of every message (RFC 3261 §17.1.3, §17.2.3) and keeps the tables of those that live. */
import type { Flow } from './flow.ts';
import { callIdOf, cseqOf, fromOf, toOf, topVia } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import type { TimingWheel } from './timing-wheel.ts';
import { makeAckForRefusal } from './transaction-ack.ts';
import { ClientTransaction } from './transaction-client.ts';
import { InviteClientTransaction } from './transaction-client-invite.ts';
import type { ClientUser } from './transaction-client-machine.ts';
import { ServerTransaction } from './transaction-server.ts';
import { InviteServerTransaction } from './transaction-server-invite.ts';
import type { SipTimers, Transaction, TransactionHost } from './transaction.ts';
import { writeMessage } from './write.ts';

export interface TransactionLayerOptions {
  readonly timers: SipTimers;
  readonly wheel: TimingWheel;
  readonly transmit: (flow: Flow, bytes: Buffer) => void;
}

const magicCookie = 'z9hG4bK';

/** Key of the server transaction that a request belongs to; an ACK and its INVITE have the same one. */
const serverKeyOf = (request: SipRequest, method: string): string => {
  const via = topVia(request);
  const matched = method === 'ACK' ? 'INVITE' : method;
  const sentBy = `${via.host}:${via.port ?? ''}`;
  if (via.branch?.startsWith(magicCookie) === true) return `${via.branch}|${sentBy}|${matched}`;
  // Elements of RFC 2543 choose no unique branch: §17.2.3, second half. The To tag is left out, since only an ACK adds it.
  const { number } = cseqOf(request);
  const from = fromOf(request).tag ?? '';
  return `${callIdOf(request)}|${number}|${from}|${request.uri}|${sentBy}|${matched}`;
};

/** What stays the same when one request reaches us on two paths (RFC 3261 §8.2.2.2). */
const mergeKeyOf = (request: SipRequest): string => {
  const { number, method } = cseqOf(request);
  return `${callIdOf(request)}|${fromOf(request).tag ?? ''}|${number}|${method}`;
};

/** Client and server transactions of one endpoint. */
export class TransactionLayer implements TransactionHost {
  readonly timers: SipTimers;
  readonly #wheel: TimingWheel;
  readonly #transmit: (flow: Flow, bytes: Buffer) => void;
  readonly #clients = new Map<string, ClientTransaction | InviteClientTransaction>();
  readonly #servers = new Map<string, ServerTransaction | InviteServerTransaction>();
  /** Merge key → server key, for requests outside a dialog only. */
  readonly #merged = new Map<string, string>();
  readonly #mergeKeys = new WeakMap<Transaction, string>();
  /** Only connections end audibly, so only theirs are indexed. */
  readonly #byConnection = new Map<string, Set<Transaction>>();

  constructor(options: TransactionLayerOptions) {
    this.timers = options.timers;
    this.#wheel = options.wheel;
    this.#transmit = options.transmit;
  }

  /** Transactions that live, on both sides. */
  get size(): number {
    return this.#clients.size + this.#servers.size;
  }

  transmit(flow: Flow, bytes: Buffer): void {
    this.#transmit(flow, bytes);
  }

  schedule(transaction: Transaction, dueAt: number): void {
    this.#wheel.schedule(transaction, dueAt);
  }

  ended(transaction: Transaction): void {
    if (this.#clients.get(transaction.key) === transaction) this.#clients.delete(transaction.key);
    if (this.#servers.get(transaction.key) === transaction) this.#servers.delete(transaction.key);
    const mergeKey = this.#mergeKeys.get(transaction);
    if (mergeKey !== undefined) this.#merged.delete(mergeKey);
    if (!transaction.flow.reliable) return;
    const siblings = this.#byConnection.get(transaction.flow.key);
    siblings?.delete(transaction);
    if (siblings?.size === 0) this.#byConnection.delete(transaction.flow.key);
  }

  /** @returns false when no transaction waits for this response: drop and count it */
  receiveResponse(response: SipResponse, now: number): boolean {
    const branch = topVia(response).branch ?? '';
    const client = this.#clients.get(`${branch}|${cseqOf(response).method}`);
    if (client === undefined) return false;
    client.receive(response, now);
    return true;
  }

  /**
   * Gives a request to the transaction it repeats or acknowledges.
   *
   * @returns true when it was absorbed; false when it is new (or the ACK of a 2xx) and somebody has to look at it
   */
  absorb(request: SipRequest, now: number): boolean {
    const server = this.#servers.get(serverKeyOf(request, request.method));
    if (server === undefined) return false;
    if (request.method !== 'ACK') {
      server.receiveAgain();
      return true;
    }
    return server instanceof InviteServerTransaction && server.receiveAck(now);
  }

  /** True for the same request, come by another path, of a transaction that lives: answer 482. */
  isMerged(request: SipRequest): boolean {
    if (request.method === 'ACK' || toOf(request).tag !== null) return false;
    const key = this.#merged.get(mergeKeyOf(request));
    return key !== undefined && key !== serverKeyOf(request, request.method);
  }

  /** The INVITE that a CANCEL speaks of, while its transaction lives (RFC 3261 §9.2). */
  inviteOf(cancel: SipRequest): InviteServerTransaction | undefined {
    const server = this.#servers.get(serverKeyOf(cancel, 'INVITE'));
    return server instanceof InviteServerTransaction ? server : undefined;
  }

  openInvite(request: SipRequest, flow: Flow): InviteServerTransaction {
    const server = new InviteServerTransaction(serverKeyOf(request, 'INVITE'), flow, this);
    this.#keepServer(server, request);
    return server;
  }

  open(request: SipRequest, flow: Flow): ServerTransaction {
    const server = new ServerTransaction(serverKeyOf(request, request.method), flow, this);
    this.#keepServer(server, request);
    return server;
  }

  /** Sends an INVITE whose top Via carries a fresh branch of ours. */
  sendInvite(
    request: SipRequest,
    flow: Flow,
    user: ClientUser,
    now: number,
  ): InviteClientTransaction {
    const client = new InviteClientTransaction(
      {
        key: `${topVia(request).branch ?? ''}|INVITE`,
        flow,
        bytes: writeMessage(request),
        makeAck: (response) => writeMessage(makeAckForRefusal(request, response)),
      },
      user,
      this,
    );
    this.#keepClient(client);
    client.start(now);
    return client;
  }

  /** Sends any request but INVITE and ACK; its top Via carries a branch of ours (CANCEL: that of its INVITE). */
  send(request: SipRequest, flow: Flow, user: ClientUser, now: number): ClientTransaction {
    const key = `${topVia(request).branch ?? ''}|${request.method}`;
    const client = new ClientTransaction({ key, flow, bytes: writeMessage(request) }, user, this);
    this.#keepClient(client);
    client.start(now);
    return client;
  }

  /** A connection is gone: everything that waits on it hears so. */
  flowFailed(flow: Flow, now: number): void {
    for (const transaction of [...(this.#byConnection.get(flow.key) ?? [])])
      transaction.flowFailed(now);
  }

  #keepServer(server: ServerTransaction | InviteServerTransaction, request: SipRequest): void {
    this.#servers.set(server.key, server);
    this.#index(server);
    if (toOf(request).tag !== null) return;
    const mergeKey = mergeKeyOf(request);
    this.#merged.set(mergeKey, server.key);
    this.#mergeKeys.set(server, mergeKey);
  }

  #keepClient(client: ClientTransaction | InviteClientTransaction): void {
    this.#clients.set(client.key, client);
    this.#index(client);
  }

  #index(transaction: Transaction): void {
    if (!transaction.flow.reliable) return;
    const siblings = this.#byConnection.get(transaction.flow.key);
    if (siblings) siblings.add(transaction);
    else this.#byConnection.set(transaction.flow.key, new Set([transaction]));
  }
}
