import { ok, refuse } from '#base/result.ts';
import type { CallRecordingSettings } from '#core/directory.ts';
import { callRecordingScope, defaultCallRecording } from '#core/policy/call-recording.ts';
import type { Administration, CallRecordingChange } from '#ports/administration.ts';
import { differences, given, write, type Desk } from './desk.ts';

/** Blocks merge field by field, so that a key of the policy this version does not know yet is kept as it was stored. */
const merge = (
  stored: CallRecordingSettings,
  change: CallRecordingChange,
): CallRecordingSettings => {
  const { version: _version, inbound, callback, agentOut, ...flags } = change;
  return {
    ...stored,
    ...given(flags),
    inbound: { ...stored.inbound, ...given(inbound ?? {}) },
    callback: { ...stored.callback, ...given(callback ?? {}) },
    agentOut: { ...stored.agentOut, ...given(agentOut ?? {}) },
  };
};

const effective = (value: unknown): CallRecordingSettings =>
  merge(defaultCallRecording, value ?? {});

export const createCallRecording = (desk: Desk): Administration['callRecording'] => ({
  read: async (who) => {
    const latest = await desk.store.settings.latest(who.tenantId, callRecordingScope);
    return { ...effective(latest?.value), version: latest?.version ?? 0 };
  },
  change: (who, change) =>
    write(
      desk,
      who,
      { settings_versions_pkey: { code: 'settings/version-conflict', field: 'version' } },
      async ({ rows, now }) => {
        const latest = await rows.settings.latest(who.tenantId, callRecordingScope);
        const present = latest?.version ?? 0;
        if (change.version !== undefined && change.version !== present)
          return refuse({
            code: 'settings/version-conflict',
            detail: `The present version is ${present}, the change was made to ${change.version}.`,
          });
        const before = effective(latest?.value);
        const value = merge(before, change);
        const version = present + 1;
        await rows.settings.insert({
          tenantId: who.tenantId,
          scope: callRecordingScope,
          version,
          value,
          changedBy: who.id,
          changedAt: now,
        });
        const note = {
          action: 'settings.update',
          subjectKind: 'settings',
          subjectId: callRecordingScope,
          detail: { version, changed: differences(before, value) },
        };
        return ok({ value: { ...value, version }, topic: 'settings', note });
      },
    ),
});
