/** Foreign programs in tests: started with a deadline, ended by their own pid, failing by name when they are not installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

export interface Program {
  readonly child: ChildProcess;
  /** Everything it printed so far, both streams. */
  output(): string;
  /** Waits for it to end by itself. */
  ended(): Promise<number | null>;
  /** Interrupts it (SIGINT, then SIGKILL after `graceMs`); waits until it is gone. */
  stop(graceMs?: number): Promise<void>;
}

/** The path of a Debian program, or an error that says which package brings it. */
export const requireProgram = (name: string, debianPackage: string): string => {
  const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  const path = found.stdout.trim();
  if (path === '') {
    throw new Error(`${name} is not installed: tools/setup-debian installs ${debianPackage}`);
  }
  return path;
};

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** It is killed after this, whatever happens: nothing a test starts outlives it for long. */
  readonly deadlineMs: number;
}

export const startProgram = (
  path: string,
  args: readonly string[],
  { cwd, env, deadlineMs }: StartOptions,
): Program => {
  const child = spawn(path, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
  });
  let printed = '';
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString('utf8')).slice(-200_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exit = once(child, 'close').then(([code]) => code as number | null);
  const deadline = setTimeout(() => {
    process.stderr.write(`${path} ${args.join(' ')}: ended after its ${deadlineMs} ms\n`);
    child.kill('SIGKILL');
  }, deadlineMs);
  void exit.then(
    () => clearTimeout(deadline),
    () => clearTimeout(deadline),
  );
  return {
    child,
    output: () => printed,
    ended: () => exit,
    stop: async (graceMs = 2000) => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exit;
      clearTimeout(kill);
    },
  };
};

/** Waits until `look` gives something, asking every `everyMs`; throws with `what` and the last words of a program otherwise. */
export const until = async <T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  { deadlineMs = 10_000, everyMs = 25 }: { deadlineMs?: number; everyMs?: number } = {},
): Promise<T> => {
  const endsAt = performance.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > endsAt) throw new Error(`did not happen in ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
};
