/**
 * The disk of journals, and that of the ledger, fills up in mid call or turns read-only: the people on the line hear nothing of it, the
 * account and the alarms do, and the next call after that is recorded again.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { toneSpans } from '#audio/tone-spans.ts';
import { tone } from '#audio/tones.ts';
import { makeCentre } from '../rig/centre.ts';
import {
  agentAvailable,
  type CallRow,
  fetchAudio,
  findCall,
  findRecording,
} from '../rig/centre-watch.ts';
import { freePorts } from '../rig/free-port.ts';
import { toneMs } from '../rig/journey.ts';
import { until } from '../rig/programs.ts';
import { makeServer, type Server } from '../rig/server.ts';
import { mountSmallDisk, type SmallDisk } from '../rig/small-disk.ts';
import { embeddedTemplate } from '../rig/test-database.ts';
import { connect, openTestPhone } from '../rig/test-phone.ts';
import { findTones } from '../rig/tone-check.ts';

const customerHz = 700;
const agentHz = 1100;
const voice = (frequencyHz: number): Int16Array =>
  tone({ frequenciesHz: [frequencyHz], durationMs: 20_000 });

interface Room {
  readonly server: Server;
  readonly disk: SmallDisk;
  /** A call in which both talk; `during` happens in its middle. Judges that each heard all the other said. */
  readonly talk: (during?: () => void | Promise<void>) => Promise<void>;
  /** The same, and the row of the call once it is accounted for. */
  readonly call: (during?: () => void | Promise<void>) => Promise<CallRow>;
  /** The next call that is accounted for and was not asked for yet. */
  readonly nextRow: () => Promise<CallRow>;
  /** The value of a figure of `/metrics`, all its labels together. */
  readonly metric: (name: string, label?: string) => Promise<number>;
  readonly alarms: () => Promise<
    readonly { kind: string; message: string; clearedAt: string | null }[]
  >;
}

const withRoom = async (
  lent: readonly string[],
  body: (room: Room) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'callreel-disk-'));
  const disk = mountSmallDisk('512k');
  const server = await makeServer({ folder, deadlineMs: 300_000 });
  const phones: { close(): Promise<void> }[] = [];
  try {
    mkdirSync(server.dataDir, { mode: 0o700 });
    cpSync(await embeddedTemplate(), join(server.dataDir, 'db'), { recursive: true });
    for (const name of lent) disk.lendTo(join(server.dataDir, name));
    await server.start();
    const { items } = await server.request<{ items: { id: string }[] }>('GET', '/tenants');
    const path = `/tenants/${items[0]?.id ?? ''}`;
    await server.request('PATCH', path, { body: { wrapUpSeconds: 0 } });
    const trunkPort = await freePorts(2);
    const [seat] = (await makeCentre(server, { trunkPort, agents: 1, record: true })).agents;
    assert.ok(seat);
    const at = { host: '127.0.0.1', port: server.sipPort };
    const customer = await openTestPhone({ user: '+12025550199', server: at, port: trunkPort });
    const agent = await openTestPhone({
      user: seat.sipUsername,
      password: seat.sipPassword,
      server: at,
    });
    phones.push(customer, agent);
    await agent.register();

    const known = new Set<string>();
    const talk: Room['talk'] = async (during = () => undefined) => {
      await agentAvailable(server, seat.id);
      const { mine, theirs } = await connect(customer, agent);
      const spoken = [mine.say(voice(customerHz)), theirs.say(voice(agentHz))];
      await new Promise((resolve) => setTimeout(resolve, 800));
      await during();
      await new Promise((resolve) => setTimeout(resolve, 1200));
      mine.hush();
      theirs.hush();
      const saidMs = (await Promise.all(spoken)).map(({ frames }) => frames / 8);
      const heardMs = (): readonly number[] =>
        [[theirs.heard, customerHz] as const, [mine.heard, agentHz] as const].map(
          ([samples, hz]) =>
            toneSpans(samples, hz).reduce(
              (sum, span) => sum + span.untilFrame - span.fromFrame,
              0,
            ) / 8,
        );
      const isAllHeard = (): boolean =>
        heardMs().every((heard, index) => Math.abs(heard - (saidMs[index] ?? 0)) <= 60);
      // The last packets are under way, on a busy machine for longer than usual; what was lost does not come.
      const heardBy = performance.now() + 3000;
      while (!isAllHeard() && performance.now() < heardBy)
        await new Promise((resolve) => setTimeout(resolve, 50));
      mine.hangUp();
      await theirs.untilEnded();
      for (const [index, heard] of heardMs().entries())
        assert.ok(
          Math.abs(heard - (saidMs[index] ?? 0)) <= 60,
          `heard ${heard} of ${saidMs[index]} ms`,
        );
    };
    const nextRow: Room['nextRow'] = async () => {
      const row = await findCall(
        server,
        'the call is accounted for',
        ({ id, endedAt, outcome }) =>
          !known.has(id) && endedAt !== null && outcome !== 'inProgress',
        20_000,
      );
      known.add(row.id);
      return row;
    };
    const call: Room['call'] = async (during) => {
      await talk(during);
      return nextRow();
    };
    const metric = async (name: string, label = ''): Promise<number> => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return text
        .split('\n')
        .filter((line) => line.startsWith(name) && line.includes(label))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    };
    const alarms: Room['alarms'] = async () =>
      (await server.request<{ items: Awaited<ReturnType<Room['alarms']>> }>('GET', '/alarms'))
        .items;
    await body({ server, disk, talk, call, nextRow, metric, alarms });
  } finally {
    await Promise.all(phones.map((phone) => phone.close()));
    await server.stop();
    disk.unmount();
    rmSync(folder, { recursive: true, force: true });
  }
};

const judgeRecorded = async ({ server }: Room, row: CallRow): Promise<void> => {
  assert.equal(row.outcome, 'ready', row.outcomeReason ?? '');
  const { id } = await findRecording(server, row.id);
  const tones = findTones(await fetchAudio(server, id, 'dual-channel'), [customerHz, agentHz]);
  assert.ok(toneMs(tones, 0, customerHz) > 1700 && toneMs(tones, 1, agentHz) > 1700);
};

test('journals on a disk that fills up or turns read-only: the call goes on, is failed with the reason, and the next one is recorded', async () => {
  await withRoom(['journals'], async (room) => {
    const { disk, call, metric, alarms } = room;
    await judgeRecorded(room, await call());
    const failures = 'callreel_capture_failures_total';
    assert.equal(await metric(failures), 0);

    const full = await call(async () => {
      disk.fill();
      await until('the figure of failed captures rises', async () =>
        (await metric(failures, 'reason="disk/full"')) >= 1 ? true : undefined,
      );
    });
    assert.deepEqual([full.outcome, full.outcomeReason], ['failed', 'disk/full']);
    const cuts = (await findRecording(room.server, full.id)).timeline?.flatMap((span) =>
      span.kind === 'cut' ? [span.reason] : [],
    );
    assert.deepEqual(new Set(cuts), new Set(['disk/full']));
    const standing = await until('an alarm stands', async () =>
      (await alarms()).find(
        ({ kind, clearedAt }) => kind === 'capture/failed' && clearedAt === null,
      ),
    );
    assert.match(standing.message, /disk is full \(disk\/full\)/);

    disk.free();
    await judgeRecorded(room, await call());
    await until('the alarm is over', async () =>
      (await alarms()).every(({ clearedAt }) => clearedAt !== null) ? true : undefined,
    );

    disk.readOnly(true);
    const refused = await call();
    assert.deepEqual([refused.outcome, refused.outcomeReason], ['failed', 'disk/read-only']);
    disk.readOnly(false);
    await judgeRecorded(room, await call());
  });
});

test('the ledger on the full disk too: calls go on, their account waits in memory and is whole once there is space', async () => {
  await withRoom(['journals', 'ledger'], async (room) => {
    const { disk, talk, call, nextRow, metric } = room;
    const queued = 'callreel_ledger_queued_entries';
    await judgeRecorded(room, await call());
    assert.equal(await metric(queued), 0);
    await talk(() => disk.fill());
    await talk();
    await talk();
    assert.ok((await metric(queued)) > 0, 'the figure tells that the ledger waits');
    assert.equal(await metric('callreel_ledger_lost_entries_total'), 0);
    disk.free();
    await until('the ledger is written', async () =>
      (await metric(queued)) === 0 ? true : undefined,
    );
    for (let n = 0; n < 3; n++) {
      const row = await nextRow();
      assert.deepEqual([row.outcome, row.outcomeReason], ['failed', 'disk/full']);
      const { state, failureReason } = await findRecording(room.server, row.id);
      if (state === 'failed') assert.equal(failureReason, 'disk/full');
    }
    await judgeRecorded(room, await call());
  });
});
