/**
 * Whether the ports can be had, asked before anything is made: a database is a matter of seconds, and a port that is taken shall be told
 * at once. Whoever takes one afterwards is told of by the part that listens. Wiring only, and read first, so it imports little.
 */
import { createSocket } from 'node:dgram';
import { createServer, isIP } from 'node:net';
import { httpListenFault } from '#api/http-listen-fault.ts';
import { sipListenFault } from '#adapters/net/sip-listen-fault.ts';
import { Fault } from '#base/fault.ts';
import type { Config } from '#config';

interface Place {
  readonly host: string;
  readonly port: number;
}

const tryTcp = (place: Place): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(place, () => server.close(() => resolve()));
  });

const tryUdp = ({ host, port }: Place): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4').once('error', reject);
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve()));
  });

/** A pair that is taken is passed over when a call needs one, so one that is free will do. Its odd port is the one that reserves it. */
const tryRtp = async (host: string, { first, last }: Config['rtpPorts']): Promise<void> => {
  let cause: unknown = null;
  for (let port = first + (first % 2); port + 1 <= last; port += 2) {
    try {
      await tryUdp({ host, port: port + 1 });
      return;
    } catch (thrown) {
      cause = thrown;
    }
  }
  throw new Fault(
    'media/no-port',
    `none of the RTP ports ${first}-${last} on ${host} can be opened: set CALLREEL_RTP_PORTS to a range that is free`,
    { facts: { host, first, last }, cause },
  );
};

/** @throws {Fault} `api/port-taken`, `sip/port-taken`, `media/no-port` and the like, each with the option that changes it */
export const tryPorts = async (config: Config): Promise<void> => {
  const { http, metricsPort, sip, rtpPorts, roles } = config;
  if (roles.includes('api') && http.port !== 0)
    await tryTcp(http).catch((cause: unknown) => {
      throw httpListenFault(cause, http);
    });
  if (!roles.includes('api') && metricsPort !== null) {
    const place = { host: http.host, port: metricsPort };
    await tryTcp(place).catch((cause: unknown) => {
      throw httpListenFault(cause, place, 'CALLREEL_METRICS_PORT');
    });
  }
  if (!roles.includes('call')) return;
  if (sip.port !== 0)
    await Promise.all([tryUdp(sip), tryTcp(sip)]).catch((cause: unknown) => {
      throw sipListenFault(cause, sip);
    });
  await tryRtp(sip.host, rtpPorts);
};
