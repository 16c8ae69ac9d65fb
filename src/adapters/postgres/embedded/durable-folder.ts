/**
 * The folder PGlite keeps its files in, made durable. As shipped, PGlite starts PostgreSQL with `-F` (no fsync) and its NODEFS has no
 * fsync at all, so a committed row may not survive a power cut. Here every fsync PostgreSQL asks for reaches the disk.
 */
import { fsyncSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

interface NodeStream {
  /** Descriptor of the real file. */
  readonly nfd?: number;
}

interface NodeFileSystem {
  readonly stream_ops: { fsync?: (stream: NodeStream) => number };
}

const makeDurable = (nodeFileSystem: NodeFileSystem): void => {
  nodeFileSystem.stream_ops.fsync = (stream) => {
    if (stream.nfd !== undefined) fsyncSync(stream.nfd);
    return 0;
  };
};

type Step = (module: unknown) => void;
type Init = Parameters<NodeFS['init']>;

export class DurableFolder extends NodeFS {
  override async init(...[pg, options]: Init): ReturnType<NodeFS['init']> {
    const prepared = await super.init(pg, options);
    const preRun: unknown = prepared.emscriptenOpts.preRun;
    const steps = (Array.isArray(preRun) ? preRun : []) as Step[];
    return {
      emscriptenOpts: {
        ...prepared.emscriptenOpts,
        preRun: [
          (module: unknown) => {
            makeDurable((module as { readonly NODEFS: NodeFileSystem }).NODEFS);
          },
          ...steps,
        ],
      },
    };
  }
}

/** PGlite's own start parameters without `-F`, and with the sync method that ends in the fsync above. */
export const durableStartParams = (): string[] => [
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  '-c',
  'wal_sync_method=fsync',
];
