/** `npm run phone -- call NUMBER …` and `npm run phone -- answer …`: the built-in phone on the command line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decodeWav, wavHeader } from '#audio/container/wav.ts';
import { joined, sampleRateHz, silence, tone } from '#audio/tones.ts';
import { asFault } from '#base/fault.ts';
import { conversation, rendered } from '#phone/conversation.ts';
import type { PhoneCall } from '#phone/phone-call.ts';
import { openPhone } from './open-phone.ts';

const help = `npm run phone -- call NUMBER [OPTIONS]     calls, speaks, hangs up
npm run phone -- answer [OPTIONS]          registers, answers what comes, speaks

  --server HOST:PORT   where Callreel is            (127.0.0.1:5060)
  --user NAME          SIP user name, or the number a trunk calls from
  --password P         registers with digest; leave it out to call as a trunk
  --host ADDRESS       own address                  (127.0.0.1)
  --port N             own SIP port                 (any; a trunk's must be the one it is allowed from)
  --say WHAT           tone:HZ, customer, agent, or a WAV file of 8,000 Hz     (customer; agent when answering)
  --seconds N          hangs up after so long       (when everything is said; an answering phone waits for the other side)
  --keys 12#           presses keys first
  --hold N             holds for N seconds in the middle
  --keep FILE          writes what it heard as WAV
  --calls N            answers so many calls, then ends                         (1)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: 'string', default: '127.0.0.1:5060' },
    user: { type: 'string' },
    password: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    say: { type: 'string' },
    seconds: { type: 'string' },
    keys: { type: 'string' },
    hold: { type: 'string' },
    keep: { type: 'string' },
    calls: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
const [command, number] = positionals;

const wrongUse = (): string => {
  if (command === undefined) return 'The phone needs to be told what to do: call or answer.';
  if (command === 'call') return '"call" needs the number to call.';
  return `The phone can call or answer, not "${command}".`;
};

const readWavFile = (file: string): Int16Array => {
  const decoded = decodeWav(readFileSync(file));
  if (!decoded.ok) throw new Error(`${file} is not a sound WAV file: ${decoded.error.rule}`);
  const { info, channels } = decoded.value;
  if (info.sampleRateHz !== sampleRateHz)
    throw new Error(`${file} has ${info.sampleRateHz} Hz; a telephone has ${sampleRateHz}`);
  return channels[0] ?? silence(0);
};

const speech = (what: string): Int16Array => {
  const [, hz] = /^tone:(\d{2,4})$/.exec(what) ?? [];
  if (hz !== undefined) return tone({ frequenciesHz: [Number(hz)], durationMs: 5000 });
  if (what !== 'customer' && what !== 'agent') return readWavFile(what);
  const sentences = conversation.filter(({ speaker }) => speaker === what).map(rendered);
  return joined(...sentences.flatMap((sentence) => [sentence, silence(600)]));
};

const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const talk = async (call: PhoneCall, what: string): Promise<void> => {
  const ended = call.untilEnded();
  if (values.keys !== undefined) await call.press(values.keys);
  const said = call.say(speech(what));
  if (values.hold !== undefined && (await call.hold())) {
    await Promise.race([ended, pause(Number(values.hold))]);
    await call.resume();
  }
  if (values.seconds !== undefined) await Promise.race([ended, pause(Number(values.seconds))]);
  else if (command === 'answer') await ended;
  else await said;
  call.hangUp();
  const end = await ended;
  const heard = call.heard;
  const status = end.status === null ? '' : ` (${end.status})`;
  console.log(
    `ended by ${end.by}${status}; heard ${(heard.length / sampleRateHz).toFixed(1)} s${call.digits === '' ? '' : `, keys ${call.digits}`}`,
  );
  if (values.keep === undefined) return;
  const header = wavHeader({ sampleRateHz, channels: 1, frames: heard.length });
  writeFileSync(values.keep, Buffer.concat([header, new Uint8Array(heard.buffer)]));
};

const open = () => {
  const [, host = '', port = '5060'] = /^(.+?)(?::(\d+))?$/.exec(values.server) ?? [];
  return openPhone({
    host: values.host,
    port: Number(values.port),
    server: { host, port: Number(port) },
    user: values.user ?? 'phone',
    ...(values.password !== undefined && { password: values.password }),
  });
};

const placeCall = async (to: string): Promise<boolean> => {
  const phone = await open();
  try {
    const call = await phone.call(to);
    process.once('SIGINT', () => call.hangUp());
    if (await call.untilAnswered()) {
      console.log('answered');
      await talk(call, values.say ?? 'customer');
      return true;
    }
    const { status, text } = await call.untilEnded();
    console.log(`not answered: ${status === null ? text : `${status} ${text}`}`);
    return false;
  } finally {
    await phone.close();
  }
};

const answerCalls = async (count: number): Promise<boolean> => {
  const phone = await open();
  const leave = (): void =>
    void phone.unregister().then(
      () => phone.close(),
      () => phone.close(),
    );
  process.once('SIGINT', leave);
  try {
    if (values.password !== undefined) await phone.register();
    console.log(`waiting for ${count === 1 ? 'a call' : `${count} calls`} on port ${phone.port}`);
    for (let n = 0; n < count; n++) {
      const call = await phone.nextCall();
      console.log(`${call.remoteParty} calls`);
      call.answer();
      if (await call.untilAnswered()) await talk(call, values.say ?? 'agent');
    }
    await phone.unregister();
    return true;
  } finally {
    await phone.close();
  }
};

try {
  if (values.help) console.log(help);
  else if (command === 'call' && number !== undefined)
    process.exitCode = (await placeCall(number)) ? 0 : 1;
  else if (command === 'answer')
    process.exitCode = (await answerCalls(Number(values.calls))) ? 0 : 1;
  else {
    console.error(`${wrongUse()}\n\n${help}`);
    process.exitCode = 2;
  }
} catch (thrown) {
  console.error(asFault(thrown, 'command/failed').message);
  process.exitCode = 1;
}
