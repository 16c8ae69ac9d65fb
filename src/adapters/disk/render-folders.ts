import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RenderFolders } from '#ports/render-files.ts';
import { diskFault } from './disk-fault.ts';

/**
 * Folders for renditions in the making below `root`, which is emptied first: whatever lies there belongs to a process that is gone.
 *
 * @throws {Fault} `disk/…`
 */
export const openDiskRenderFolders = async (root: string): Promise<RenderFolders> => {
  await onDisk(root, async () => {
    await rm(root, { recursive: true, force: true });
    await mkdir(root, { recursive: true, mode: 0o700 });
  });
  return {
    open: async () => {
      const folder = await onDisk(root, () => mkdtemp(join(root, 'attempt-')));
      return {
        pathOf: (file) => join(folder, file),
        read: (file) => createReadStream(join(folder, file)),
        remove: () => onDisk(folder, () => rm(folder, { recursive: true, force: true })),
      };
    },
  };
};

const onDisk = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw diskFault(error, path);
  }
};
