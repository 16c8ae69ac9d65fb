/** What a phone still has to say, piece after piece. */

/** When a piece was said: the instants its first packet was due at, and the end of its last one. */
export interface Spoken {
  readonly startedAtMonoMs: number;
  readonly endedAtMonoMs: number;
  /** False when the call ended or the phone was hushed before the last sample was out. */
  readonly isWhole: boolean;
  /** Samples that went out. */
  readonly frames: number;
}

interface Piece {
  readonly samples: Int16Array;
  readonly done: (spoken: Spoken) => void;
  at: number;
  startedAtMonoMs: number;
}

/** More than this waiting is a script that does not listen. */
const mostPieces = 1000;

export class SpeechQueue {
  readonly #pieces: Piece[] = [];

  /** Resolves when the last sample is out, or nothing more of it will be said. */
  add(samples: Int16Array, nowMonoMs: number): Promise<Spoken> {
    if (samples.length === 0 || this.#pieces.length >= mostPieces)
      return Promise.resolve({
        startedAtMonoMs: nowMonoMs,
        endedAtMonoMs: nowMonoMs,
        isWhole: samples.length === 0,
        frames: 0,
      });
    return new Promise((done) => this.#pieces.push({ samples, done, at: 0, startedAtMonoMs: 0 }));
  }

  /** Fills one packet; silence behind the end. Each piece begins with a packet of its own. */
  fill(packet: Int16Array, dueAtMonoMs: number, packetMs: number): void {
    packet.fill(0);
    const [piece] = this.#pieces;
    if (!piece) return;
    if (piece.at === 0) piece.startedAtMonoMs = dueAtMonoMs;
    packet.set(piece.samples.subarray(piece.at, piece.at + packet.length));
    piece.at += packet.length;
    if (piece.at < piece.samples.length) return;
    this.#pieces.shift();
    piece.done({
      startedAtMonoMs: piece.startedAtMonoMs,
      endedAtMonoMs: dueAtMonoMs + packetMs,
      isWhole: true,
      frames: piece.samples.length,
    });
  }

  /** Nothing of what waits is said. */
  clear(nowMonoMs: number): void {
    for (const piece of this.#pieces.splice(0))
      piece.done({
        startedAtMonoMs: piece.at === 0 ? nowMonoMs : piece.startedAtMonoMs,
        endedAtMonoMs: nowMonoMs,
        isWhole: false,
        frames: Math.min(piece.at, piece.samples.length),
      });
  }
}
