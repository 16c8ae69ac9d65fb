/** States, rules and reasons of the product in the user's language. What has no words yet is shown as it is. */
import type { Call, Recording, TimelineSpan } from './api/queries.ts';
import type { Text } from './i18n/language.ts';

export const stateText = (t: Text, state: Recording['state']): string => t(`state.${state}`);
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
