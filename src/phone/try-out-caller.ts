/** `Call me`: a customer on a built-in phone rings the try-out number, says a few sentences and hangs up. */
import { joined, silence } from '#audio/tones.ts';
import { asFault } from '#base/fault.ts';
import { ok, refuse, type Result } from '#base/result.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';
import type { SipTransport } from '#ports/sip-transport.ts';
import type { TryOut, TryOutCall, TryOutCaller, TryOutCallRefusal } from '#ports/try-out.ts';
import { conversation, rendered } from './conversation.ts';
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
const callerNumber = '+12025550123';
/** Time for the person who answered to say something between the sentences. */
const listenMs = 2500;
/** Somebody who tries the product out may look for the phone first. */
const ringAtMostMs = 90_000;

/** Fulfils `TryOutCaller`. */
export class BuiltInCaller implements TryOutCaller {
  readonly #options: TryOutCallerOptions;
  #isBusy = false;
  #phone: Phone | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: TryOutCallerOptions) {
    this.#options = options;
  }

  async call(order: {
    readonly number: string;
    readonly from: TryOut['trunk'];
  }): Promise<Result<TryOutCall, TryOutCallRefusal>> {
    if (this.#isBusy)
      return refuse({ why: 'busy', detail: 'The built-in phone is in a call: answer that one.' });
    this.#isBusy = true;
    const opened = await this.#open(order.from);
    if (!opened.ok) {
      this.#isBusy = false;
      return opened;
    }
    const phone = opened.value;
    this.#phone = phone;
    const call = await phone.call(order.number);
    await call.untilRinging();
    if (call.state !== 'ended') {
      this.#running = this.#talk(phone, call);
      return ok({ number: order.number, callerNumber });
    }
    const { status, text } = await call.untilEnded();
    await this.#hangUp(phone);
    const detail = `The call was refused: ${status ?? ''} ${text}. Is the agent’s phone registered?`;
    return refuse({ why: 'not-answered', detail });
  }

  async close(): Promise<void> {
    await this.#phone?.close();
    await this.#running;
  }

  async #open(from: TryOut['trunk']): Promise<Result<Phone, TryOutCallRefusal>> {
    const { openTransport, clock, log, server } = this.#options;
    try {
      const transport = openTransport();
      const phone = await Phone.open({
        transport,
        clock,
        log,
        host: from.host,
        port: from.port,
        server,
        user: callerNumber,
      });
      return ok(phone);
    } catch (thrown) {
      const fault = asFault(thrown, 'sip/listen');
      if (fault.code !== 'sip/port-taken') throw fault;
      const detail = `Port ${from.port} of ${from.host} belongs to another program, from which you can call in its place.`;
      return refuse({ why: 'port-taken', detail });
    }
  }

  /** Never rejects: nobody waits for it. */
  async #talk(phone: Phone, call: PhoneCall): Promise<void> {
    const { clock, log } = this.#options;
    const giveUp = clock.setTimer(ringAtMostMs, () => call.hangUp('nobody answered'));
    try {
      if (await call.untilAnswered()) {
        giveUp.cancel();
        const said = conversation
          .filter(({ speaker }) => speaker === 'customer')
          .flatMap((sentence) => [silence(600), rendered(sentence), silence(listenMs)]);
        await call.say(joined(...said));
      }
      call.hangUp();
    } catch (thrown) {
      log.error('try-out.call', { error: String(thrown) });
    } finally {
      giveUp.cancel();
      await this.#hangUp(phone);
    }
  }

  async #hangUp(phone: Phone): Promise<void> {
    await phone.close().catch((error: unknown) => {
      this.#options.log.error('try-out.close', { error: String(error) });
    });
    this.#phone = null;
    this.#isBusy = false;
  }
}
