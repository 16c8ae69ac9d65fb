/** The machines of a call in the words of those who look at it. */
import type { CapturePlan } from '#core/call/capture-plan.ts';
import { holdsOf } from '#core/call/hold.ts';
import type { Topology } from '#core/call/topology-words.ts';
import type { LiveCall } from '#ports/live-calls.ts';

export const stateOf = (topology: Topology): LiveCall['state'] => {
  if (topology.phase === 'waiting') return 'queued';
  if (topology.phase === 'preparing' || topology.phase === 'ringing') return 'connecting';
  if (topology.phase === 'ended') return 'ended';
  if (topology.phase === 'telling') return 'connected';
  return holdsOf(topology).length > 0 ? 'on_hold' : 'connected';
};

export const captureOf = (plan: CapturePlan): LiveCall['capture'] => {
  if (plan.verdict?.record !== true) return null;
  if (plan.phase === 'stopped') return 'stopped';
  return plan.holds.length > 0 ? 'paused' : 'recording';
};
