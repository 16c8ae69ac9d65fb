/** The call of the demo: two phones, a conversation, and when each sentence left the phone. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import { chime, conversation, rendered, type Speaker } from '#phone/conversation.ts';
import type { PhoneCall } from '#phone/phone-call.ts';
import type { Phone } from '#phone/phone.ts';
import { openPhone } from '../open-phone.ts';
import { type Api, until } from './api.ts';
import type { DemoCentre } from './centre.ts';
import type { HeldTone, SaidSentence } from './check.ts';
import type { ServerAddress } from './own-server.ts';

const pauseMs = 250;
const ringMs = 600;

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** A number that no earlier run called from, so that its call is found by it. */
const newCallerNumber = (): string =>
  `+1202555${String(Math.floor(Math.random() * 10_000)).padStart(4, '0')}`;

export interface DemoPhones {
  readonly customer: Phone;
  readonly callerNumber: string;
}

export const openCustomer = async (
  sip: ServerAddress['sip'],
  host: string,
): Promise<DemoPhones> => {
  const callerNumber = newCallerNumber();
  return { customer: await openPhone({ host, server: sip, user: callerNumber }), callerNumber };
};

/** The agent's phone, registered, with the queue ready to ring it. */
export const openAgent = async (
  api: Api,
  centre: DemoCentre,
  sip: ServerAddress['sip'],
  host: string,
): Promise<Phone> => {
  // The agent was made a moment ago: a phone that registers before its node has heard of it is a stranger, and soon not listened to.
  await until('the server has heard of the agent', () =>
    api.send('PUT', `/agents/${centre.agentId}/state`, { state: 'available' }).then(
      () => true,
      () => undefined,
    ),
  );
  const agent = await openPhone({
    host,
    server: sip,
    user: centre.sipUsername,
    password: centre.sipPassword,
  });
  await agent.register();
  await until('the agent is available', async () => {
    const row = await api.get<{ state: string; registeredContacts: number }>(
      `/agents/${centre.agentId}`,
    );
    return row.state === 'available' && row.registeredContacts > 0 ? true : undefined;
  });
  return agent;
};

export interface Talk {
  readonly calls: Readonly<Record<Speaker, PhoneCall>>;
  readonly answeredAtMonoMs: number;
}

/** The customer calls, the agent lets it ring and answers. */
export const connect = async (customer: Phone, agent: Phone, number: string): Promise<Talk> => {
  const rung = agent.nextCall();
  const outgoing = await customer.call(number);
  const incoming = await Promise.race([
    rung,
    outgoing.untilEnded().then(({ status, text }) => {
      throw new Error(`the call to ${number} failed: ${status ?? ''} ${text}`);
    }),
  ]);
  await pause(ringMs);
  incoming.answer();
  const answered = await Promise.all([outgoing.untilAnswered(), incoming.untilAnswered()]);
  if (answered.includes(false)) throw new Error('the call ended before it was answered');
  return {
    calls: { customer: outgoing, agent: incoming },
    answeredAtMonoMs: systemClock.monoMs(),
  };
};

/** Wall clock of an instant of the monotonic one, a moment after it. */
const wallMs = (monoMs: number): number => systemClock.nowMs() - (systemClock.monoMs() - monoMs);

/** Rendered before anybody calls: making a voice takes the thread that sends it. */
const script = conversation.map((sentence) => ({ sentence, samples: rendered(sentence) }));

const saySentence = async (
  talk: Talk,
  { sentence, samples }: (typeof script)[number],
): Promise<SaidSentence> => {
  const { startedAtMonoMs, isWhole } = await talk.calls[sentence.speaker].say(samples);
  if (!isWhole) throw new Error('the call ended in the middle of a sentence');
  const at = ((startedAtMonoMs - talk.answeredAtMonoMs) / 1000).toFixed(1).padStart(6);
  console.log(`    ${at} s  ${sentence.speaker.padEnd(8)}  “${sentence.text}”`);
  const { speaker, text } = sentence;
  return { speaker, text, saidAtMs: wallMs(startedAtMonoMs), frames: samples.length };
};

/** The first `count` sentences, one after the other. */
export const converse = async (
  talk: Talk,
  count: number = conversation.length,
  from = 0,
): Promise<SaidSentence[]> => {
  const said: SaidSentence[] = [];
  for (const entry of script.slice(from, from + count)) {
    await pause(pauseMs);
    said.push(await saySentence(talk, entry));
  }
  return said;
};

/** The agent holds the customer for a moment. */
export const holdOn = async (talk: Talk, ms: number): Promise<void> => {
  const at = ((systemClock.monoMs() - talk.answeredAtMonoMs) / 1000).toFixed(1).padStart(6);
  console.log(`    ${at} s  agent     puts the customer on hold for ${(ms / 1000).toFixed(1)} s`);
  const { agent } = talk.calls;
  if (!(await agent.hold())) throw new Error('the server refused the hold');
  await pause(ms);
  if (!(await agent.resume())) throw new Error('the server refused to end the hold');
};

/** Both hold their tone until the call is gone; resolves once both can be heard on the wire. */
export const holdTones = async (talk: Talk): Promise<() => Promise<HeldTone[]>> => {
  const held = (['customer', 'agent'] as const).map((speaker) => ({
    speaker,
    spoken: talk.calls[speaker].say(chime(speaker, 60_000)),
  }));
  return async () => {
    for (const call of Object.values(talk.calls)) call.hangUp();
    return Promise.all(
      held.map(async ({ speaker, spoken }) => ({
        speaker,
        saidAtMs: wallMs((await spoken).startedAtMonoMs),
      })),
    );
  };
};
