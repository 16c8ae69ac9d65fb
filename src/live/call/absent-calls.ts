import { Fault } from '#base/fault.ts';
import type { LiveCalls } from '#ports/live-calls.ts';

const elsewhere = (): Fault =>
  new Fault(
    'call/other-process',
    'The calls are up in another process, where this cannot be done',
    {
      blame: 'caller',
    },
  );

/** For a process without the role `call`: it sees no call that is up, and whoever wants to act on one is told why that fails. */
export const absentCalls: LiveCalls = {
  isHere: false,
  list: () => [],
  find: () => undefined,
  act: () => Promise.reject(elsewhere()),
  place: () => Promise.reject(elsewhere()),
  listen: () => {
    throw elsewhere();
  },
  trunkStates: () => [],
  testTrunk: () => Promise.reject(elsewhere()),
  agentStates: () => [],
  setAgentState: () => {
    throw elsewhere();
  },
};
