import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PromptFiles } from '#ports/voice-assets.ts';
import { diskFault } from './disk-fault.ts';

const ending = '.ulaw';
const unfinished = '.unfinished';
/** As the media threads read names: one path segment. */
const promptName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

const isAbsent = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';

/**
 * Prepared prompts as the media threads read them, `NAME.ulaw`. Not synced: what a power cut takes is made again from the asset, and
 * an empty file counts as none.
 */
export class DiskPromptFiles implements PromptFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(name: string, ulaw: Uint8Array): Promise<void> {
    const path = this.#path(name);
    const temporary = `${path}.${randomBytes(6).toString('hex')}${unfinished}`;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(temporary, ulaw, { mode: 0o600, flag: 'wx' });
      await rename(temporary, path);
    } catch (thrown) {
      await rm(temporary, { force: true });
      throw diskFault(thrown, name);
    }
  }

  async find(name: string): Promise<{ readonly path: string; readonly bytes: number } | null> {
    const path = this.#path(name);
    try {
      const { size } = await stat(path);
      return size > 0 ? { path, bytes: size } : null;
    } catch (thrown) {
      if (isAbsent(thrown)) return null;
      throw diskFault(thrown, name);
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await rm(this.#path(name), { force: true });
    } catch (thrown) {
      throw diskFault(thrown, name);
    }
  }

  async list(prefix: string): Promise<readonly string[]> {
    try {
      const names = await readdir(this.#folder);
      return names
        .filter((name) => name.startsWith(prefix) && name.endsWith(ending))
        .map((name) => name.slice(0, -ending.length));
    } catch (thrown) {
      if (isAbsent(thrown)) return [];
      throw diskFault(thrown, this.#folder);
    }
  }

  #path(name: string): string {
    if (!promptName.test(name)) throw new TypeError(`not the name of a prompt: ${name}`);
    return join(this.#folder, `${name}${ending}`);
  }
}
