/** Sends mail by SMTP (RFC 5321, STARTTLS RFC 3207) through nodemailer; a refusal is a value in plain words. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { ok, refuse, type Result } from '#base/result.ts';
import type { Mailer, MailMessage, MailRefusal, MailServer } from '#ports/mail.ts';
import { resolveAllowed } from './allowed-address.ts';

export interface MailerOptions {
  /** Closed ranges that the owner has opened: CALLREEL_OUTBOUND_ALLOW. */
  readonly outboundAllow: readonly string[];
  /** Certificates to trust besides the system's, PEM. */
  readonly ca?: string;
  /** For a step of the conversation; default 10 s. */
  readonly timeoutMs?: number;
}

/** A mail server that takes longer is of no use to somebody who waits for a test. */
const defaultTimeoutMs = 10_000;
const mostDetail = 300;

/** One line without control characters: it goes into headers, logs and pages. */
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();

const textOf = (thrown: unknown, key: string): string => {
  if (typeof thrown !== 'object' || thrown === null) return '';
  const value: unknown = Object.entries(Object.assign({}, thrown)).find(
    ([name]) => name === key,
  )?.[1];
  return typeof value === 'string' ? value : '';
};

const isAboutTls = (code: string, message: string): boolean =>
  code === 'ETLS' ||
  code === 'EREQUIRETLS' ||
  /certificate|wrong version number|ssl|tls|altname|self.signed/i.test(message);

const whyOf = (code: string, message: string): MailRefusal['why'] => {
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2') return 'not-signed-in';
  if (isAboutTls(code, message)) return 'tls';
  if (code === 'ETIMEDOUT' || /timeout|timed out/i.test(message)) return 'timed-out';
  if (code === 'EENVELOPE' || code === 'EMESSAGE' || code === 'EPROTOCOL') return 'refused';
  return 'unreachable';
};

/** What went wrong, by what nodemailer calls it and what the server answered. */
const refusalOf = (thrown: unknown): MailRefusal => {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const said = textOf(thrown, 'response') || message;
  return {
    why: whyOf(textOf(thrown, 'code'), message),
    detail: oneLine(said).slice(0, mostDetail),
  };
};

const addressOf = async (
  { host, isTrusted }: MailServer,
  allow: readonly string[],
): Promise<Result<string, MailRefusal>> => {
  const unknown: MailRefusal = {
    why: 'unreachable',
    detail: `${oneLine(host)} is not a known host`,
  };
  if (isTrusted)
    return lookup(host, { order: 'ipv4first' }).then(
      ({ address }) => ok(address),
      () => refuse(unknown),
    );
  const resolved = await resolveAllowed(host, allow);
  if (resolved.kind === 'address') return ok(resolved.address);
  if (resolved.kind === 'unknown') return refuse(unknown);
  const detail = `${oneLine(host)} is inside a private network`;
  return refuse({ why: 'address-not-allowed', detail });
};

const transportOf = (server: MailServer, address: string, options: MailerOptions) => {
  const { timeoutMs = defaultTimeoutMs, ca } = options;
  const { host, port, security, username, password } = server;
  return createTransport({
    host: address,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { ...(isIP(host) === 0 && { servername: host }), ...(ca !== undefined && { ca }) },
    ...(username !== null && { auth: { user: username, pass: password ?? '' } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // What a message holds is text of ours: nothing is read from a path or an address in it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
};

/** Fulfils `Mailer`. */
export const createMailer = (options: MailerOptions): Mailer => ({
  send: async (server: MailServer, message: MailMessage) => {
    const address = await addressOf(server, options.outboundAllow);
    if (!address.ok) return address;
    const transport = transportOf(server, address.value, options);
    try {
      await transport.sendMail({
        from: { name: oneLine(server.fromName), address: oneLine(server.fromAddress) },
        to: { name: '', address: oneLine(message.to) },
        subject: oneLine(message.subject),
        text: message.text,
      });
      return ok(null);
    } catch (thrown) {
      return refuse(refusalOf(thrown));
    } finally {
      transport.close();
    }
  },
});
