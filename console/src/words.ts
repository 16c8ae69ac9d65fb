/** States, rules and reasons of the product in the user's language. What has no words yet is shown as it is. */
import type { Call, Recording, TimelineSpan } from './api/queries.ts';
import type { Text } from './i18n/language.ts';

export const stateText = (t: Text, state: Recording['state']): string => t(`state.${state}`);
/** Nothing is recorded of a call that has ended, however long it takes to seal what was. */
export const progressText = (t: Text, { state, saving }: Pick<Recording, 'state' | 'saving'>) =>
  saving ? t('state.saving') : stateText(t, state);
export const outcomeText = (t: Text, outcome: Call['outcome']): string => t(`outcome.${outcome}`);
export const typeText = (t: Text, type: Call['callType']): string => t(`type.${type}`);

const rules = [
  'inbound.record',
  'callback.record',
  'agentOut.record',
  'settings-off',
  'no-agent',
  'internal',
  'task',
  'flow-only',
  'disk/full',
  'disk/read-only',
] as const;

/** Of the rule that decided about recording, or the reason of a failure. */
export const ruleText = (t: Text, rule: string | null): string => {
  const known = rules.find((each) => each === rule);
  return known === undefined ? (rule ?? '') : t(`rule.${known}`);
};

/** Why a call is, or is not, recorded, in one sentence. */
export const whyText = (t: Text, call: Call): string => {
  if (call.outcome === 'failed') return ruleText(t, call.outcomeReason);
  const rule = call.recordRule ?? call.outcomeReason;
  if (rule !== null) return ruleText(t, rule);
  return call.endedAt !== null && call.answeredAt === null ? t('rule.unanswered') : '';
};

const reasons = [
  'held-by-agent',
  'held-by-customer',
  'paused-by-agent',
  'payment',
  'network',
  'overflow',
  'disk',
  'disk/full',
  'disk/read-only',
  'salvaged',
] as const;

export const spanText = (t: Text, { kind, reason }: TimelineSpan): string => {
  const known = reasons.find((each) => each === reason);
  return known === undefined ? t(`span.${kind}`) : t(`reason.${known}`);
};

const happenings = ['queued', 'held', 'unheld', 'messagePlayed', 'optedOut'] as const;
export const happeningText = (t: Text, kind: string): string => {
  const known = happenings.find((each) => each === kind);
  return known === undefined ? kind : t(`event.${known}`);
};

/** Why a call or a leg ended, as the server's account has it. What is not here tells of a peer, in the peer's words. */
const causes = {
  'the customer hung up': 'cause.customerHungUp',
  'the agent hung up': 'cause.agentHungUp',
  'the agent gave up before an answer': 'cause.agentGaveUp',
  'the caller gave up while a phone rang': 'cause.gaveUpRinging',
  'the caller gave up waiting': 'cause.gaveUpWaiting',
  'the message was played': 'cause.messagePlayed',
  'no agent of the queue was there to answer': 'cause.noAgent',
  'nobody answered the phones that rang, and no agent was there any more': 'cause.nobodyAnswered',
  "the queue's longest waiting time was over": 'cause.waitedTooLong',
  'hung up from the console': 'cause.console',
  'the server was shut down while the call was up': 'cause.serverStopped',
  'the agent was busy': 'cause.agentBusy',
} as const;
const isCause = (text: string): text is keyof typeof causes => Object.hasOwn(causes, text);

const hows = [
  'bye',
  'cancel',
  'refused',
  'no-answer',
  'session-expired',
  'no-ack',
  'transport',
  'timeout',
  'shutdown',
] as const;

/** `bye`, `refused: Busy Here`, or a sentence. */
export const causeText = (t: Text, cause: string): string => {
  if (isCause(cause)) return t(causes[cause]);
  const how = hows.find((each) => cause === each || cause.startsWith(`${each}: `));
  if (how === undefined) return cause;
  const said = cause.slice(how.length + 2);
  return said === '' ? t(`how.${how}`) : `${t(`how.${how}`)}: ${causeText(t, said)}`;
};
