/** Sockets as signalling needs them: UDP and TCP flows of one SIP address. */
import type { Flow } from '#protocol/sip/flow.ts';

export interface SipTransport {
  /**
   * Opens UDP and TCP on one port. Once only.
   *
   * @param port 0 = any
   * @returns the port that both got
   * @throws {Fault} `sip/port-taken` naming the option that changes it, `sip/listen` for any other reason
   */
  listen(
    address: { readonly host: string; readonly port: number },
    receiver: SipReceiver,
  ): Promise<{ readonly port: number }>;
  /** Never waits and never throws; on a flow that is gone, `onFlowClosed` follows. */
  send(flow: Flow, bytes: Buffer): void;
  /** The flow to a UDP peer from our socket. */
  datagramFlow(address: string, port: number): Flow;
  /**
   * The flow to a next hop: at once for a UDP address or an open connection, later when a name or a connection is needed.
   * Null: it cannot be reached, or may not.
   */
  findFlow(hop: SipHop): Flow | Promise<Flow | null>;
  /** Closes sockets and connections; what was sent before still leaves. Idempotent. */
  close(): Promise<void>;
}

export interface SipHop {
  readonly transport: 'udp' | 'tcp';
  /** IP address (IPv6 without brackets) or DNS name. */
  readonly host: string;
  readonly port: number;
  /** An administrator of a tenant or a trunk's peer chose the host: it may not be on this machine or its link. */
  readonly isForeign?: boolean;
}

export interface SipReceiver {
  /** One datagram, or one message cut out of a connection's stream; the receiver owns the bytes. */
  onMessage(flow: Flow, bytes: Buffer, arrivedAtMonoMs: number): void;
  /** The connection is gone; nothing comes and nothing leaves any more. Once per flow. */
  onFlowClosed(flow: Flow): void;
}
