/**
 * Debian's baresip as a foreign phone: it speaks a tone of its own from a WAV file, writes what it heard, and obeys commands over its
 * control socket. baresip also listens on its SIP port + 1 (TLS), so the control port lies elsewhere.
 */
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { freePorts } from './free-port.ts';
import { type Program, requireProgram, startProgram, until } from './programs.ts';
import { toneWav } from './tone-wav.ts';

export interface BaresipOptions {
  readonly folder: string;
  /** Host and port of the server it registers at, or null for a phone that is only called directly. */
  readonly registrar: { readonly host: string; readonly port: number } | null;
  readonly user: string;
  readonly password?: string;
  readonly transport?: 'udp' | 'tcp';
  /** What it says for as long as a call lasts. */
  readonly toneHz: number;
  readonly answers: 'auto' | 'manual';
  /** Where it listens, the first of forty ports of its own; any free ones unless told. */
  readonly sipPort?: number;
  /** The only codec it speaks; µ-law and A-law unless told. */
  readonly codec?: 'PCMU' | 'PCMA';
  readonly deadlineMs: number;
}

export interface BaresipEvent {
  readonly type: string;
  readonly param?: string;
  readonly peeruri?: string;
}

export interface Baresip {
  readonly sipPort: number;
  readonly program: Program;
  /** Sends one command (`dial`, `hangup`, `hold`, `resume`, `accept`, `sndcode`) and waits for its answer. */
  command(command: string, params?: string): Promise<void>;
  /** Every event so far. */
  events(): readonly BaresipEvent[];
  /** Waits for the n-th event of that type (1 = first). */
  event(type: string, nth?: number, deadlineMs?: number): Promise<BaresipEvent>;
  /** WAV files of what it heard (decoded), oldest first; complete after the call. */
  heard(): string[];
  stop(): Promise<void>;
}

const configFor = (o: BaresipOptions, sipPort: number, controlPort: number): string =>
  [
    'poll_method epoll',
    `sip_listen 127.0.0.1:${sipPort}`,
    'net_interface 127.0.0.1',
    `audio_source aufile,${join(o.folder, 'says.wav')}`,
    `audio_player aufile,${join(o.folder, 'player.wav')}`,
    'audio_alert aufile,/dev/null',
    'ausrc_srate 8000',
    'auplay_srate 8000',
    'ausrc_channels 1',
    'auplay_channels 1',
    `rtp_ports ${sipPort + 10}-${sipPort + 30}`,
    'module_path /usr/lib/baresip/modules',
    ...['g711', 'aufile', 'sndfile'].map((name) => `module ${name}.so`),
    ...['account', 'menu', 'ctrl_tcp'].map((name) => `module_app ${name}.so`),
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
    `snd_path ${o.folder}`,
    '',
  ].join('\n');

const accountFor = (o: BaresipOptions, sipPort: number): string => {
  const { host, port } = o.registrar ?? { host: '127.0.0.1', port: sipPort };
  const register = o.registrar === null ? 'regint=0' : 'regint=60';
  const auth = o.password === undefined ? '' : `;auth_user=${o.user};auth_pass=${o.password}`;
  const codecs = o.codec === undefined ? '' : `;audio_codecs=${o.codec}/8000/1`;
  return `<sip:${o.user}@${host}:${port};transport=${o.transport ?? 'udp'}>${auth};${register};answermode=${o.answers}${codecs}\n`;
};

/** Reads netstrings (`12:{"a":"b"...},`) out of a growing text. */
const readNetstrings = (text: string, onJson: (value: unknown) => void): string => {
  let rest = text;
  for (;;) {
    const colon = rest.indexOf(':');
    if (colon < 0) return rest;
    const length = Number(rest.slice(0, colon));
    if (!Number.isInteger(length)) throw new Error(`not a netstring: ${rest.slice(0, 40)}`);
    if (rest.length < colon + length + 2) return rest;
    onJson(JSON.parse(rest.slice(colon + 1, colon + 1 + length)));
    rest = rest.slice(colon + length + 2);
  }
};

export const startBaresip = async (options: BaresipOptions): Promise<Baresip> => {
  const path = requireProgram('baresip', 'baresip');
  mkdirSync(options.folder, { recursive: true });
  const sipPort = options.sipPort ?? (await freePorts(40));
  const controlPort = sipPort + 35;
  // It hangs up at the end of what it has to say, which must not be before the test ends it.
  const saysSeconds = Math.ceil(options.deadlineMs / 1000);
  writeFileSync(join(options.folder, 'says.wav'), toneWav(options.toneHz, saysSeconds));
  writeFileSync(join(options.folder, 'config'), configFor(options, sipPort, controlPort));
  writeFileSync(join(options.folder, 'accounts'), accountFor(options, sipPort));
  const program = startProgram(path, ['-f', options.folder], { deadlineMs: options.deadlineMs });

  const socket = await until('baresip opens its control socket', () => tryConnect(controlPort));
  const events: BaresipEvent[] = [];
  let answers = 0;
  let pending = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    pending = readNetstrings(pending + chunk, (value) => {
      const message = value as { event?: boolean; response?: boolean } & BaresipEvent;
      if (message.event === true) events.push(message);
      if (message.response === true) answers++;
    });
  });
  socket.on('error', () => socket.destroy());

  return {
    sipPort,
    program,
    events: () => events,
    command: async (command, params = '') => {
      const before = answers;
      const text = JSON.stringify({ command, params, token: 'test' });
      socket.write(`${Buffer.byteLength(text)}:${text},`);
      await until(`baresip answers ${command}`, () => (answers > before ? true : undefined));
    },
    event: (type, nth = 1, deadlineMs = 10_000) =>
      until(
        `baresip ${options.user}: event ${type} number ${nth}; it saw ${events.map((e) => e.type).join(' ')}`,
        () => events.filter((e) => e.type === type)[nth - 1],
        { deadlineMs },
      ),
    heard: () =>
      readdirSync(options.folder)
        .filter((name) => name.endsWith('-dec.wav'))
        .sort()
        .map((name) => join(options.folder, name)),
    stop: async () => {
      socket.destroy();
      await program.stop();
    },
  };
};

const tryConnect = async (port: number): Promise<Socket | undefined> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    socket.destroy();
    return undefined;
  }
};
