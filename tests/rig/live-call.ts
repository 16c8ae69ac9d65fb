/** A call that is up, as the live side tells the API of it; a test names only what it is about. */
import type { CallId } from '#core/ids.ts';
import type { LiveCall } from '#ports/live-calls.ts';

export const liveCallOf = (facts: Partial<LiveCall> = {}): LiveCall => ({
  callId: 'up' as CallId,
  callType: 'inbound',
  caller: '+12025550101',
  callee: '1000',
  queueId: null,
  startedAtMs: 0,
  answeredAtMs: null,
  state: 'connected',
  capture: 'recording',
  agentIds: [],
  ...facts,
});
