/**
 * The way a message came in and the way an answer goes out: one UDP peer seen from our socket, or one TCP connection. Every
 * outgoing message names its flow, so that nothing below has to guess a route (the idea of RFC 5626 §4, without its headers).
 */
export interface Flow {
  readonly transport: 'udp' | 'tcp';
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Reliable transports need no retransmission: timers A, E, G are off and D, I, J, K are zero (RFC 3261 §17). */
  readonly reliable: boolean;
  /** Same peer, same socket, same key: `udp:192.0.2.1:5060`, `tcp:192.0.2.1:40112#7`. For tables and logs. */
  readonly key: string;
}
