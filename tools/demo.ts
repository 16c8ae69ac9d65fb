/**
 * `npm run demo`: two built-in phones hold a short spoken call through a server; the recording is fetched and judged by its content.
 * `npm run demo -- kill`: the server is killed in mid-call and started again, and what is left is judged.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Api, type RecordingFacts } from './demo/api.ts';
import { type DemoCentre, makeDemoCentre } from './demo/centre.ts';
import { checkCut, checkSentences, readDualChannel, toleranceMs } from './demo/check.ts';
import { OwnServer, ServerNotStarted, type ServerAddress } from './demo/own-server.ts';
import { awaitRecording, line, showFindings, showTimeline } from './demo/report.ts';
import {
  connect,
  converse,
  holdOn,
  holdTones,
  openAgent,
  openCustomer,
  pause,
} from './demo/talk.ts';

const help = `npm run demo [-- OPTIONS]        a spoken call through a server that is started for it
npm run demo -- kill             kills that server in mid-call, starts it again, judges what is left

  --url URL --key KEY   through a server that runs already; KEY of an administrator
  --sip HOST:PORT       where that server speaks SIP            (host of the URL, 5060)
  --host ADDRESS        own address of the phones               (127.0.0.1)
  --keep                leaves the demo's own server running until Ctrl-C`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string' },
    key: { type: 'string' },
    sip: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const since = (startedAt: number): string =>
  `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
const outFolder = join(tmpdir(), 'callreel-demo');

const saveAudio = async (
  api: Api,
  recording: RecordingFacts,
  name: string,
): Promise<readonly [Int16Array, Int16Array]> => {
  const wav = await api.bytes(
    `/recordings/${recording.id}/renditions/dual-channel/audio?format=wav`,
  );
  mkdirSync(outFolder, { recursive: true });
  const file = join(outFolder, name);
  writeFileSync(file, wav);
  if (values.keep || values.url !== undefined)
    line('', `on the server ${api.url}/recordings/${recording.id}`);
  line('', `dual-channel WAV saved as ${file}`);
  line('', 'left channel = customer, right channel = agent');
  return readDualChannel(wav);
};

/** The server this demo runs against, with a centre in it. */
interface Stage {
  readonly api: Api;
  readonly sip: ServerAddress['sip'];
  readonly own: OwnServer | null;
}

const runningServer = (url: string, key: string): Stage => {
  const [, host = new URL(url).hostname, port = '5060'] =
    /^(.+?)(?::(\d+))?$/.exec(values.sip ?? '') ?? [];
  line('server', url);
  return { api: new Api(url, key), sip: { host, port: Number(port) }, own: null };
};

const ownServer = async (folder: string): Promise<Stage & { readonly own: OwnServer }> => {
  const own = new OwnServer(folder);
  line('server', 'one of its own is started, which takes some seconds…');
  const startedAt = performance.now();
  const { url, sip } = await own.start();
  line('', `${url}, SIP ${sip.host}:${sip.port}, started in ${folder} (${since(startedAt)})`);
  return { api: await Api.signIn(url, own.email, own.password), sip, own };
};

/** Opens both phones in a centre of their own, runs the act, closes what it opened. */
const withPhones = async <T>(
  { api, sip, own }: Stage,
  act: (
    phones: Awaited<ReturnType<typeof openCustomer>> & {
      readonly agent: Awaited<ReturnType<typeof openAgent>>;
    },
    centre: DemoCentre,
  ) => Promise<T>,
): Promise<T> => {
  const opened = await openCustomer(sip, values.host);
  try {
    const { port } = opened.customer;
    const centre = await makeDemoCentre(api, { host: values.host, port });
    try {
      const agent = await openAgent(api, centre, sip, values.host);
      try {
        line(
          'centre',
          `number ${centre.number} → queue Demo → ${centre.sipUsername}; inbound recording is on`,
        );
        line(
          'phones',
          `customer on ${values.host}:${port} (trunk), agent on ${values.host}:${agent.port} (registered by digest)`,
        );
        return await act({ ...opened, agent }, centre);
      } finally {
        await agent.close();
      }
    } finally {
      // What was changed on a server of our own goes away with it.
      if (own === null) await centre.restore();
    }
  } finally {
    await opened.customer.close();
  }
};

const spokenCall = (stage: Stage): Promise<boolean> =>
  withPhones(stage, async ({ customer, callerNumber, agent }, centre) => {
    console.log(`\ncall       ${callerNumber} rings ${centre.number}`);
    const talk = await connect(customer, agent, centre.number);
    const said = await converse(talk, 2);
    await holdOn(talk, 1200);
    said.push(...(await converse(talk, 3, 2)));
    talk.calls.customer.hangUp();
    const hungUpAt = performance.now();
    await talk.calls.agent.untilEnded();
    const { recording } = await awaitRecording(stage.api, callerNumber);
    const length = ((recording.durationMs ?? 0) / 1000).toFixed(1);
    console.log(
      `\nrecording  ${recording.id}, ${length} s, ready ${since(hungUpAt)} after the hang-up`,
    );
    const channels = await saveAudio(stage.api, recording, 'spoken-call.wav');
    showTimeline(recording);
    const held = (recording.timeline ?? []).filter(({ kind }) => kind === 'hold');
    const startedAtMs = Date.parse(recording.startedAt);
    return showFindings(
      `check      of the audio, each sentence within ${toleranceMs} ms of where it was said`,
      [
        ...checkSentences(channels, said, startedAtMs),
        { ok: held.length > 0, text: `the timeline shows the hold` },
      ],
    );
  });

const killedCall = async (stage: Stage & { readonly own: OwnServer }): Promise<boolean> => {
  const { own } = stage;
  const before = await withPhones(stage, async ({ customer, callerNumber, agent }, centre) => {
    console.log(`\ncall       ${callerNumber} rings ${centre.number}`);
    const talk = await connect(customer, agent, centre.number);
    const said = await converse(talk, 2);
    await pause(300);
    const letGo = await holdTones(talk);
    // So that the kill falls at no special moment of any half-second rhythm.
    await pause(2500 + Math.random() * 1000);
    const killedAtMs = Date.now();
    await own.kill();
    console.log(
      '\n           kill −9 while both hold their tone: nothing was written after this instant',
    );
    const held = await letGo();
    return { callerNumber, said, held, killedAtMs };
  });
  const restartedAt = performance.now();
  const { url } = await own.start();
  const api = await Api.signIn(url, own.email, own.password);
  line('server', `started again on the same folder (${since(restartedAt)})`);
  const { call, recording } = await awaitRecording(api, before.callerNumber);
  const length = ((recording.durationMs ?? 0) / 1000).toFixed(1);
  console.log(
    `\nrecording  ${recording.id}, ${length} s, salvaged and ready ${since(restartedAt)} after the restart began`,
  );
  const channels = await saveAudio(api, recording, 'killed-call.wav');
  showTimeline(recording);
  const cuts = (recording.timeline ?? []).filter(({ kind }) => kind === 'cut');
  return showFindings('check      of what the kill left', [
    ...checkSentences(channels, before.said, Date.parse(recording.startedAt)),
    ...before.held.map((tone) => checkCut(channels, tone, before.killedAtMs)),
    { ok: recording.salvaged, text: 'the recording says that it was salvaged' },
    { ok: cuts.length === 2, text: `the cut is marked in ${cuts.length} of 2 tracks` },
    { ok: call.endStatus !== null, text: `the call has its end: ${call.endStatus ?? 'none'}` },
  ]);
};

const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => process.once('SIGINT', () => resolve()));

const run = async (): Promise<boolean> => {
  const kills = positionals[0] === 'kill';
  if (values.url !== undefined && values.key !== undefined) {
    if (kills) throw new Error('the demo kills only a server of its own: leave out --url');
    return spokenCall(runningServer(values.url, values.key));
  }
  if (values.url !== undefined)
    throw new Error('--url needs --key, the API key of an administrator');
  const folder = mkdtempSync(join(tmpdir(), 'callreel-demo-'));
  let passed = false;
  let isWorthALook = true;
  try {
    const stage = await ownServer(folder);
    try {
      passed = kills ? await killedCall(stage) : await spokenCall(stage);
      if (values.keep) {
        console.log(
          `\nThe server stays: sign in as ${stage.own.email} with ${stage.own.password}; Ctrl-C ends it.`,
        );
        await untilInterrupted();
      }
    } finally {
      await stage.own.stop();
    }
  } catch (thrown) {
    isWorthALook = !(thrown instanceof ServerNotStarted);
    throw thrown;
  } finally {
    if (passed || !isWorthALook) rmSync(folder, { recursive: true, force: true });
    else console.error(`\nEverything is kept for a look in ${folder} (server.log, data).`);
  }
  return passed;
};

if (values.help || (positionals.length > 0 && positionals.join(' ') !== 'kill')) {
  if (values.help) console.log(help);
  else
    console.error(
      `The demo goes with "kill" or with no word, not with "${positionals.join(' ')}".\n\n${help}`,
    );
  process.exitCode = values.help ? 0 : 2;
} else {
  console.log('Callreel demo\n');
  try {
    const passed = await run();
    console.log(passed ? '\nPASSED: the audio was checked.' : '\nFAILED: see the marks above.');
    if (passed && !values.keep && values.url === undefined)
      console.log('To play it in the console: the same with --keep, which leaves the server up.');
    process.exitCode = passed ? 0 : 1;
  } catch (error) {
    console.error(`\nFAILED: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
