/** The mail server of a tenant: a settings block whose password is sealed and never shown again. */
import { ok, refuse, type Result } from '#base/result.ts';
import type { TenantId } from '#core/ids.ts';
import type { Principal, Refusal } from '#ports/administration.ts';
import type {
  EmailChange,
  EmailDesk,
  EmailSettings,
  EmailView,
  Mailer,
  MailServer,
} from '#ports/mail.ts';
import { differences, noteOf, write, type Desk } from './desk.ts';
import { createPasswords } from './passwords.ts';

const scope = 'email';
const taken = {
  settings_versions_pkey: { code: 'settings/version-conflict', field: 'version' },
} as const;

/** As it is stored. */
interface Stored extends Omit<EmailSettings, 'hasPassword'> {
  readonly passwordSealed: string | null;
}

export interface EmailOptions extends Omit<Desk, 'passwords'> {
  readonly mailer: Mailer;
  /** For tenants without a server of their own; null = none. */
  readonly installation: MailServer | null;
}

const testMessage = {
  subject: 'Callreel: test message',
  text: 'This message was sent from the settings of Callreel to see whether e-mail works. It does.\n',
};

const settingsOf = ({ passwordSealed, ...rest }: Stored): EmailSettings => ({
  ...rest,
  hasPassword: passwordSealed !== null,
});

/** A password is given to the server it was written for: whoever points the settings elsewhere writes it again. */
const keptPassword = (before: Stored | null, change: EmailChange): string | null =>
  before?.host === change.host && before.username === change.username
    ? before.passwordSealed
    : null;

class TenantEmail implements EmailDesk {
  readonly #options: EmailOptions;
  readonly #desk: Desk;

  constructor(options: EmailOptions) {
    this.#options = options;
    this.#desk = { ...options, passwords: createPasswords() };
  }

  async read(who: Principal): Promise<EmailView> {
    return this.#view(await this.#latest(who.tenantId));
  }

  change(who: Principal, change: EmailChange): Promise<Result<EmailView, Refusal>> {
    const { version: _version, password, ...rest } = change;
    return this.#put(who, change.version, (before) => ({
      ...rest,
      passwordSealed:
        password === undefined
          ? keptPassword(before, change)
          : password === null
            ? null
            : this.#options.sealer.seal(new TextEncoder().encode(password)),
    }));
  }

  remove(who: Principal): Promise<Result<EmailView, Refusal>> {
    return this.#put(who, undefined, () => null);
  }

  async test(who: Principal, to: string) {
    const server = await this.#serverOf(who.tenantId);
    if (!server) return refuse({ code: 'mail/not-set' } as const);
    const sent = await this.#options.mailer.send(server, { ...testMessage, to });
    const { store, clock } = this.#options;
    await noteOf(store, who, new Date(clock.nowMs()), {
      action: 'email.test',
      subjectKind: 'settings',
      subjectId: scope,
      detail: { to, host: server.host, result: sent.ok ? 'sent' : sent.error.why },
    });
    return ok(sent.ok ? null : sent.error);
  }

  async send(tenantId: TenantId, message: Parameters<EmailDesk['send']>[1]) {
    const server = await this.#serverOf(tenantId);
    return server
      ? this.#options.mailer.send(server, message)
      : refuse({ why: 'not-set' } as const);
  }

  async #latest(tenantId: TenantId) {
    const latest = await this.#options.store.settings.latest(tenantId, scope);
    return { version: latest?.version ?? 0, value: (latest?.value ?? null) as Stored | null };
  }

  #view({
    version,
    value,
  }: {
    readonly version: number;
    readonly value: Stored | null;
  }): EmailView {
    return {
      version,
      settings: value && settingsOf(value),
      hasInstallationServer: this.#options.installation !== null,
    };
  }

  async #serverOf(tenantId: TenantId): Promise<MailServer | null> {
    const { value } = await this.#latest(tenantId);
    if (value === null) return this.#options.installation;
    const { passwordSealed, ...rest } = value;
    const password =
      passwordSealed === null
        ? null
        : new TextDecoder().decode(this.#options.sealer.open(passwordSealed));
    return { ...rest, password, isTrusted: false };
  }

  #put(
    who: Principal,
    madeTo: number | undefined,
    alter: (before: Stored | null) => Stored | null,
  ): Promise<Result<EmailView, Refusal>> {
    return write(this.#desk, who, taken, async ({ rows, now }) => {
      const latest = await rows.settings.latest(who.tenantId, scope);
      const present = latest?.version ?? 0;
      if (madeTo !== undefined && madeTo !== present)
        return refuse({ code: 'settings/version-conflict' });
      const before = (latest?.value ?? null) as Stored | null;
      const value = alter(before);
      const version = present + 1;
      await rows.settings.insert({
        tenantId: who.tenantId,
        scope,
        version,
        value,
        changedBy: who.id,
        changedAt: now,
      });
      const changed = differences(
        before ? settingsOf(before) : {},
        value ? settingsOf(value) : { removed: true },
      );
      const secrets = before?.passwordSealed === value?.passwordSealed ? [] : ['password'];
      const note = {
        action: 'settings.update',
        subjectKind: 'settings',
        subjectId: scope,
        detail: { version, changed, secrets },
      };
      return ok({ value: this.#view({ version, value }), topic: 'settings', note });
    });
  }
}

export const createEmail = (options: EmailOptions): EmailDesk => new TenantEmail(options);
