import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { FaultCode } from '#base/fault.ts';
import { plainFault, type AnswerMessage, type OrderMessage } from './messages.ts';

export interface ServeOrdersOptions<Order, Report> {
  /** Nice value of the thread: calls go first. */
  readonly nice: number;
  readonly carryOut: (order: Order) => Promise<Report>;
  /** What somebody else threw counts as this. */
  readonly otherwise: FaultCode;
  /** Memory that the report hands over instead of copying it. */
  readonly transfer?: (report: Report) => ArrayBuffer[];
}

/** The thread's side of a `WorkerPool`: answers each order with its report or its fault. */
export const serveOrders = <Order, Report>(options: ServeOrdersOptions<Order, Report>): void => {
  const { nice, carryOut, otherwise, transfer } = options;
  // Linux gives each thread its own nice value, and 0 means the calling one; elsewhere it would be the whole process.
  if (process.platform === 'linux') setPriority(0, nice);
  const answer = async ({ id, order }: OrderMessage<Order>): Promise<AnswerMessage<Report>> => {
    try {
      return { id, report: await carryOut(order) };
    } catch (thrown) {
      return { id, fault: plainFault(thrown, otherwise) };
    }
  };
  parentPort?.on('message', (message: OrderMessage<Order>) => {
    // `answer` never rejects; the pool sends the next order after this answer.
    void answer(message).then((reply) =>
      parentPort?.postMessage(reply, 'report' in reply ? (transfer?.(reply.report) ?? []) : []),
    );
  });
};
