/** A file system of a few hundred kilobytes that a test fills, frees and turns read-only. Needs the right to mount. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly folder: string;
  /** Makes a folder on it and puts it at this path. */
  lendTo(path: string): void;
  /** Until nothing more fits. */
  fill(): void;
  free(): void;
  readOnly(isSo: boolean): void;
  /** Idempotent; also done when the process ends in any other way. */
  unmount(): void;
}

export const mountSmallDisk = (size: string): SmallDisk => {
  const folder = mkdtempSync(join(tmpdir(), 'callreel-small-disk-'));
  const options = `size=${size},mode=0700`;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'callreel-test', folder]);
  } catch (cause) {
    throw new Error('this test mounts a tmpfs: run it as root with CAP_SYS_ADMIN', { cause });
  }
  let isMounted = true;
  const unmount = (): void => {
    if (!isMounted) return;
    isMounted = false;
    process.off('exit', unmount);
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true });
  };
  process.on('exit', unmount);
  const filler = join(folder, 'filler');
  let lent = 0;
  return {
    folder,
    unmount,
    lendTo: (path) => {
      const own = join(folder, `part${lent++}`);
      mkdirSync(own, { mode: 0o700 });
      symlinkSync(own, path);
    },
    fill: () => {
      const fd = openSync(filler, 'a');
      try {
        for (;;) writeSync(fd, Buffer.alloc(4096, 1));
      } catch (thrown) {
        if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOSPC'))
          throw thrown;
      } finally {
        closeSync(fd);
      }
    },
    free: () => rmSync(filler),
    readOnly: (isSo) => {
      execFileSync('mount', ['-o', `remount,${isSo ? 'ro' : 'rw'},${options}`, folder]);
    },
  };
};
