/** A carrier with a crowd behind it, on one UDP socket: counts who was dialled by which call, answers some and is busy for the others. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface Crowd {
  readonly port: number;
  /** Number → Call-IDs of the INVITEs that reached it. */
  readonly dialled: ReadonlyMap<string, ReadonlySet<string>>;
  close(): void;
}

const header = (message: string, name: string): string =>
  new RegExp(`^${name}:\\s*(.*)$`, 'imu').exec(message)?.[1]?.trim() ?? '';

const headers = (message: string): string =>
  message
    .split('\r\n')
    .filter((line) => /^(via|from|call-id|cseq|record-route):/iu.test(line))
    .join('\r\n');

const sdp = [
  'v=0',
  'o=crowd 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 0',
  'a=rtpmap:0 PCMU/8000',
  '',
].join('\r\n');

/** @param answers whether the person of that number takes the call; the others are busy after `busyMs` */
export const openCrowd = async (
  answers: (number: string) => boolean,
  busyMs: number,
): Promise<Crowd> => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const dialled = new Map<string, Set<string>>();
  let isOpen = true;
  socket.on('message', (bytes, peer) => {
    const message = bytes.toString();
    const reply = (status: string, body = ''): void => {
      if (!isOpen) return;
      const to = header(message, 'To');
      const tagged = to.includes(';tag=') ? to : `${to};tag=crowd`;
      const lines = [
        `SIP/2.0 ${status}`,
        headers(message),
        `To: ${tagged}`,
        `Contact: <sip:crowd@127.0.0.1:${port}>`,
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${body.length}`,
        '',
        body,
      ];
      socket.send(lines.join('\r\n'), peer.port, peer.address);
    };
    if (/^(BYE|CANCEL) /u.test(message)) reply('200 OK');
    if (!message.startsWith('INVITE ')) return;
    const number = /^INVITE sip:([^@]+)@/u.exec(message)?.[1] ?? '';
    const calls = dialled.get(number) ?? new Set<string>();
    calls.add(header(message, 'Call-ID'));
    dialled.set(number, calls);
    if (answers(number)) reply('200 OK', sdp);
    else {
      reply('180 Ringing');
      setTimeout(() => reply('486 Busy Here'), busyMs);
    }
  });
  return {
    port,
    dialled,
    close: () => {
      isOpen = false;
      socket.close();
    },
  };
};
