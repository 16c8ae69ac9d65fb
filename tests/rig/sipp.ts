/** SIPp as a foreign peer: one scenario file of `tests/rig/sipp/`, real sockets, a tone as RTP. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from './free-port.ts';
import { type Program, requireProgram, startProgram } from './programs.ts';

export interface SippOptions {
  readonly scenario: string;
  /** Where it writes its tone files and its message log. */
  readonly folder: string;
  /** `host:port` it calls; for a callee scenario the port is only a formality. */
  readonly remote: string;
  readonly service?: string;
  readonly localPort?: number;
  readonly transport?: 'udp' | 'tcp';
  readonly calls?: number;
  /** Keywords of the scenario: `talk_ms`, `from_user`, … */
  readonly keys?: Readonly<Record<string, string | number>>;
  /** Tones it can play: keyword → Hz, for example `{ tone_file: 700 }`. */
  readonly tonesHz?: Readonly<Record<string, number>>;
  readonly deadlineMs: number;
}

export interface Sipp extends Program {
  readonly sipPort: number;
}

/** G.711 µ-law of one sample (ITU-T G.711), written for the tests alone. */
const ulawOf = (sample: number): number => {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), 32_635) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
};

/** One second of a whole-hertz tone loops without a click. */
const ulawTone = (toneHz: number): Buffer =>
  Buffer.from(
    Array.from({ length: 8000 }, (_, i) =>
      ulawOf(Math.round(0.4 * 32_767 * Math.sin((2 * Math.PI * toneHz * i) / 8000))),
    ),
  );

export const startSipp = async (options: SippOptions): Promise<Sipp> => {
  const path = requireProgram('sipp', 'sip-tester');
  mkdirSync(options.folder, { recursive: true });
  const mediaPort = await freePorts(6);
  const sipPort = options.localPort ?? mediaPort + 4;
  // SIPp reads pauses and files of rtp_stream while it parses the scenario, before keywords have values: so they are put in here.
  let scenarioText = readFileSync(
    join(import.meta.dirname, 'sipp', `${options.scenario}.xml`),
    'utf8',
  );
  for (const [key, toneHz] of Object.entries(options.tonesHz ?? {})) {
    const file = join(options.folder, `${toneHz}hz.ul`);
    writeFileSync(file, ulawTone(toneHz));
    scenarioText = scenarioText.replaceAll(`[${key}]`, file);
  }
  for (const [key, value] of Object.entries(options.keys ?? {})) {
    scenarioText = scenarioText.replaceAll(`[${key}]`, String(value));
  }
  const scenario = join(options.folder, `${options.scenario}.xml`);
  writeFileSync(scenario, scenarioText);
  const args = [
    options.remote,
    ...['-sf', scenario, '-i', '127.0.0.1', '-p', String(sipPort)],
    ...['-mi', '127.0.0.1', '-mp', String(mediaPort)],
    ...['-t', options.transport === 'tcp' ? 't1' : 'u1', '-m', String(options.calls ?? 1)],
    ...['-nostdin', '-trace_err', '-error_file', join(options.folder, 'sipp-errors.log')],
    ...['-trace_msg', '-message_file', join(options.folder, 'sipp-messages.log')],
    ...(options.service === undefined ? [] : ['-s', options.service]),
  ];
  const program = startProgram(path, args, { cwd: options.folder, deadlineMs: options.deadlineMs });
  return { ...program, sipPort };
};
