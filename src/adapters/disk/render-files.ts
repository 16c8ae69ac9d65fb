import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { Fault } from '#base/fault.ts';
import type { RenderFile, RenderFiles } from '#ports/render-files.ts';
import { diskFault } from './disk-fault.ts';

/** Enough that a system call per encoded second (4 kB) does not show; small beside what the encoder holds. */
const bufferBytes = 65_536;

/** Files in the making on the local disk, written synchronously: for a thread that has nothing else to do meanwhile. */
export const diskRenderFiles: RenderFiles = {
  create: (path) => new DiskRenderFile(path),
};

class DiskRenderFile implements RenderFile {
  readonly #path: string;
  readonly #buffer = new Uint8Array(bufferBytes);
  #buffered = 0;
  #fd: number | null;

  constructor(path: string) {
    this.#path = path;
    this.#fd = this.#guard(() => openSync(path, 'w+', 0o600));
  }

  append(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > bufferBytes) this.#flush();
    if (bytes.length > bufferBytes) {
      this.#write(bytes, null);
    } else {
      this.#buffer.set(bytes, this.#buffered);
      this.#buffered += bytes.length;
    }
  }

  rewrite(offset: number, bytes: Uint8Array): void {
    this.#flush();
    this.#write(bytes, offset);
  }

  read(offset: number, target: Uint8Array): number {
    this.#flush();
    const fd = this.#open();
    return this.#guard(() => {
      let done = 0;
      while (done < target.length) {
        const got = readSync(fd, target, done, target.length - done, offset + done);
        if (got === 0) break;
        done += got;
      }
      return done;
    });
  }

  finish(): { readonly sizeBytes: number; readonly sha256: string } {
    this.#flush();
    const hash = createHash('sha256');
    const piece = new Uint8Array(bufferBytes);
    let offset = 0;
    for (let got = this.read(0, piece); got > 0; got = this.read(offset, piece)) {
      hash.update(piece.subarray(0, got));
      offset += got;
    }
    const sizeBytes = this.#guard(() => fstatSync(this.#open()).size);
    this.#close();
    return { sizeBytes, sha256: hash.digest('hex') };
  }

  discard(): void {
    if (this.#fd === null) return;
    this.#close();
    rmSync(this.#path, { force: true });
  }

  #flush(): void {
    if (this.#buffered === 0) return;
    const bytes = this.#buffer.subarray(0, this.#buffered);
    this.#buffered = 0;
    this.#write(bytes, null);
  }

  /** `position` null appends: positional writes do not move the file's own position. */
  #write(bytes: Uint8Array, position: number | null): void {
    const fd = this.#open();
    this.#guard(() => {
      for (let done = 0; done < bytes.length;)
        done += writeSync(
          fd,
          bytes,
          done,
          bytes.length - done,
          position === null ? null : position + done,
        );
    });
  }

  #open(): number {
    if (this.#fd === null)
      throw new Fault('finalise/file-closed', 'a finished rendition is written no more', {
        facts: { path: this.#path },
      });
    return this.#fd;
  }

  #close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw diskFault(error, this.#path);
    }
  }
}
