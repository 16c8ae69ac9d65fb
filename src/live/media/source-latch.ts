import { SocketAddress } from 'node:net';

/**
 * A source other than the signalled one is believed for this long before it is fixed: a stranger who was first gives way to the
 * signalled source as soon as that is heard.
 */
const provisionalMs = 3_000;

/** One text per IPv6 address, as the socket reports it. */
const canonical = (address: string): string =>
  address.includes(':') ? new SocketAddress({ address, family: 'ipv6' }).address : address;

/**
 * Decides whose packets are the peer's. The signalled source is taken at once; behind NAT the first valid packet tells the real
 * one (symmetric RTP, RFC 4961), on probation; everybody else is a stranger.
 */
export class SourceLatch {
  /** Where to send: the source heard, or the signalled one before. Empty = nowhere yet. */
  address = '';
  port = 0;
  #signalledAddress = '';
  #signalledPort = 0;
  #state: 'waiting' | 'provisional' | 'firm' = 'waiting';
  #sinceMs = 0;
  /** Set once the peer was heard: afterwards only its host may move to another port. */
  #knownAddress = '';

  /** True when the kernel may filter from now on. */
  get isFirm(): boolean {
    return this.#state === 'firm';
  }

  get isLatched(): boolean {
    return this.#state !== 'waiting';
  }

  /** Takes the address of a description. @returns true when the peer moved and has to be found anew */
  signal(address: string, port: number): boolean {
    const next = canonical(address);
    if (next === this.#signalledAddress && port === this.#signalledPort) return false;
    this.#signalledAddress = next;
    this.#signalledPort = port;
    this.#state = 'waiting';
    this.#knownAddress = '';
    this.address = next;
    this.port = port;
    return true;
  }

  /** The peer fell silent: it may come back from another port of a known host (its NAT forgot it). */
  reopen(): void {
    if (this.#state === 'waiting') return;
    this.#knownAddress = this.address;
    this.#state = 'waiting';
  }

  /** Whether a packet of this source is the peer's; may latch. */
  accepts(address: string, port: number, nowMs: number): boolean {
    if (this.#state !== 'waiting' && port === this.port && address === this.address) {
      if (this.#state === 'provisional' && nowMs - this.#sinceMs >= provisionalMs)
        this.#state = 'firm';
      return true;
    }
    if (this.#state === 'firm' || this.#signalledAddress === '') return false;
    const isSignalled = port === this.#signalledPort && address === this.#signalledAddress;
    if (!isSignalled && (this.#state === 'provisional' || !this.#mayLatch(address))) return false;
    this.address = address;
    this.port = port;
    this.#state = isSignalled ? 'firm' : 'provisional';
    this.#sinceMs = nowMs;
    return true;
  }

  #mayLatch(address: string): boolean {
    return (
      this.#knownAddress === '' ||
      address === this.#knownAddress ||
      address === this.#signalledAddress
    );
  }
}
