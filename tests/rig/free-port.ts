import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const usable = async (port: number): Promise<boolean> => {
  const tcpFree = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  if (!tcpFree) return false;
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
};

/**
 * `count` neighbouring ports free on loopback for UDP and TCP just now, below the ephemeral range so that nobody is handed one by chance.
 * For programs that cannot be told to bind port 0.
 */
export const freePorts = async (count: number): Promise<number> => {
  for (let tries = 0; tries < 200; tries++) {
    const first = 10_000 + 2 * Math.floor(Math.random() * 9_000);
    const checks = await Promise.all(Array.from({ length: count }, (_, i) => usable(first + i)));
    if (checks.every(Boolean)) return first;
  }
  throw new Error(`no ${count} neighbouring free ports found`);
};
