/** Random words of a message: tags, branches, Call-IDs. Unguessable (RFC 3261 §19.3), and cheap. */
import { randomBytes } from 'node:crypto';

/** One call of the random generator serves some hundred words. */
const poolBytes = 4096;
/** 96 bits: the standard asks for 32 at least; this many make a guess or a clash hopeless. */
const wordBytes = 12;

let pool = Buffer.alloc(0);
let used = 0;

const randomWord = (): string => {
  if (used + wordBytes > pool.length) {
    pool = randomBytes(poolBytes);
    used = 0;
  }
  const word = pool.toString('hex', used, used + wordBytes);
  used += wordBytes;
  return word;
};

/** A new tag for From or To: 24 hex digits. */
export const newTag = (): string => randomWord();

/** A new branch with the magic cookie of §8.1.1.7. */
export const newBranch = (): string => `z9hG4bK${randomWord()}`;

/** A new Call-ID; it names no host, so it tells nobody about our network (§8.1.1.4). */
export const newCallId = (): string => randomWord();

/** A first CSeq number, small enough to count up from for ever (§8.1.1.5). */
export const newCSeqNumber = (): number => Number.parseInt(randomWord().slice(0, 4), 16) + 1;
