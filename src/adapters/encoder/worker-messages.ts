/** What passes between the pool and a finalise thread: an order in, a report or a fault out. */
import { asFault, Fault, type Blame, type FaultCode, type Retry } from '#base/fault.ts';
import type { RenderOrder, RenderReport } from '#ports/renderer.ts';

/** What a finalise thread is started with. */
export interface FinaliseThreadData {
  /** Opens the keys of the journals; never logged. */
  readonly masterKey: Uint8Array;
}

export interface OrderMessage {
  readonly id: number;
  readonly order: RenderOrder;
}

export type AnswerMessage =
  | { readonly id: number; readonly report: RenderReport }
  | { readonly id: number; readonly fault: PlainFault };

/** A Fault without its class, which does not survive the way between threads. */
export interface PlainFault {
  readonly code: FaultCode;
  readonly message: string;
  readonly blame: Blame;
  readonly retry: Retry;
  readonly facts: Readonly<Record<string, unknown>>;
}

export const plainFault = (thrown: unknown): PlainFault => {
  const { code, message, blame, retry, facts } = asFault(thrown, 'finalise/worker-crashed');
  return { code, message, blame, retry, facts };
};

export const faultOfPlain = ({ code, message, blame, retry, facts }: PlainFault): Fault =>
  new Fault(code, message, { blame, retry, facts });
