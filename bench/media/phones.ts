/** Both ends of every call: 50 packets a second per leg against absolute deadlines, each carrying the instant it was sent. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeRtpHeader } from '#protocol/rtp/packet.ts';
import {
  monoMs,
  packetFrames,
  socketsOfPhones,
  type FromPhones,
  type PhonesReport,
  type ToPhones,
} from './exchange.ts';

const say = (message: FromPhones): void => void process.send?.(message);
const packetBytes = 12 + packetFrames;
/** Tenths of a millisecond up to 10 s. */
const latencies = new Uint32Array(100_000);

const sockets: Socket[] = [];
for (let i = 0; i < socketsOfPhones; i++) {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: 4_194_304,
    lookup: (address, _options, callback) => callback(null, address, 4),
  });
  // With a literal address the socket listens before `bind` returns.
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  sockets.push(socket);
}

const percentile = (total: number, share: number): number => {
  let seen = 0;
  for (let i = 0; i < latencies.length; i++) {
    seen += latencies[i] ?? 0;
    if (seen >= total * share) return i / 10;
  }
  return latencies.length / 10;
};

const reportOf = (sent: number[], heard: number[], lateMs: number): PhonesReport => {
  const total = heard.reduce((sum, packets) => sum + packets, 0);
  const worst = latencies.findLastIndex((packets) => packets > 0);
  return {
    sent,
    heard,
    p50Ms: percentile(total, 0.5),
    p99Ms: percentile(total, 0.99),
    worstMs: worst / 10,
    lateMs,
  };
};

const speak = (legPorts: readonly number[], seconds: number): void => {
  const legs = legPorts.length;
  const sent = Array<number>(legs).fill(0);
  const heard = Array<number>(legs).fill(0);
  const legOf = new Map(legPorts.map((port, leg) => [port, leg]));
  latencies.fill(0);
  for (const socket of sockets) {
    socket.removeAllListeners('message');
    socket.on('message', (bytes, source) => {
      const leg = legOf.get(source.port);
      if (leg === undefined) return;
      heard[leg] = (heard[leg] ?? 0) + 1;
      const tenths = Math.round((monoMs() - bytes.readDoubleBE(12)) * 10);
      const at = Math.min(latencies.length - 1, Math.max(0, tenths));
      latencies[at] = (latencies[at] ?? 0) + 1;
    });
  }
  const packets = seconds * 50;
  const startMs = monoMs() + 50;
  let lateMs = 0;
  /** Legs speak evenly spread over the 20 ms: packet n of leg l is due at n × 20 + l / legs × 20. */
  let next = 0;
  const turn = (): void => {
    const nowMs = monoMs();
    const due = Math.min(packets * legs, Math.floor(((nowMs - startMs) * legs) / 20));
    if (next < due) lateMs = Math.max(lateMs, nowMs - (startMs + (next * 20) / legs));
    for (; next < due; next++) {
      const leg = next % legs;
      const sequence = Math.floor(next / legs);
      const bytes = Buffer.allocUnsafe(packetBytes);
      writeRtpHeader(
        { payloadType: 0, marker: sequence === 0, sequence, timestamp: sequence * 160, ssrc: leg },
        bytes,
        0,
      );
      bytes.fill(0xff, 20);
      bytes.writeDoubleBE(monoMs(), 12);
      sockets[leg % sockets.length]?.send(bytes, legPorts[leg] ?? 0, '127.0.0.1');
      sent[leg] = (sent[leg] ?? 0) + 1;
    }
    if (next < packets * legs) setTimeout(turn, 1);
    // What is still on its way arrives within this time or never.
    else setTimeout(() => say({ kind: 'done', report: reportOf(sent, heard, lateMs) }), 1000);
  };
  setTimeout(turn, 50);
};

process.on('message', (message: ToPhones) => speak(message.legPorts, message.seconds));
process.on('disconnect', () => process.exit(0));
say({ kind: 'bound', ports: sockets.map((socket) => socket.address().port) });
