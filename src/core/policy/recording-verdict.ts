import type { CallType, RecordingVerdict } from '../call/ledger-entry.ts';
import type { CallRecordingSettings } from '../directory.ts';

/**
 * Whether a call whose customer and agent are connected is recorded, and by which rule. The rule of a recorded call names the
 * switch that was on, so that an administrator finds it again.
 *
 * @see spec decisions 6, 13, 14 and §3.1
 */
export const decideRecording = (
  callType: CallType,
  settings: CallRecordingSettings,
): RecordingVerdict => {
  if (callType === 'internal') return { record: false, rule: 'internal' };
  if (callType === 'task') return { record: false, rule: 'task' };
  if (!settings.useCallRecording) return { record: false, rule: 'settings-off' };
  const block = blockOf[callType];
  return settings[block].record
    ? { record: true, rule: `${block}.record` }
    : { record: false, rule: 'settings-off' };
};

const blockOf = { inbound: 'inbound', callback: 'callback', agentOutbound: 'agentOut' } as const;
