/** A phone of ours on this machine's sockets, for the command line and the demo. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import { createLog } from '#adapters/log/json-log.ts';
import { createMetrics } from '#adapters/metrics/prometheus.ts';
import { NetSipTransport } from '#adapters/net/sip-transport.ts';
import { Phone, type PhoneOptions } from '#phone/phone.ts';

export const openPhone = (
  options: Omit<PhoneOptions, 'transport' | 'clock' | 'log' | 'host'> & { readonly host?: string },
): Promise<Phone> => {
  const log = createLog({ level: 'warn', write: (line) => void process.stderr.write(line) });
  const clock = systemClock;
  const transport = new NetSipTransport({ clock, log, metrics: createMetrics() });
  return Phone.open({ host: '127.0.0.1', ...options, transport, clock, log });
};
