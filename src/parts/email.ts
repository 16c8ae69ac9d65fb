/** E-mail: the tenants' own servers, and the installation's for those without one. Wiring only. */
import { createAdminStore } from '#adapters/postgres/administration/store.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { createMailer } from '#adapters/smtp/mailer.ts';
import { createEmail } from '#admin/email.ts';
import type { EmailDesk, MailServer } from '#ports/mail.ts';
import type { Opened } from './opened.ts';

/** `smtp://user:password@host:587?from=calls@example.com`; `smtps://` is TLS from the first byte, `?tls=no` does without. */
export const serverOf = (smtpUrl: string): MailServer => {
  const url = new URL(smtpUrl);
  const isTls = url.protocol === 'smtps:';
  const [username, password] = [url.username, url.password].map(decodeURIComponent);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isTls ? 465 : 587) : Number(url.port),
    security: isTls ? 'tls' : url.searchParams.get('tls') === 'no' ? 'none' : 'starttls',
    username: username === '' || username === undefined ? null : username,
    password: password === '' || password === undefined ? null : password,
    fromAddress: url.searchParams.get('from') ?? `callreel@${url.hostname}`,
    fromName: 'Callreel',
    isTrusted: true,
  };
};

export const startEmail = ({ config, database, changeFeed, sealer }: Opened): EmailDesk =>
  createEmail({
    store: createAdminStore(database.kysely),
    changeFeed,
    sealer,
    clock: systemClock,
    mailer: createMailer({ outboundAllow: config.outboundAllow }),
    installation: config.smtpUrl === null ? null : serverOf(config.smtpUrl),
  });
