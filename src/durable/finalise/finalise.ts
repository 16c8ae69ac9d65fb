import { asFault, Fault } from '#base/fault.ts';
import { ok, refuse, type Result } from '#base/result.ts';
import type { RecordingId } from '#core/ids.ts';
import {
  participantOf,
  peaksKey,
  plannedRenditions,
  renditionKey,
  type AudioFormat,
  type Rendition,
} from '#core/recording/renditions.ts';
import type { Log } from '#ports/log.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { RecordingRows, RecordingSources } from '#ports/recording-rows.ts';
import type { RenderFolder, RenderFolders } from '#ports/render-files.ts';
import type { Renderer, RenderReport } from '#ports/renderer.ts';
import type { MakeRefusal, RenditionMaker, StoredRendition } from '#ports/renditions.ts';
import { isMendable, type FinaliseWaits } from './waits.ts';

export interface FinaliserOptions {
  readonly rows: RecordingRows;
  readonly renderer: Renderer;
  readonly folders: RenderFolders;
  readonly store: ObjectStore;
  /** Absolute path of a journal from the one its row has, which is relative to the data folder. */
  readonly journalPath: (relative: string) => string;
  readonly waits: FinaliseWaits;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** `ready`, `failed` with its reason in the row, or `nothing-to-do`: unknown, failed before, or long past this step. */
export type FinaliseOutcome = 'ready' | 'failed' | 'nothing-to-do';

/** A second attempt finds the same: the journal is gone, or its header (and with it the key) is. */
const hopeless: readonly string[] = ['journal/missing', 'journal/unreadable', 'wav/too-long'];

interface Wanted {
  readonly rendition: Rendition;
  readonly format: AudioFormat;
}

/**
 * Makes files of sealed recordings. The work is: render into a folder of its own, put each file into the store under a key that
 * depends on the recording alone, write its row, and at last call the recording ready. Killed anywhere in between, the next run
 * does it all again over the same keys and rows.
 */
export class Finaliser implements RenditionMaker {
  readonly #options: FinaliserOptions;
  readonly #atWork = new Map<string, Promise<unknown>>();

  constructor(options: FinaliserOptions) {
    this.#options = options;
  }

  /**
   * The job body: the planned renditions of one recording.
   *
   * @throws {Fault} whatever another attempt may cure, for the queue's back-off; `finalise/not-sealed` while capture runs
   */
  finalise(recordingId: RecordingId, signal?: AbortSignal): Promise<FinaliseOutcome> {
    return this.#once(`${recordingId} planned`, () => this.#finalise(recordingId, signal));
  }

  /**
   * After the last attempt: the recording failed, for this reason, instead of being in progress for ever; where a person has to mend
   * something first, it waits for that with an alarm. Idempotent.
   *
   * @param reason as the queue has it: `code: message`
   */
  async giveUp(recordingId: RecordingId, reason: string): Promise<void> {
    const [code = ''] = reason.split(': ', 1);
    if (isMendable(code)) {
      const sources = await this.#options.rows.sources(recordingId);
      if (sources?.state !== 'sealed') return;
      this.#options.log.error('finalise.waits', { recordingId, reason });
      await this.#options.waits.tell(code, sources);
      return;
    }
    this.#options.log.error('finalise.given-up', { recordingId, reason });
    await this.#options.rows.markFailed(recordingId, reason);
  }

  make(
    recordingId: RecordingId,
    rendition: Rendition,
    format: AudioFormat,
  ): Promise<Result<StoredRendition, MakeRefusal>> {
    return this.#once(`${recordingId} ${rendition} ${format}`, async () => {
      // Who asks for a file that is being made just now waits for that one.
      const isPlanned = plannedRenditions.some(
        (each) => each.rendition === rendition && each.format === format,
      );
      if (isPlanned) await this.#atWork.get(`${recordingId} planned`)?.catch(() => undefined);
      return this.#make(recordingId, { rendition, format });
    });
  }

  async #finalise(recordingId: RecordingId, signal?: AbortSignal): Promise<FinaliseOutcome> {
    const sources = await this.#options.rows.sources(recordingId);
    if (sources === null) return 'nothing-to-do';
    if (sources.state === 'planned' || sources.state === 'capturing')
      throw new Fault('finalise/not-sealed', 'the recording is still being captured', {
        retry: 'later',
        facts: { recordingId, state: sources.state },
      });
    if (sources.state !== 'sealed') return sources.state === 'ready' ? 'ready' : 'nothing-to-do';
    const startedAt = performance.now();
    try {
      const report = await this.#produce(sources, plannedRenditions, signal);
      if (report.missing.length > 0) return await this.#failIncomplete(recordingId, report.missing);
      if (report.frames === 0)
        // What ended capture comes before what followed from it.
        return await this.#fail(recordingId, sources.captureFailedBy ?? 'finalise/no-audio');
      const { frames, timeline } = report;
      const durationMs = msOf(frames);
      await this.#options.rows.markReady(recordingId, { durationMs, frames, timeline });
      this.#observe((performance.now() - startedAt) / 1000, durationMs);
      this.#options.log.info('finalise.ready', { recordingId, durationMs });
      await this.#options.waits.made(sources);
      return 'ready';
    } catch (error) {
      const fault = asFault(error, 'finalise/worker-crashed');
      const { code } = fault;
      if (code === 'journal/missing' && sources.node !== this.#options.waits.ownNode)
        throw await this.#elsewhere(sources, fault);
      if (!hopeless.includes(code)) throw error;
      return this.#fail(recordingId, code);
    }
  }

  async #make(
    recordingId: RecordingId,
    wanted: Wanted,
  ): Promise<Result<StoredRendition, MakeRefusal>> {
    const stored = await this.#stored(recordingId, wanted);
    if (stored) return ok(stored);
    const sources = await this.#options.rows.sources(recordingId);
    if (sources === null || !hasParticipant(sources, wanted.rendition)) return refuse('unknown');
    if (sources.state === 'planned' || sources.state === 'capturing') return refuse('not-ready');
    if (sources.state === 'purged' || sources.state === 'expired') return refuse('gone');
    try {
      const { stored: made, missing } = await this.#produce(sources, [wanted]);
      if (made[0]) return ok(made[0]);
      if (sources.state === 'failed') return refuse('failed');
      if (missing.length > 0) throw notInFolder(recordingId);
      return refuse('not-ready');
    } catch (error) {
      const fault = asFault(error, 'finalise/worker-crashed');
      if (fault.code !== 'journal/missing') throw error;
      if (sources.state === 'failed') return refuse('failed');
      throw notInFolder(recordingId, fault);
    }
  }

  /** Nothing is wrong with the recording, as far as this process can see. A folder without calls is the wrong one for certain. */
  async #elsewhere(sources: RecordingSources, cause: Fault): Promise<Fault> {
    const code = 'finalise/other-folder';
    const { recordingId, node } = sources;
    const { ownNode } = this.#options.waits;
    if (ownNode === null) await this.#options.waits.tell(code, sources);
    return new Fault(code, `the journals are in the data folder of the machine ${node}`, {
      retry: 'later',
      facts: { recordingId, node, ownNode },
      cause,
    });
  }

  /** The row counts only while its object is there: retention may have taken that first. */
  async #stored(recordingId: RecordingId, wanted: Wanted): Promise<StoredRendition | undefined> {
    const rows = await this.#options.rows.renditions(recordingId);
    const row = rows.find(
      (each) => each.rendition === wanted.rendition && each.format === wanted.format,
    );
    return row && (await this.#options.store.head(row.objectKey)) !== null ? row : undefined;
  }

  async #produce(
    sources: RecordingSources,
    wanted: readonly Wanted[],
    signal?: AbortSignal,
  ): Promise<RenderReport & { readonly stored: readonly StoredRendition[] }> {
    const folder = await this.#options.folders.open();
    try {
      const report = await this.#render(sources, wanted, folder, signal);
      const stored: StoredRendition[] = [];
      // Before it is finalised, and once it failed, what is left is all there will be; a whole recording gets no lesser copy.
      const mayLack = sources.state === 'sealed' || sources.state === 'failed';
      const isKept = ({ rendition }: Wanted): boolean =>
        report.missing.length === 0 ||
        (mayLack && !report.missing.includes(participantOf(rendition) ?? -1));
      if (report.frames > 0)
        for (const [index, each] of wanted.entries())
          if (isKept(each)) stored.push(await this.#keep(sources, each, { report, index, folder }));
      return { ...report, stored };
    } finally {
      await folder.remove();
    }
  }

  #render(
    sources: RecordingSources,
    wanted: readonly Wanted[],
    folder: RenderFolder,
    signal?: AbortSignal,
  ): Promise<RenderReport> {
    return this.#options.renderer.render(
      {
        startedAtMonoNs: sources.startedAtMonoNs,
        endUserChannel: sources.endUserChannel,
        tracks: sources.tracks.map(({ path, participant, kind, failedBy }) => ({
          path: this.#options.journalPath(path),
          participant,
          kind,
          failedBy,
        })),
        outputs: wanted.map((each) => ({
          ...each,
          path: folder.pathOf(fileOf(each)),
          peaksPath: folder.pathOf(`${fileOf(each)}.peaks`),
        })),
      },
      signal,
    );
  }

  async #keep(
    sources: RecordingSources,
    wanted: Wanted,
    made: { readonly report: RenderReport; readonly index: number; readonly folder: RenderFolder },
  ): Promise<StoredRendition> {
    const { report, index, folder } = made;
    const file = report.outputs[index];
    if (!file)
      throw new Fault('finalise/short-object', 'a rendition is missing from the report', {
        facts: { recordingId: sources.recordingId, ...wanted },
      });
    const rendition: StoredRendition = {
      ...wanted,
      objectKey: renditionKey(sources, wanted.rendition, wanted.format),
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      durationMs: msOf(report.frames),
      frames: report.frames,
      channels: file.channels,
      peaksKey: peaksKey(sources, wanted.rendition),
    };
    const name = fileOf(wanted);
    await this.#put(rendition.peaksKey, folder.read(`${name}.peaks`), file.peaksSizeBytes);
    await this.#put(rendition.objectKey, folder.read(name), file.sizeBytes);
    await this.#options.rows.storeRendition(sources.recordingId, rendition);
    return rendition;
  }

  async #put(key: string, body: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<void> {
    const facts = await this.#options.store.put(key, body);
    if (facts.sizeBytes !== sizeBytes)
      throw new Fault('finalise/short-object', 'a stored file is not as long as it was made', {
        retry: 'later',
        facts: { key, sizeBytes, storedBytes: facts.sizeBytes },
      });
  }

  /** What there is was stored and can be played; but a recording without one of its voices is no whole one. */
  #failIncomplete(recordingId: RecordingId, missing: readonly number[]): Promise<'failed'> {
    const names = missing.map((participant) => `participant-${participant}`).join(', ');
    return this.#fail(recordingId, 'journal/missing', `journal/missing: ${names}`);
  }

  async #fail(recordingId: RecordingId, code: string, reason = code): Promise<'failed'> {
    this.#options.log.error('finalise.failed', { recordingId, reason });
    this.#options.metrics
      .counter('callreel_finalise_failed_total', 'Recordings no file could be made of', ['reason'])
      .add(1, { reason: code });
    await this.#options.rows.markFailed(recordingId, reason);
    return 'failed';
  }

  #observe(seconds: number, durationMs: number): void {
    const { metrics } = this.#options;
    metrics
      .histogram(
        'callreel_finalise_seconds',
        'Time from the start of a finalise job to the recording being ready',
        [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
      )
      .observe(seconds);
    metrics
      .counter('callreel_finalised_audio_seconds_total', 'Length of the recordings made ready')
      .add(durationMs / 1000);
  }

  /** Two who want the same at the same time get the same work. */
  async #once<T>(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#atWork.get(key) as Promise<T> | undefined;
    if (running) return running;
    const started = work().finally(() => this.#atWork.delete(key));
    this.#atWork.set(key, started);
    return started;
  }
}

const notInFolder = (recordingId: RecordingId, cause?: Fault): Fault =>
  new Fault(
    'recording/not-in-folder',
    'neither the file nor the journals of the recording are in this data folder: check CALLREEL_DATA_DIR and whether it is mounted',
    { facts: { recordingId }, cause },
  );

const fileOf = ({ rendition, format }: Wanted): string => `${rendition}.${format}`;

const msOf = (frames: number): number => Math.round(frames / 8);

const hasParticipant = (sources: RecordingSources, rendition: Rendition): boolean => {
  const participant = participantOf(rendition);
  return participant === null || sources.tracks.some((track) => track.participant === participant);
};
