/** The server's own rules, asked before the upload begins. */
import { probeAudio } from '#audio/container/probe.ts';
import {
  brokenFileRules,
  isConvertible,
  mostFileBytes,
  type BrokenRule,
} from '#core/asset/file-rules.ts';

export interface JudgedFile {
  readonly file: File;
  /** Counted; null when there is no sound to count. */
  readonly durationMs: number | null;
  readonly broken: readonly BrokenRule[];
  /** Whether `Convert for me` may help. */
  readonly mayConvert: boolean;
}

/** A file over the limit is judged by its beginning: nobody's memory is filled with five gigabytes. */
export const judgeFile = async (file: File): Promise<JudgedFile> => {
  const bytes = new Uint8Array(await file.slice(0, mostFileBytes).arrayBuffer());
  const isWhole = file.size <= mostFileBytes;
  const probed = probeAudio(bytes, isWhole);
  const broken = brokenFileRules({ name: file.name, sizeBytes: file.size, probed });
  return {
    file,
    durationMs: probed.durationMs > 0 && isWhole ? probed.durationMs : null,
    broken,
    mayConvert: broken.length > 0 && isConvertible(broken),
  };
};
