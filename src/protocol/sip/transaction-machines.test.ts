/** The four machines of RFC 3261 §17 as tables: what happens when, with simulated time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow } from './flow.ts';
import { TimingWheel } from './timing-wheel.ts';
import { ClientTransaction } from './transaction-client.ts';
import { InviteClientTransaction } from './transaction-client-invite.ts';
import { ServerTransaction } from './transaction-server.ts';
import { InviteServerTransaction } from './transaction-server-invite.ts';
import { standardTimers, type Transaction, type TransactionHost } from './transaction.ts';
import { Headers, type SipResponse } from './message.ts';

const udp: Flow = {
  transport: 'udp',
  remoteAddress: '192.0.2.1',
  remotePort: 5060,
  reliable: false,
  key: 'udp:192.0.2.1:5060',
};
const tcp: Flow = { ...udp, transport: 'tcp', reliable: true, key: 'tcp:192.0.2.1:5060#1' };

/** What left the machine: `instant word`. */
class World implements TransactionHost {
  readonly timers = standardTimers;
  readonly heard: string[] = [];
  now = 0;
  readonly wheel = new TimingWheel(0, () => undefined);

  transmit(_flow: Flow, bytes: Buffer): void {
    this.heard.push(`${this.now} sends ${bytes.toString()}`);
  }

  schedule(transaction: Transaction, dueAt: number): void {
    this.wheel.schedule(transaction, dueAt);
  }

  ended(): void {
    this.heard.push(`${this.now} over`);
  }

  note(text: string): void {
    this.heard.push(`${this.now} ${text}`);
  }

  /** Time passes up to this instant. */
  until(instant: number): void {
    while (this.now < instant) {
      this.now += 10;
      this.wheel.advance(this.now);
    }
  }
}

const responseOf = (status: number): SipResponse => ({
  kind: 'response',
  status,
  reason: '',
  headers: new Headers(),
  body: Buffer.alloc(0),
});

/** Instant → what arrives or is asked; run in order, then time passes to `until`. */
type Script = readonly (readonly [number, string])[];
interface Row {
  readonly title: string;
  readonly flow?: Flow;
  readonly script: Script;
  readonly until: number;
  readonly expect: readonly string[];
}

const play = (world: World, row: Row, act: (what: string) => void): void => {
  for (const [instant, what] of row.script) {
    world.until(instant);
    act(what);
  }
  world.until(row.until);
  assert.deepEqual(world.heard, row.expect);
  assert.equal(world.wheel.running, 0, 'a timer is still running');
};

const userOf = (world: World) => ({
  onResponse: (response: SipResponse) => world.note(`hears ${response.status}`),
  onFailure: (why: string) => world.note(`hears ${why}`),
});

const inviteClientRows: Row[] = [
  {
    title: 'INVITE client: nobody answers over UDP: timer A doubles without a cap, timer B ends it',
    script: [],
    until: 40_000,
    expect: [
      '0 sends INVITE',
      '500 sends INVITE',
      '1500 sends INVITE',
      '3500 sends INVITE',
      '7500 sends INVITE',
      '15500 sends INVITE',
      '31500 sends INVITE',
      '32000 over',
      '32000 hears timeout',
    ],
  },
  {
    title: 'INVITE client: nobody answers over TCP: one INVITE, timer B all the same',
    flow: tcp,
    script: [],
    until: 40_000,
    expect: ['0 sends INVITE', '32000 over', '32000 hears timeout'],
  },
  {
    title: 'INVITE client: a provisional stops A and B; it may ring for ever',
    script: [
      [600, '180'],
      [100_000, '183'],
      [200_000, '200'],
    ],
    until: 240_000,
    expect: [
      '0 sends INVITE',
      '500 sends INVITE',
      '600 hears 180',
      '100000 hears 183',
      '200000 hears 200',
      '232000 over',
    ],
  },
  {
    title: 'INVITE client: accepted passes each 2xx up for 64·T1 and ignores the rest (RFC 6026)',
    script: [
      [100, '200'],
      [600, '200'],
      [700, '180'],
      [800, '486'],
      [31_000, '200'],
    ],
    until: 40_000,
    expect: ['0 sends INVITE', '100 hears 200', '600 hears 200', '31000 hears 200', '32100 over'],
  },
  {
    title: 'INVITE client: a refusal gets ACK, each repetition of it too, for 32 s over UDP',
    script: [
      [100, '486'],
      [600, '486'],
      [700, '180'],
      [1600, '486'],
      [40_000, '486'],
    ],
    until: 41_000,
    expect: [
      '0 sends INVITE',
      '100 sends ACK',
      '100 hears 486',
      '600 sends ACK',
      '1600 sends ACK',
      '32100 over',
    ],
  },
  {
    title: 'INVITE client: a refusal over TCP ends it at once',
    flow: tcp,
    script: [
      [100, '486'],
      [600, '486'],
    ],
    until: 41_000,
    expect: ['0 sends INVITE', '100 sends ACK', '100 over', '100 hears 486'],
  },
  {
    title: 'INVITE client: the connection is lost before an answer',
    flow: tcp,
    script: [
      [100, '180'],
      [200, 'flow lost'],
    ],
    until: 41_000,
    expect: ['0 sends INVITE', '100 hears 180', '200 over', '200 hears transport'],
  },
];

for (const row of inviteClientRows)
  test(row.title, () => {
    const world = new World();
    const transaction = new InviteClientTransaction(
      {
        key: 'k',
        flow: row.flow ?? udp,
        bytes: Buffer.from('INVITE'),
        makeAck: () => Buffer.from('ACK'),
      },
      userOf(world),
      world,
    );
    transaction.start(0);
    play(world, row, (what) => {
      if (what === 'flow lost') transaction.flowFailed(world.now);
      else transaction.receive(responseOf(Number(what)), world.now);
    });
  });

const clientRows: Row[] = [
  {
    title: 'client: nobody answers over UDP: timer E doubles up to T2, timer F ends it',
    script: [],
    until: 40_000,
    expect: [
      ...[0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map(
        (at) => `${at} sends BYE`,
      ),
      '32000 over',
      '32000 hears timeout',
    ],
  },
  {
    title: 'client: in proceeding timer E runs at T2, and F still ends it',
    script: [[600, '100']],
    until: 40_000,
    expect: [
      '0 sends BYE',
      '500 sends BYE',
      '600 hears 100',
      ...[1500, 5500, 9500, 13_500, 17_500, 21_500, 25_500, 29_500].map((at) => `${at} sends BYE`),
      '32000 over',
      '32000 hears timeout',
    ],
  },
  {
    title: 'client: the final response is heard once and timer K (T4) absorbs its repetitions',
    script: [
      [600, '200'],
      [700, '200'],
      [5500, '200'],
    ],
    until: 40_000,
    expect: ['0 sends BYE', '500 sends BYE', '600 hears 200', '5600 over'],
  },
  {
    title: 'client: over TCP no timer E, and K is zero',
    flow: tcp,
    script: [[6000, '200']],
    until: 40_000,
    expect: ['0 sends BYE', '6000 over', '6000 hears 200'],
  },
];

for (const row of clientRows)
  test(row.title, () => {
    const world = new World();
    const start = { key: 'k', flow: row.flow ?? udp, bytes: Buffer.from('BYE') };
    const transaction = new ClientTransaction(start, userOf(world), world);
    transaction.start(0);
    play(world, row, (what) => transaction.receive(responseOf(Number(what)), world.now));
  });

const inviteServerRows: Row[] = [
  {
    title: 'INVITE server: a repeated INVITE gets the last provisional again',
    script: [
      [0, 'answer 100'],
      [500, 'again'],
      [600, 'answer 180'],
      [1500, 'again'],
      [2000, 'answer 200'],
      [2500, 'again'],
    ],
    until: 50_000,
    expect: [
      '0 sends 100',
      '500 sends 100',
      '600 sends 180',
      '1500 sends 180',
      '2000 sends 200',
      '34000 over',
    ],
  },
  {
    title:
      'INVITE server: a refusal without ACK over UDP: timer G doubles up to T2, timer H ends it',
    script: [[0, 'answer 486']],
    until: 50_000,
    expect: [
      ...[0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map(
        (at) => `${at} sends 486`,
      ),
      '32000 over',
    ],
  },
  {
    title: 'INVITE server: ACK of a refusal stops G; timer I (T4) absorbs further ACKs and INVITEs',
    script: [
      [0, 'answer 486'],
      [600, 'ACK'],
      [700, 'ACK'],
      [800, 'again'],
    ],
    until: 50_000,
    expect: ['0 sends 486', '500 sends 486', '600 ACK absorbed', '700 ACK absorbed', '5600 over'],
  },
  {
    title: 'INVITE server: over TCP a refusal is sent once, and ACK ends it',
    flow: tcp,
    script: [
      [0, 'answer 486'],
      [6000, 'ACK'],
    ],
    until: 50_000,
    expect: ['0 sends 486', '6000 over', '6000 ACK absorbed'],
  },
  {
    title: 'INVITE server: a repeated INVITE in completed gets the refusal again',
    script: [
      [0, 'answer 486'],
      [100, 'again'],
      [200, 'ACK'],
    ],
    until: 50_000,
    expect: ['0 sends 486', '100 sends 486', '200 ACK absorbed', '5200 over'],
  },
  {
    title: 'INVITE server: accepted lets 2xx of the dialog pass and ACKs through until timer L',
    script: [
      [0, 'answer 200'],
      [500, 'answer 200'],
      [600, 'answer 486'],
      [700, 'ACK'],
    ],
    until: 50_000,
    expect: ['0 sends 200', '500 sends 200', '700 ACK for the dialog', '32000 over'],
  },
];

for (const row of inviteServerRows)
  test(row.title, () => {
    const world = new World();
    const transaction = new InviteServerTransaction('k', row.flow ?? udp, world);
    play(world, row, (what) => {
      const [word, status = ''] = what.split(' ');
      if (word === 'answer') transaction.respond(Number(status), Buffer.from(status), world.now);
      else if (word === 'again') transaction.receiveAgain();
      else world.note(transaction.receiveAck(world.now) ? 'ACK absorbed' : 'ACK for the dialog');
    });
  });

const serverRows: Row[] = [
  {
    title:
      'server: silence for a repetition before any response, the last response after it, until J',
    script: [
      [0, 'again'],
      [100, 'answer 100'],
      [200, 'again'],
      [300, 'answer 200'],
      [400, 'again'],
      [500, 'answer 486'],
      [32_000, 'again'],
    ],
    until: 50_000,
    expect: [
      '100 sends 100',
      '200 sends 100',
      '300 sends 200',
      '400 sends 200',
      '32000 sends 200',
      '32300 over',
    ],
  },
  {
    title: 'server: over TCP timer J is zero',
    flow: tcp,
    script: [[100, 'answer 200']],
    until: 50_000,
    expect: ['100 sends 200', '100 over'],
  },
];

for (const row of serverRows)
  test(row.title, () => {
    const world = new World();
    const transaction = new ServerTransaction('k', row.flow ?? udp, world);
    play(world, row, (what) => {
      const [word, status = ''] = what.split(' ');
      if (word === 'answer') transaction.respond(Number(status), Buffer.from(status), world.now);
      else transaction.receiveAgain();
    });
  });

test('a 100 is sent when nobody has answered for 200 ms (RFC 3261 §17.2.1), and never after an answer', () => {
  const trying = (): Buffer => Buffer.from('100');
  const cases: [string, (server: InviteServerTransaction, world: World) => void, string[]][] = [
    ['nobody answers', () => undefined, ['200 sends 100']],
    [
      'it rings at once',
      (server, world) => server.respond(180, Buffer.from('180'), world.now),
      ['0 sends 180'],
    ],
    [
      'it rings late',
      (server, world) => {
        world.until(300);
        server.respond(180, Buffer.from('180'), world.now);
      },
      ['200 sends 100', '300 sends 180'],
    ],
    [
      'the INVITE comes again before',
      (server, world) => {
        world.until(50);
        server.receiveAgain();
        server.receiveAgain();
      },
      ['50 sends 100', '50 sends 100'],
    ],
    [
      'it comes again after the ringing',
      (server, world) => {
        server.respond(180, Buffer.from('180'), world.now);
        server.receiveAgain();
      },
      ['0 sends 180', '0 sends 180'],
    ],
  ];
  for (const [what, happens, expected] of cases) {
    const world = new World();
    const server = new InviteServerTransaction('key', udp, world);
    server.owe(trying, world.now);
    happens(server, world);
    world.until(2000);
    assert.deepEqual(world.heard, expected, what);
    assert.equal(world.wheel.running, 0, what);
  }
});
