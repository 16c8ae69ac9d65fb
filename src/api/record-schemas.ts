/** Calls, recordings and alarms as the API gives them. */
import { z } from 'zod';
import { endStatusCodes, type EndStatus } from '#core/call/end-status.ts';
import { callTypes } from '#core/call/ledger-entry.ts';
import { callOutcomes, recordingStates } from '#core/recording/outcome.ts';
import { instant, pageQuery } from './schemas.ts';

const id = z.string();
const direction = z.enum(['in', 'out']);
const callType = z.enum(callTypes);
const outcome = z.enum(callOutcomes);
const participantKind = z.enum(['customer', 'agent', 'thirdParty']);
const endStatus = z.enum(Object.keys(endStatusCodes) as [EndStatus, ...EndStatus[]]);
const state = z.enum(recordingStates);

const shared = {
  ...pageQuery,
  from: instant.optional().describe('Started at or after'),
  to: instant.optional().describe('Started before'),
  number: z.string().trim().min(1).max(64).optional().describe('Caller or callee'),
  agentId: id.optional(),
  queueId: id.optional(),
};
export const callQuery = z.strictObject({ ...shared, outcome: outcome.optional() });
export const recordingQuery = z.strictObject({
  ...shared,
  state: state.optional(),
  callId: id.optional(),
  sessionId: id.optional().describe('The same as callId'),
  tag: z.string().trim().min(1).max(40).optional(),
});

export const listeners = z
  .array(z.object({ name: z.string(), since: instant }))
  .readonly()
  .describe('Who listens in silence; hidden from agents when the tenant says so');

const live = z.object({
  state: z.enum(['queued', 'connecting', 'connected', 'on_hold', 'ended']),
  capture: z.enum(['recording', 'paused', 'stopped']).nullable(),
  listeners,
});

const callShape = z.object({
  id,
  sessionId: id.describe('The same as id'),
  callNumber: z.number().nullable(),
  callType,
  direction: direction.nullable(),
  caller: z.string(),
  callee: z.string(),
  queueId: id.nullable(),
  agentIds: z.array(id).readonly(),
  startedAt: instant,
  answeredAt: instant.nullable(),
  endedAt: instant.nullable(),
  endStatus: endStatus.nullable(),
  hungUpSide: z.enum(['user', 'seat', 'system']).nullable(),
  cause: z.string().nullable().describe('One sentence on how it ended'),
  record: z.boolean().nullable().describe('Whether it is recorded; null while undecided'),
  recordRule: z.string().nullable().describe('The rule that decided it'),
  outcome,
  outcomeReason: z.string().nullable().describe('Rule of `excluded`, reason of `failed`'),
  live: live.nullable().describe('While the call is up on this node'),
});
export const call = callShape.meta({ id: 'Call' });

const recordingShape = z.object({
  id,
  callId: id,
  sessionId: id.describe('The same as callId'),
  segment: z.number(),
  state,
  callType,
  direction,
  caller: z.string(),
  callee: z.string(),
  endpointUser: z.string(),
  queueId: id.nullable(),
  agentIds: z.array(id).readonly(),
  startedAt: instant,
  sealedAt: instant.nullable(),
  readyAt: instant.nullable(),
  failureReason: z.string().nullable(),
  saving: z.boolean().describe('The call has ended, and what was captured of it is being saved'),
  salvaged: z.boolean().describe('Cut short by a stop of the process and recovered afterwards'),
  durationMs: z.number().nullable(),
  tags: z.array(z.string()).readonly(),
});
export const recording = recordingShape.meta({ id: 'Recording' });

export const callDetail = callShape
  .extend({
    legs: z.array(
      z.object({
        id,
        direction,
        participant: z.number(),
        kind: participantKind,
        endpointUser: z.string(),
        agentId: id.nullable(),
        sipCallId: z.string(),
        startedAt: instant,
        ringingAt: instant.nullable(),
        answeredAt: instant.nullable(),
        endedAt: instant.nullable(),
        sipStatus: z.number().nullable(),
        cause: z.string().nullable(),
      }),
    ),
    events: z.array(
      z.object({ at: instant, kind: z.string(), facts: z.record(z.string(), z.unknown()) }),
    ),
    recordings: z.array(recordingShape),
  })
  .meta({ id: 'CallDetail' });

const span = z.object({ from: z.number(), to: z.number() });
export const recordingDetail = recordingShape
  .extend({
    timeline: z
      .array(
        z.object({
          kind: z.enum(['talk', 'hold', 'loss', 'cut']),
          participant: z.number(),
          callMs: span.describe('Real time since the recording began'),
          mediaMs: span.describe('Position in the file'),
          reason: z.string().optional(),
          missingMs: z.number().optional(),
        }),
      )
      .nullable()
      .describe('Null until the recording is finalised'),
    legalHold: z
      .object({ since: instant, by: z.string(), reason: z.string() })
      .nullable()
      .describe('While it stands nothing of the recording is deleted'),
    tagsVersion: z.number().describe('Send it back with a change of the tags'),
    endUserChannel: z
      .enum(['left', 'right'])
      .describe('Side of the end user in `dual-channel`; everybody else is on the other'),
    tracks: z.array(
      z.object({
        id,
        participant: z.number(),
        kind: participantKind,
        endpointUser: z.string(),
        agentId: id.nullable(),
        frames: z.number().nullable().describe('Samples at 8,000 Hz'),
        lostFrames: z.number().nullable(),
        salvaged: z.boolean(),
        failedBy: z.string().nullable().describe('Fault code when capture ended early'),
      }),
    ),
    renditions: z
      .array(
        z.object({
          rendition: z.string(),
          format: z.enum(['mp3', 'wav']),
          sizeBytes: z.number(),
          sha256: z.string(),
          durationMs: z.number(),
          frames: z.number(),
          channels: z.number(),
        }),
      )
      .describe('What is stored now; others are made when they are asked for'),
  })
  .meta({ id: 'RecordingDetail' });

export const newCall = z.strictObject({
  type: z.literal('AgentOutbound'),
  to: z.string().trim().min(1).max(64),
  agentId: id,
  callerNumber: z.string().trim().min(1).max(64).optional(),
});
export const placedCall = z
  .object({
    id,
    sessionId: id,
    warnings: z
      .array(z.enum(['do-not-call']))
      .describe('do-not-call: the number is on the list; a person may dial it, no task does'),
  })
  .meta({ id: 'PlacedCall' });
export const callAction = z.strictObject({ action: z.enum(['hang-up', 'hold', 'unhold']) });

export const audioParams = z.strictObject({ id, rendition: z.string().max(32) });
export const audioQuery = z.strictObject({
  format: z.enum(['mp3', 'wav']).default('mp3'),
  download: z.enum(['0', '1', 'true', 'false']).optional(),
});

export const alarmQuery = z.strictObject({ limit: pageQuery.limit });
export const alarm = z
  .object({
    id,
    kind: z.string(),
    subjectId: z.string().nullable(),
    message: z.string(),
    raisedAt: instant,
    clearedAt: instant.nullable(),
  })
  .meta({ id: 'Alarm' });
