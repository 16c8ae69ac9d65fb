/** The call-recording block of a tenant: what it is before anybody set it, and what a stored value means. */
import type { CallRecordingSettings } from '../directory.ts';

/** Name of the block among the versions of all settings. */
export const callRecordingScope = 'call-recording';

/** Spec decision 9: nothing is recorded until somebody says so. */
export const defaultCallRecording: CallRecordingSettings = {
  useCallRecording: false,
  inbound: { record: false },
  callback: { record: false },
  agentOut: { record: false },
  dualChannel: false,
  endUserChannel: 'left',
};

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const flag = (value: unknown, otherwise: boolean): boolean =>
  typeof value === 'boolean' ? value : otherwise;

/** The settings in force for a stored value; what it does not say stays at its default. Never throws on any value. */
export const readCallRecording = (value: unknown): CallRecordingSettings => {
  const stored = fieldsOf(value);
  const block = (name: 'inbound' | 'callback' | 'agentOut'): { readonly record: boolean } => ({
    record: flag(fieldsOf(stored[name])['record'], defaultCallRecording[name].record),
  });
  return {
    useCallRecording: flag(stored['useCallRecording'], defaultCallRecording.useCallRecording),
    inbound: block('inbound'),
    callback: block('callback'),
    agentOut: block('agentOut'),
    dualChannel: flag(stored['dualChannel'], defaultCallRecording.dualChannel),
    endUserChannel: stored['endUserChannel'] === 'right' ? 'right' : 'left',
  };
};
