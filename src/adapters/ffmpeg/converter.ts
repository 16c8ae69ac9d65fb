/** Debian's ffmpeg as a child that can do little: no network, no other files, bounded time, memory and output. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, refuse, type Result } from '#base/result.ts';
import type { Log } from '#ports/log.ts';
import type { AudioConverter } from '#ports/voice-assets.ts';

/** Containers that hold their sound themselves. Not among them: playlists and the like, by which a file makes ffmpeg open other files. */
const containers =
  'mp3,wav,w64,aiff,au,flac,ogg,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,amr,amrnb,amrwb,aac,asf,caf,mpeg,gsm,ac3';

const mostInput = 64 * 1024 * 1024;
const mostOutput = 2 * 1024 * 1024;
/** A child at a time and a few that wait: each holds its upload in memory. */
const mostWaiting = 4;

export interface FfmpegOptions {
  /** Emptied before use; each conversion has a folder of its own in it. */
  readonly folder: string;
  readonly log: Log;
  readonly ffmpeg?: string;
  readonly prlimit?: string;
  /** Wall clock; processor time is bounded to the same. Default 20 s. */
  readonly timeoutMs?: number;
  /** Address space. Default 1 GiB: ffmpeg maps about 300 MB before it has read a byte. */
  readonly mostMemoryBytes?: number;
}

interface Ended {
  readonly code: number | null;
  readonly wasKilled: boolean;
  readonly said: string;
}

/** Runs a program without a shell and without our environment; kills it at the deadline. */
const run = (program: string, words: readonly string[], timeoutMs: number): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    let wasKilled = false;
    const timer = setTimeout(() => {
      wasKilled = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stderr.on('data', (piece: Buffer) => {
      if (said.length < 2000) said += piece.toString('utf8', 0, 2000);
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, wasKilled, said });
    });
  });

export class FfmpegConverter implements AudioConverter {
  readonly #options: FfmpegOptions;
  #missing: Promise<string | null> | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: FfmpegOptions) {
    this.#options = options;
  }

  /** Leftovers of a process that was killed in mid-conversion. */
  async sweep(): Promise<void> {
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  missing(): Promise<string | null> {
    return (this.#missing ??= this.#look());
  }

  async convert(
    bytes: Uint8Array,
    { keepMs }: { readonly keepMs: number },
  ): Promise<Result<Uint8Array, 'unreadable' | 'busy' | 'timed-out'>> {
    if (bytes.length > mostInput) return refuse('unreadable');
    if (this.#waiting > mostWaiting) return refuse('busy');
    this.#waiting++;
    const turn = this.#turn.then(() => this.#convert(bytes, keepMs));
    this.#turn = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }

  async #look(): Promise<string | null> {
    const { ffmpeg = 'ffmpeg', prlimit = 'prlimit' } = this.#options;
    for (const [program, from] of [
      [ffmpeg, 'ffmpeg'],
      [prlimit, 'util-linux'],
    ] as const) {
      const found = await run(program, [program === ffmpeg ? '-version' : '--version'], 5000).catch(
        () => null,
      );
      if (found?.code !== 0)
        return `Files cannot be converted on this server: ${program} is not installed (Debian package ${from}).`;
    }
    return null;
  }

  async #convert(
    bytes: Uint8Array,
    keepMs: number,
  ): Promise<Result<Uint8Array, 'unreadable' | 'timed-out'>> {
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(join(this.#options.folder, 'one-'));
    try {
      const input = join(folder, 'input');
      const output = join(folder, 'output.mp3');
      await writeFile(input, bytes, { mode: 0o600 });
      const ended = await this.#runFfmpeg(input, output, keepMs);
      const made = ended.code === 0 ? await stat(output).catch(() => null) : null;
      if (made && made.size > 0 && made.size <= mostOutput) return ok(await readFile(output));
      const { code, wasKilled, said } = ended;
      this.#options.log.info('asset.not-converted', { code, wasKilled, said: said.slice(0, 500) });
      return refuse(wasKilled ? 'timed-out' : 'unreadable');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  #runFfmpeg(input: string, output: string, keepMs: number): Promise<Ended> {
    const options = this.#options;
    const { ffmpeg = 'ffmpeg', prlimit = 'prlimit', timeoutMs = 20_000 } = options;
    const limits = [
      `--as=${options.mostMemoryBytes ?? 1024 * 1024 * 1024}`,
      `--cpu=${Math.ceil(timeoutMs / 1000)}`,
      `--fsize=${mostOutput}`,
      '--core=0',
      '--nofile=64',
    ];
    const read = ['-protocol_whitelist', 'file', '-format_whitelist', containers, '-i', input];
    const write = [
      ...['-map', '0:a:0', '-vn', '-sn', '-dn', '-map_metadata', '-1'],
      ...['-t', String(keepMs / 1000)],
      ...['-ac', '1', '-ar', '8000', '-c:a', 'libmp3lame', '-b:a', '32k', '-f', 'mp3', output],
    ];
    const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-threads', '1'];
    return run(prlimit, [...limits, ffmpeg, ...quiet, ...read, ...write], timeoutMs);
  }
}
