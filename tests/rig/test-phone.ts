/** A phone of ours in the test's own process. */
import assert from 'node:assert/strict';
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

/** One rings the other, who answers: both are on the line. */
export const connect = async (caller: Phone, callee: Phone, number = '1000') => {
  const rings = callee.nextCall();
  const mine = await caller.call(number);
  const theirs = await rings;
  theirs.answer();
  assert.ok(await mine.untilAnswered());
  return { mine, theirs };
};
