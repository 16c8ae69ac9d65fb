import type { SdpMedia, SdpText } from 'sdp-transform';

/** What of a description is read here: everything else in it means nothing to a stream of G.711. */
export type PlainText = Pick<SdpText, 'connection' | 'direction' | 'media'> & {
  readonly origin?: unknown;
};

const origin = /^o=\S+ \d+ \d+ \S+ IP\d \S+$/;
const connection = /^c=IN IP\d (\S+)$/;
const rtpmap = /^a=rtpmap:(0|[1-9]\d{0,2}) ([A-Za-z][\w.-]*)\/([1-9]\d{0,5})(?:\/([1-9]\d{0,2}))?$/;
const packetTime = /^a=(?:max)?ptime:([1-9]\d{0,3})$/;
const directions: ReadonlySet<string> = new Set([
  'a=sendrecv',
  'a=sendonly',
  'a=recvonly',
  'a=inactive',
]);
/** Attributes that count; one that only begins like them is left to the tolerant parser. */
const counts = /^a=(?:rtpmap|ptime|maxptime|sendrecv|sendonly|recvonly|inactive|rtcp-mux)/;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** @returns false when the attribute is not written as the standards write it */
const takeAttribute = (line: string, text: Mutable<PlainText>, media: SdpMedia | null): boolean => {
  if (!counts.test(line)) return true;
  const level = media ?? text;
  if (directions.has(line)) {
    level.direction = line.slice(2);
    return true;
  }
  // The others belong to a stream; before the first one they are somebody's mistake.
  if (media === null) return false;
  if (line === 'a=rtcp-mux') {
    media.rtcpMux = 'rtcp-mux';
    return true;
  }
  const time = packetTime.exec(line);
  if (time !== null) {
    media[line.startsWith('a=m') ? 'maxptime' : 'ptime'] = Number(time[1]);
    return true;
  }
  const map = rtpmap.exec(line);
  if (map === null) return false;
  const [, payload, codec = '', rate, encoding] = map;
  const row = { payload: Number(payload), codec, rate: Number(rate) };
  media.rtp.push(encoding === undefined ? row : { ...row, encoding: Number(encoding) });
  return true;
};

const takeConnection = (line: string, level: Pick<Mutable<PlainText>, 'connection'>): boolean => {
  const ip = connection.exec(line)?.[1];
  if (ip === undefined) return false;
  level.connection = { ip };
  return true;
};

/** @returns false when the line is none that can be read here */
const takeLine = (line: string, text: Mutable<PlainText>, media: SdpMedia | null): boolean => {
  switch (line[0]) {
    case 'a':
      return takeAttribute(line, text, media);
    case 'c':
      return takeConnection(line, media ?? text);
    case 'o':
      text.origin = line;
      return media === null && origin.test(line);
    default:
      return true;
  }
};

/**
 * Reads a description with one stream and nothing unusual in it, as nearly every phone and trunk sends it, in a tenth of the time that
 * the tolerant parser takes.
 *
 * @param lines without line ends, none empty
 * @returns the same as the tolerant parser in every field named here; null when that one has to look
 * @see RFC 8866 §5
 */
export const readPlain = (lines: readonly string[]): PlainText | null => {
  const text: Mutable<PlainText> = { media: [] };
  let media: SdpMedia | null = null;
  for (const line of lines) {
    if (line[1] !== '=') return null;
    if (line.startsWith('m=')) {
      if (media !== null) return null;
      media = { rtp: [], fmtp: [] };
    } else if (!takeLine(line, text, media)) return null;
  }
  if (media !== null) text.media.push(media);
  return text;
};
