/** A phone of ours in the test's own process. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import { createLog } from '#adapters/log/json-log.ts';
import { createMetrics } from '#adapters/metrics/prometheus.ts';
import { NetSipTransport } from '#adapters/net/sip-transport.ts';
import { Phone, type PhoneOptions } from '#phone/phone.ts';

type TestPhoneOptions = Pick<PhoneOptions, 'user' | 'server'> &
  Partial<Pick<PhoneOptions, 'password' | 'port'>>;

export const openTestPhone = (options: TestPhoneOptions): Promise<Phone> => {
  const log = createLog({ level: 'error', write: (line) => void process.stderr.write(line) });
  const metrics = createMetrics({ processMetrics: false });
  const transport = new NetSipTransport({ clock: systemClock, log, metrics });
  return Phone.open({ ...options, host: '127.0.0.1', transport, clock: systemClock, log });
};
