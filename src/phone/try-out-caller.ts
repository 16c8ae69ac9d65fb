/** `Call me`: a customer on a built-in phone rings a number, says a few sentences and hangs up; a second one may answer. */
import { joined, silence } from '#audio/tones.ts';
import { asFault } from '#base/fault.ts';
import { ok, refuse, type Result } from '#base/result.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';
import type { SipTransport } from '#ports/sip-transport.ts';
import type {
  SampleCaller,
  SipAccount,
  TryOut,
  TryOutCall,
  TryOutCaller,
  TryOutCallRefusal,
} from '#ports/try-out.ts';
import { conversation, rendered, type Speaker } from './conversation.ts';
import type { PhoneCall } from './phone-call.ts';
import { Phone } from './phone.ts';

export interface TryOutCallerOptions {
  readonly openTransport: () => SipTransport;
  readonly clock: Clock;
  readonly log: Log;
  /** Where this product listens for SIP. */
  readonly server: { readonly host: string; readonly port: number };
}

/** Of the numbers that nobody has (555-0100 to 0199 are kept for fiction). */
const usualCaller = '+12025550123';
/** Time for the person who answered to say something between the sentences. */
const listenMs = 2500;
/** How long a built-in agent lets it ring: what ringing looks like is to be seen. */
const ringMs = 1500;
const breathMs = 400;
/** Between the last word and the end of the call, so that the recording does not sound cut off. */
const lastBreathMs = 800;
/** A port that is just being let go is free within this. */
const portWaitMs = 1000;
const portLookMs = 100;
/** Somebody who tries the product out may look for the phone first. */
const ringAtMostMs = 90_000;

/** Fulfils `TryOutCaller` and `SampleCaller`. */
export class BuiltInCaller implements TryOutCaller, SampleCaller {
  readonly #options: TryOutCallerOptions;
  #isBusy = false;
  readonly #phones = new Set<Phone>();
  #running: Promise<void> = Promise.resolve();

  constructor(options: TryOutCallerOptions) {
    this.#options = options;
  }

  async call(order: {
    readonly number: string;
    readonly from: TryOut['trunk'];
    readonly agent?: SipAccount;
    readonly callerNumber?: string;
    readonly sentences?: number;
  }): Promise<Result<TryOutCall, TryOutCallRefusal>> {
    const { callerNumber = usualCaller, sentences = conversation.length } = order;
    if (this.#isBusy)
      return refuse({ why: 'busy', detail: 'The built-in phone is in a call: answer that one.' });
    this.#isBusy = true;
    try {
      const opened = await this.#open(order.from, callerNumber);
      if (!opened.ok) return await this.#giveUp(opened.error);
      const agent = order.agent && (await this.#openAgent(order.from.host, order.agent));
      if (agent === null) {
        const detail =
          'The built-in phone could not register as this agent. Try again in a moment.';
        return await this.#giveUp({ why: 'not-answered', detail });
      }
      const answered = agent?.nextCall();
      const call = await opened.value.call(order.number);
      await call.untilRinging();
      if (call.state !== 'ended') {
        this.#running = answered ? this.#converse(call, answered, sentences) : this.#talk(call);
        return ok({ number: order.number, callerNumber });
      }
      const { status, text } = await call.untilEnded();
      const detail = `The call was refused: ${status ?? ''} ${text}. Is the agent’s phone registered?`;
      return await this.#giveUp({ why: 'not-answered', detail });
    } catch (thrown) {
      await this.#putAway();
      throw thrown;
    }
  }

  untilOver(): Promise<void> {
    return this.#running;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#phones].map((phone) => phone.close()));
    await this.#running;
  }

  async #giveUp(refusal: TryOutCallRefusal): Promise<Result<never, TryOutCallRefusal>> {
    await this.#putAway();
    return refuse(refusal);
  }

  async #open(from: TryOut['trunk'], user: string): Promise<Result<Phone, TryOutCallRefusal>> {
    const { clock } = this.#options;
    const deadline = clock.monoMs() + portWaitMs;
    for (;;) {
      try {
        return ok(await this.#switchOn({ ...from, user }));
      } catch (thrown) {
        const fault = asFault(thrown, 'sip/listen');
        if (fault.code !== 'sip/port-taken') throw fault;
        if (clock.monoMs() >= deadline) break;
        await new Promise<void>((resolve) => clock.setTimer(portLookMs, resolve));
      }
    }
    const detail = `Another program has port ${from.port} of ${from.host}: close it, or call from it yourself.`;
    return refuse({ why: 'port-taken', detail });
  }

  /** Registered, or null when the server does not want it. */
  async #openAgent(host: string, account: SipAccount): Promise<Phone | null> {
    const { sipUsername: user, sipPassword: password } = account;
    const phone = await this.#switchOn({ host, user, password });
    try {
      await phone.register();
      return phone;
    } catch (thrown) {
      const { code, message } = asFault(thrown, 'phone/not-registered');
      this.#options.log.warn('try-out.not-registered', { code, reason: message });
      return null;
    }
  }

  async #switchOn(facts: {
    readonly host: string;
    readonly port?: number;
    readonly user: string;
    readonly password?: string;
  }): Promise<Phone> {
    const { openTransport, clock, log, server } = this.#options;
    const phone = await Phone.open({ transport: openTransport(), clock, log, server, ...facts });
    this.#phones.add(phone);
    return phone;
  }

  /** Somebody answers on a phone of their own, and says what they like between the sentences. */
  async #talk(call: PhoneCall): Promise<void> {
    await this.#during(call, async () => {
      const said = conversation
        .filter(({ speaker }) => speaker === 'customer')
        .flatMap((sentence) => [silence(600), rendered(sentence), silence(listenMs)]);
      await call.say(joined(...said));
    });
  }

  /** Both sides are ours: sentence by sentence. */
  async #converse(
    customer: PhoneCall,
    answered: Promise<PhoneCall>,
    sentences: number,
  ): Promise<void> {
    // Rendered while it rings: making a voice takes the thread that sends it.
    const script = conversation.slice(0, sentences).map((sentence) => ({
      speaker: sentence.speaker,
      samples: joined(silence(breathMs), rendered(sentence)),
    }));
    const picked = answered.then((agent) => {
      this.#options.clock.setTimer(ringMs, () => agent.answer());
      return agent;
    });
    await this.#during(customer, async () => {
      const calls: Readonly<Record<Speaker, PhoneCall>> = { customer, agent: await picked };
      for (const { speaker, samples } of script) await calls[speaker].say(samples);
      await customer.say(silence(lastBreathMs));
    });
  }

  /** Never rejects: nobody waits for it. */
  async #during(call: PhoneCall, talk: () => Promise<void>): Promise<void> {
    const { clock, log } = this.#options;
    const giveUp = clock.setTimer(ringAtMostMs, () => call.hangUp('nobody answered'));
    try {
      if (await call.untilAnswered()) {
        giveUp.cancel();
        await talk();
      }
      call.hangUp();
    } catch (thrown) {
      log.error('try-out.call', { error: String(thrown) });
    } finally {
      giveUp.cancel();
      await this.#putAway();
    }
  }

  async #putAway(): Promise<void> {
    const { log } = this.#options;
    const away = async (phone: Phone): Promise<void> => {
      await phone.unregister();
      await phone.close();
    };
    for (const phone of this.#phones)
      await away(phone).catch((error: unknown) => {
        log.error('try-out.close', { error: String(error) });
      });
    this.#phones.clear();
    this.#isBusy = false;
  }
}
