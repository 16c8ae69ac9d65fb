/** What the audit log calls things (`agent.update`), in the reader's language; a word we do not know stays as it was written. */
import { i18n, type Text, type TextKey } from '../../i18n/language.ts';

/** Actions to choose from before any was loaded; the list adds those it shows. */
export const knownActions: readonly string[] = [
  'agent.create',
  'agent.delete',
  'agent.state',
  'agent.update',
  'apiKey.create',
  'apiKey.revoke',
  'audit-log.export',
  'backup.create',
  'call.act',
  'call.create',
  'call.listen',
  'call.listen-end',
  'do-not-call.add',
  'do-not-call.remove',
  'number.create',
  'number.delete',
  'number.update',
  'queue.create',
  'queue.delete',
  'queue.update',
  'export.create',
  'export.delete',
  'recording.add-note',
  'recording.download',
  'recording.edit-note',
  'recording.hold',
  'recording.lift-hold',
  'recording.play',
  'recording.remove-note',
  'recording.tag',
  'roster.create',
  'roster.delete',
  'session.create',
  'session.delete',
  'session.refused',
  'settings.update',
  'task.create',
  'task.delete',
  'tenant.create',
  'tenant.update',
  'trunk.create',
  'trunk.delete',
  'trunk.test-call',
  'trunk.test-call-end',
  'trunk.update',
  'user.create',
  'user.delete',
  'user.update',
  'voice-asset.create',
  'view.create',
  'view.delete',
  'view.update',
  'voice-asset.delete',
];

/** Null where the catalogue has no such sentence. */
const known = (t: Text, key: string): string | null =>
  Object.hasOwn(i18n.messages, key) ? t(key as TextKey) : null;

export const subjectText = (t: Text, kind: string): string =>
  known(t, `audit.subject.${kind}`) ?? kind;

export const actionText = (t: Text, action: string): string => {
  const whole = known(t, `audit.${action}`);
  if (whole !== null) return whole;
  const [kind = '', verb = ''] = action.split('.');
  const [subject, done] = [known(t, `audit.subject.${kind}`), known(t, `audit.verb.${verb}`)];
  return subject === null || done === null ? action : t('audit.line', { subject, verb: done });
};
