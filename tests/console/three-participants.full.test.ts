/** A recording of three in a real browser: whoever is silenced is not heard, and nobody else is missing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeFindings } from '../rig/browser.ts';
import { leaveCall } from '../rig/call-of-three.ts';
import { lookInTurn, openConsole, signIn, type ConsoleRig } from '../rig/console.ts';
import { until } from '../rig/programs.ts';

let rig: ConsoleRig;
let page: Page;

const tones = { '+12025550177': 500, Ada: 1000, Bo: 1700 };
type Name = keyof typeof tones;

/** What goes to the loudspeakers is also looked at. */
const probe = `(() => {
  const place = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, 'destination');
  const probes = new WeakMap();
  Object.defineProperty(AudioContext.prototype, 'destination', { get() {
    let probe = probes.get(this);
    if (!probe) {
      probe = this.createAnalyser();
      probe.fftSize = 4096;
      probe.smoothingTimeConstant = 0;
      probe.connect(place.get.call(this));
      probes.set(this, probe);
      window.probe = probe;
    }
    return probe;
  } });
})()`;

before(async () => {
  rig = await openConsole({ name: 'three' });
  const { server } = rig;
  const agents: string[] = [];
  for (const [index, name] of ['Ada', 'Bo'].entries()) {
    const body = {
      name,
      email: `${name}@example.test`,
      agentId: String(1001 + index),
      sipUsername: name.toLowerCase(),
    };
    agents.push((await server.request<{ id: string }>('POST', '/agents', { body })).id);
  }
  const { items } = await server.request<{ items: { id: string }[] }>('GET', '/tenants');
  await server.stop();
  const { recordingId } = await leaveCall(server.dataDir, {
    tenantId: items[0]?.id ?? '',
    seconds: 40,
    speakers: [
      { kind: 'customer', endpointUser: '+12025550177', agentId: null, toneHz: 500 },
      { kind: 'agent', endpointUser: 'Ada', agentId: agents[0] ?? '', toneHz: 1000 },
      { kind: 'agent', endpointUser: 'Bo', agentId: agents[1] ?? '', toneHz: 1700 },
    ],
  });
  await server.start();
  await until(
    'the recording is ready',
    async () => {
      const answer = await server.fetch('GET', `/recordings/${recordingId}`);
      if (!answer.ok) return undefined;
      return ((await answer.json()) as { state: string }).state === 'ready' ? true : undefined;
    },
    { deadlineMs: 60_000, everyMs: 200 },
  );
  page = rig.desk.page;
  await page.addInitScript(probe);
  await page.goto(`/recordings/${recordingId}`);
  await signIn(page);
  await page.locator('canvas').nth(2).waitFor({ timeout: 60_000 });
});
after(() => rig.close());

/** Whose tone stands out at this moment. */
const heardNow = async (): Promise<readonly string[]> => {
  const levels = await page.evaluate<number[]>(`(() => {
    if (!window.probe) return [];
    const bins = new Float32Array(window.probe.frequencyBinCount);
    window.probe.getFloatFrequencyData(bins);
    const hzPerBin = window.probe.context.sampleRate / window.probe.fftSize;
    return ${JSON.stringify(Object.values(tones))}.map((hz) => {
      const bin = Math.round(hz / hzPerBin);
      return Math.max(...bins.slice(bin - 2, bin + 3));
    });
  })()`);
  // The tones are 15 dB below full scale; what leaks through a filter or a codec is far lower.
  return Object.keys(tones).filter((_, place) => (levels[place] ?? -200) > -50);
};

const hears = async (...wanted: readonly Name[]): Promise<void> => {
  let last = '';
  await until(
    `${wanted.join(', ') || 'nobody'} and nobody else is heard`,
    async () => {
      last = (await heardNow()).join(', ');
      return last === wanted.join(', ') ? true : undefined;
    },
    { deadlineMs: 20_000, everyMs: 50 },
  ).catch((error: unknown) => {
    throw new Error(`heard: ${last || 'nobody'}`, { cause: error });
  });
};

const mute = (name: Name) => page.getByRole('button', { name: `Mute ${name}`, exact: true });
const solo = (name: Name) => page.getByRole('button', { name: `Hear only ${name}`, exact: true });
const isPressed = async (button: ReturnType<typeof mute>): Promise<boolean> =>
  (await button.getAttribute('aria-pressed')) === 'true';

/** The hint of the button under the pointer is no part of the page. */
const leaveButtons = async (): Promise<void> => {
  await page.mouse.move(0, 0);
  await page.getByRole('tooltip').waitFor({ state: 'detached' });
};

test('all three are heard at first', async () => {
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await hears('+12025550177', 'Ada', 'Bo');
});

test('of two agents on one side the one who is muted is not heard, the other is', async () => {
  await mute('Ada').click();
  await hears('+12025550177', 'Bo');
  assert.ok(await isPressed(mute('Ada')));
  assert.ok(!(await isPressed(mute('Bo'))));
  await leaveButtons();
  assert.deepEqual(await axeFindings(page), []);
  await mute('+12025550177').click();
  await hears('Bo');
  assert.ok(await isPressed(solo('Bo')), 'who is left is alone');
});

test('the needle may be moved and stopped, and the same ones are heard afterwards', async () => {
  const slider = page.getByRole('slider', { name: 'Position' });
  await slider.focus();
  await slider.press('Home');
  await hears('Bo');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await hears();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await hears('Bo');
});

test('one alone, by button and by key, and all again', async () => {
  await solo('Ada').click();
  await hears('Ada');
  await solo('Ada').click();
  await hears('+12025550177', 'Ada', 'Bo');
  await page.locator('body').press('1');
  await hears('Ada', 'Bo');
  await page.locator('body').press('1');
  await hears('+12025550177', 'Ada', 'Bo');
});

test('three lanes fit a desk and a telephone', async () => {
  const look = lookInTurn(rig);
  await solo('Bo').click();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await leaveButtons();
  const findings = [
    ...(await look(page, 'three-participants')),
    ...(await look(page, 'three-participants')),
  ];
  assert.deepEqual(findings, []);
  assert.deepEqual(rig.desk.complaints, []);
});
