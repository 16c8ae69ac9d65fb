import { Fault } from './fault.ts';

/** Closes a switch: the type checker refuses it while a case is missing. */
export const assertNever = (value: never): never => {
  throw new Fault('base/unreachable', `unhandled case: ${JSON.stringify(value)}`);
};
