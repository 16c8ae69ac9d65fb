/** E-mail by a mail server that the tenant names, or the installation's own. */
import type { Result } from '#base/result.ts';
import type { TenantId } from '#core/ids.ts';
import type { Principal, Refusal } from './administration.ts';

/**
 * `starttls`: begins in the clear and refuses to go on without TLS; `tls`: TLS from the first byte; `none`: readable on the way.
 */
export type MailSecurity = 'starttls' | 'tls' | 'none';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly security: MailSecurity;
  /** Null = without signing in. */
  readonly username: string | null;
  readonly password: string | null;
  readonly fromAddress: string;
  readonly fromName: string;
  /** The owner named it in the configuration: private and loopback addresses are theirs to use. */
  readonly isTrusted: boolean;
}

export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface MailRefusal {
  readonly why:
    /** The host leads into a private or loopback range that the owner has not opened. */
    | 'address-not-allowed'
    /** No such host, nobody listens there, or the way is cut. */
    | 'unreachable'
    /** A certificate nobody vouches for, or no TLS where it was asked for. */
    | 'tls'
    /** User name or password is not right, or signing in is not offered. */
    | 'not-signed-in'
    /** The server does not take this sender or recipient. */
    | 'refused'
    | 'timed-out';
  /** The server's own words or the system's, one line, at most 300 characters. */
  readonly detail: string;
}

export interface Mailer {
  /** Within half a minute. Line breaks in addresses and subject are never passed on. */
  send(server: MailServer, message: MailMessage): Promise<Result<null, MailRefusal>>;
}

export interface EmailSettings {
  readonly host: string;
  readonly port: number;
  readonly security: MailSecurity;
  readonly username: string | null;
  readonly hasPassword: boolean;
  readonly fromAddress: string;
  readonly fromName: string;
}

export interface EmailView {
  /** Grows with each change; 0 = never set. */
  readonly version: number;
  /** Null = the tenant has no mail server of its own. */
  readonly settings: EmailSettings | null;
  /** Whether the owner has named a server for tenants without one (`CALLREEL_SMTP_URL`). */
  readonly hasInstallationServer: boolean;
}

export interface EmailChange extends Omit<EmailSettings, 'hasPassword'> {
  readonly version?: number | undefined;
  /** Absent = the present one stays, as long as host and user name stay; null = none. */
  readonly password?: string | null | undefined;
}

export interface EmailDesk {
  read(who: Principal): Promise<EmailView>;
  change(who: Principal, change: EmailChange): Promise<Result<EmailView, Refusal>>;
  /** Forgets the tenant's server and its password. */
  remove(who: Principal): Promise<Result<EmailView, Refusal>>;
  /** A message that says what it is; `mail/not-set` without any server. */
  test(who: Principal, to: string): Promise<Result<MailRefusal | null, Refusal>>;
  /** Notices and alarms of a tenant. `mail/not-set` without any server. */
  send(
    tenantId: TenantId,
    message: MailMessage,
  ): Promise<Result<null, MailRefusal | { readonly why: 'not-set' }>>;
}
