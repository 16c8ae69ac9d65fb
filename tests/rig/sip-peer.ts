/** A SIP peer on a real socket that does what the test says, message by message, and nothing by itself. */
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { answerChallenge } from '#protocol/sip/digest.ts';
import { makeRequest, makeResponse } from '#protocol/sip/make.ts';
import type { SipMessage, SipRequest, SipResponse } from '#protocol/sip/message.ts';
import { parseMessage } from '#protocol/sip/parse.ts';
import { StreamFramer } from '#protocol/sip/stream-framer.ts';
import { newBranch, newCallId, newTag } from '#protocol/sip/tokens.ts';
import { writeMessage } from '#protocol/sip/write.ts';

/** Anything on loopback answers within milliseconds; a busy machine within this. */
const deadlineMs = 5000;

export interface RequestOptions {
  readonly from?: string;
  readonly to?: string;
  readonly uri?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly via?: string;
  /** Value of Contact; by default where this peer listens. */
  readonly contact?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly sdp?: string;
}

/** `INVITE`, or `200 INVITE`. */
const wordOf = (message: SipMessage): string =>
  message.kind === 'request'
    ? message.method
    : `${message.status} ${message.headers.get('CSeq')?.split(' ')[1] ?? ''}`;

export class SipPeer {
  readonly #inbox: SipMessage[] = [];
  readonly #write: (bytes: Buffer) => void;
  readonly #end: () => void;
  readonly transport: 'udp' | 'tcp';
  readonly port: number;
  readonly serverPort: number;
  /** As a URI writes it. */
  readonly host: string;
  #wake: () => void = () => undefined;

  private constructor(parts: {
    readonly transport: 'udp' | 'tcp';
    readonly port: number;
    readonly serverPort: number;
    readonly host?: string;
    readonly write: (bytes: Buffer) => void;
    readonly end: () => void;
  }) {
    this.transport = parts.transport;
    this.port = parts.port;
    this.serverPort = parts.serverPort;
    this.host = parts.host ?? '127.0.0.1';
    this.#write = parts.write;
    this.#end = parts.end;
  }

  static async udp(serverPort: number, port = 0, address = '127.0.0.1'): Promise<SipPeer> {
    const isIpv6 = address.includes(':');
    const socket: DatagramSocket = createSocket(isIpv6 ? 'udp6' : 'udp4');
    await new Promise<void>((resolve) => socket.bind(port, address, resolve));
    const peer = new SipPeer({
      transport: 'udp',
      port: socket.address().port,
      serverPort,
      host: isIpv6 ? `[${address}]` : address,
      write: (bytes) => socket.send(bytes, serverPort, address),
      end: () => socket.close(),
    });
    socket.on('message', (bytes: Buffer) => peer.#take(bytes));
    return peer;
  }

  static async tcp(serverPort: number): Promise<SipPeer> {
    const socket: Socket = connect(serverPort, '127.0.0.1');
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const framer = new StreamFramer();
    const peer = new SipPeer({
      transport: 'tcp',
      port: socket.localPort ?? 0,
      serverPort,
      write: (bytes) => socket.write(bytes),
      end: () => socket.destroy(),
    });
    socket.on('data', (chunk: Buffer) => {
      for (const frame of framer.push(chunk)) if (frame.kind === 'message') peer.#take(frame.bytes);
    });
    return peer;
  }

  close(): void {
    this.#end();
  }

  send(message: SipMessage): void {
    this.#write(writeMessage(message));
  }

  sendBytes(bytes: Buffer): void {
    this.#write(bytes);
  }

  get contact(): string {
    return `<sip:peer@${this.host}:${this.port}${this.transport === 'tcp' ? ';transport=tcp' : ''}>`;
  }

  via(): string {
    return `SIP/2.0/${this.transport.toUpperCase()} ${this.host}:${this.port};rport;branch=${newBranch()}`;
  }

  /** Sends a request and returns it. */
  request(method: string, options: RequestOptions = {}): SipRequest {
    const request = makeRequest({
      method,
      uri: options.uri ?? `sip:1000@${this.host}:${this.serverPort}`,
      via: options.via ?? this.via(),
      from: options.from ?? `"Customer" <sip:+15550100@${this.host}:${this.port}>;tag=${newTag()}`,
      to: options.to ?? `<sip:1000@${this.host}:${this.serverPort}>`,
      callId: options.callId ?? newCallId(),
      cseq: options.cseq ?? 1,
      extra: [
        ...(method === 'ACK' || method === 'BYE'
          ? []
          : [['Contact', options.contact ?? this.contact] as const]),
        ...(options.headers ?? []),
      ],
      ...(options.sdp !== undefined && {
        content: { type: 'application/sdp', bytes: Buffer.from(options.sdp) },
      }),
    });
    this.send(request);
    return request;
  }

  /** The same request with credentials for this 401 or 407. */
  authorized(
    request: SipRequest,
    challenge: SipResponse,
    who: { readonly username: string; readonly password: string },
    algorithm?: string,
  ): SipRequest {
    const rows = challenge.headers
      .rows('WWW-Authenticate')
      .filter((row) => algorithm === undefined || row.includes(`algorithm=${algorithm}`));
    const { method, uri } = request;
    const answer = answerChallenge({ challenges: rows, ...who, method, uri });
    if (!answer.ok) throw answer.error;
    const again: SipRequest = { ...request, headers: request.headers.clone() };
    const number = Number(request.headers.get('CSeq')?.split(' ')[0]) + 1;
    again.headers.set('CSeq', `${number} ${method}`);
    again.headers.set('Via', this.via());
    again.headers.set('Authorization', answer.value);
    this.send(again);
    return again;
  }

  /** Answers a request. */
  respond(
    request: SipRequest,
    status: number,
    options: {
      readonly tag?: string;
      readonly sdp?: string;
      readonly headers?: [string, string][];
    } = {},
  ): void {
    const { tag, sdp, headers = [] } = options;
    this.send(
      makeResponse(request, status, undefined, {
        ...(tag !== undefined && { toTag: tag }),
        headers: [['Contact', this.contact], ...headers],
        ...(sdp !== undefined && {
          content: { type: 'application/sdp', bytes: Buffer.from(sdp) },
        }),
      }),
    );
  }

  /** ACK of a 2xx, or another request inside the dialog that `response` made. */
  inDialog(method: string, invite: SipRequest, response: SipResponse, cseq: number): SipRequest {
    return this.request(method, {
      uri: /<([^>]*)>/.exec(response.headers.get('Contact') ?? '')?.[1] ?? invite.uri,
      from: invite.headers.get('From') ?? '',
      to: response.headers.get('To') ?? '',
      callId: invite.headers.get('Call-ID') ?? '',
      cseq,
    });
  }

  async nextRequest(method: string): Promise<SipRequest> {
    const message = await this.#next(method);
    if (message.kind !== 'request') throw new Error('unreachable');
    return message;
  }

  async nextResponse(word: string): Promise<SipResponse> {
    const message = await this.#next(word);
    if (message.kind !== 'response') throw new Error('unreachable');
    return message;
  }

  /** True when nothing of this kind comes within the time. */
  async staysSilent(word: RegExp, ms: number): Promise<boolean> {
    const until = performance.now() + ms;
    while (performance.now() < until) {
      if (this.#inbox.some((message) => word.test(wordOf(message)))) return false;
      await this.#arrival(until - performance.now());
    }
    return true;
  }

  #take(bytes: Buffer): void {
    const result = parseMessage(bytes);
    if (!result.ok) throw result.fault;
    this.#inbox.push(result.message);
    this.#wake();
  }

  async #next(word: string): Promise<SipMessage> {
    const until = performance.now() + deadlineMs;
    for (;;) {
      const at = this.#inbox.findIndex((message) => wordOf(message) === word);
      const [found] = at >= 0 ? this.#inbox.splice(at, 1) : [];
      if (found) return found;
      if (performance.now() > until) {
        const seen = this.#inbox.map(wordOf).join(', ');
        throw new Error(`no ${word} within ${deadlineMs} ms; what came: ${seen || 'nothing'}`);
      }
      await this.#arrival(until - performance.now());
    }
  }

  #arrival(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, ms));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
