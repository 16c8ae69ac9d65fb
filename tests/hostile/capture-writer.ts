/** Child of the kill test: talks into one journal in real time through the real wheel, and says on standard output what it was given. */
import { DiskJournalFiles } from '#adapters/disk/journal-files.ts';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { CaptureWheel } from '#live/capture/capture-wheel.ts';
import { testKeys, testOrder } from '../rig/journals.ts';

const [, , path = ''] = process.argv;
const wheel = new CaptureWheel({
  files: new DiskJournalFiles(systemClock),
  makeBlockCipher,
  listener: { sealed: () => undefined, failed: (_, code) => process.exit(code.length) },
});
const writer = wheel.open(testOrder({ path, keys: testKeys() }));
const payload = new Uint8Array(160);
const startedAt = systemClock.monoMs();
let packets = 0;
setInterval(() => {
  const nowMs = systemClock.monoMs();
  while (packets * 20 <= nowMs - startedAt) {
    payload.fill(packets % 251);
    writer?.write(packets * 160, nowMs * 1000, 'PCMU', payload, 0, 160);
    packets++;
    process.stdout.write(`${packets}\n`);
  }
  wheel.turn(nowMs * 1000);
}, 5);
