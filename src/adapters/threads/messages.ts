/** What passes between the process and a thread that works for it: an order in, a report or a fault out. */
import { asFault, Fault, type Blame, type FaultCode, type Retry } from '#base/fault.ts';

export interface OrderMessage<Order> {
  readonly id: number;
  readonly order: Order;
}

export type AnswerMessage<Report> =
  | { readonly id: number; readonly report: Report }
  | { readonly id: number; readonly fault: PlainFault };

/** A Fault without its class, which does not survive the way between threads. */
export interface PlainFault {
  readonly code: FaultCode;
  readonly message: string;
  readonly blame: Blame;
  readonly retry: Retry;
  readonly facts: Readonly<Record<string, unknown>>;
}

export const plainFault = (thrown: unknown, otherwise: FaultCode): PlainFault => {
  const { code, message, blame, retry, facts } = asFault(thrown, otherwise);
  return { code, message, blame, retry, facts };
};

export const faultOfPlain = ({ code, message, blame, retry, facts }: PlainFault): Fault =>
  new Fault(code, message, { blame, retry, facts });
