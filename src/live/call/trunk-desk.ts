/** What somebody who looks after trunks asks of them: are you there, and does a number ring through you? */
import { ok, refuse, type Result } from '#base/result.ts';
import type { TenantId } from '#core/ids.ts';
import type { DirectoryIndex } from '#core/routing/directory-index.ts';
import { planOutbound } from '#core/routing/outbound.ts';
import type { TestTrunkOrder, TestTrunkOutcome, TestTrunkRefusal } from '#ports/live-calls.ts';
import { TestCall, type TestCallOptions } from './test-call.ts';

export interface TrunkDeskOptions extends Pick<
  TestCallOptions,
  'signalling' | 'media' | 'mediaAddress' | 'clock'
> {
  readonly directory: () => DirectoryIndex;
}

/** At once in the whole process: each is a call that somebody pays for. */
const maxAtOnce = 4;
/** Per tenant: enough to find a fault, too few to be of use to whoever stole a password. */
const maxPerWindow = 10;
const windowMs = 10 * 60_000;

export class TrunkDesk {
  readonly #options: TrunkDeskOptions;
  readonly #running = new Set<TestCall>();
  readonly #recent = new Map<TenantId, readonly number[]>();

  constructor(options: TrunkDeskOptions) {
    this.#options = options;
  }

  /** Allowed prefixes hold as for any call; emergency numbers are not rung to see whether they work. */
  async test(order: TestTrunkOrder): Promise<Result<TestTrunkOutcome, TestTrunkRefusal>> {
    const { directory } = this.#options;
    const trunk = directory()
      .trunks(order.tenantId)
      .find(({ id }) => id === order.trunkId);
    const tenant = directory().tenant(order.tenantId);
    if (trunk === undefined || tenant === undefined) return refuse('unknown-trunk');
    const wish = { tenant, agent: { callerNumber: null }, dialled: order.to };
    const plan = planOutbound(wish, [trunk]);
    if (!plan.ok) return refuse(plan.error === 'no-trunk' ? 'unknown-trunk' : plan.error);
    if (plan.value.isEmergency) return refuse('emergency-number');
    if (this.#running.size >= maxAtOnce) return refuse('no-capacity');
    if (!this.#isWithinLimit(order.tenantId)) return refuse('too-many');
    const { number, callerNumber } = plan.value;
    const call = new TestCall({ ...this.#options, trunk, number, callerNumber });
    this.#running.add(call);
    try {
      return ok(await call.outcome);
    } finally {
      this.#running.delete(call);
    }
  }

  /** Hangs up what is up. */
  close(): void {
    for (const call of this.#running) call.close();
  }

  #isWithinLimit(tenantId: TenantId): boolean {
    const nowMs = this.#options.clock.monoMs();
    const recent = (this.#recent.get(tenantId) ?? []).filter((atMs) => nowMs - atMs < windowMs);
    const isWithin = recent.length < maxPerWindow;
    this.#recent.set(tenantId, isWithin ? [...recent, nowMs] : recent);
    return isWithin;
  }
}
