import { parse, type SdpConnection, type SdpMedia } from 'sdp-transform';
import { ok, refuse, type Result } from '#base/result.ts';
import { readPlain } from './plain.ts';

/** Why a session description cannot be used, as the SIP status to answer and a sentence for people. */
export interface SdpRefusal {
  readonly status: 400 | 488;
  readonly why: string;
}

/** Direction of one stream as its sender wrote it. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** One format of an audio line: payload type and what it means. */
export interface SdpFormat {
  readonly payloadType: number;
  /** Upper case, as in `PCMU`; static payload types are filled in (RFC 3551 §6). */
  readonly name: string;
  readonly clockRateHz: number;
  readonly channels: number;
}

/** One `m=` line with what belongs to it, session-level defaults already applied. */
export interface SdpLine {
  readonly media: string;
  /** 0 = not wanted by the sender of the description. */
  readonly port: number;
  readonly protocol: string;
  /** The format list as written, for lines that are only answered with port 0. */
  readonly formatList: string;
  readonly formats: readonly SdpFormat[];
  /** Text of `c=`, TTL included; null when neither level has one. */
  readonly address: string | null;
  readonly direction: Direction;
  readonly packetMs: number | null;
  readonly maxPacketMs: number | null;
  readonly rtcpMux: boolean;
}

/** An audio description larger than this is an attack: browsers' longest offers stay below 8 kB. */
const maxBytes = 16_384;
/** Bounds the work of the text parser on one line. */
const maxLineLength = 2_048;
const maxLines = 512;
/** More streams than any phone offers. */
const maxMediaLines = 32;
const mediaLine =
  /^([A-Za-z0-9!#$%&'*+.^_`{|}~-]+) (\d{1,5})(?:\/\d{1,5})? ([A-Za-z0-9/.-]+) (\S.*)$/;

const malformed = (why: string): { readonly ok: false; readonly error: SdpRefusal } =>
  refuse({ status: 400, why });

const asNumber = (value: number | string | undefined): number | null => {
  const number = Number(value ?? Number.NaN);
  return Number.isFinite(number) ? number : null;
};

const isDirection = (word: unknown): word is Direction =>
  word === 'sendrecv' || word === 'sendonly' || word === 'recvonly' || word === 'inactive';

/** RFC 3551 §6, table 4: the static types this product speaks. */
const staticFormats = new Map<number, string>([
  [0, 'PCMU'],
  [8, 'PCMA'],
]);

const readFormats = (media: SdpMedia, formatList: string): SdpFormat[] => {
  const formats: SdpFormat[] = [];
  for (const word of formatList.split(' ')) {
    if (!/^\d{1,3}$/.test(word) || Number(word) > 127) continue;
    const payloadType = Number(word);
    const map = media.rtp.find((row) => Number(row.payload) === payloadType);
    const name = map === undefined ? staticFormats.get(payloadType) : String(map.codec ?? '');
    if (name === undefined || formats.some((other) => other.payloadType === payloadType)) continue;
    formats.push({
      payloadType,
      name: name.toUpperCase(),
      clockRateHz: map === undefined ? 8000 : (asNumber(map.rate) ?? 0),
      channels: map?.encoding === undefined ? 1 : (asNumber(map.encoding) ?? 0),
    });
  }
  return formats;
};

const addressOf = (connection: SdpConnection | undefined): string | null =>
  connection?.ip === undefined || connection.ip === '' ? null : String(connection.ip);

/** The `m=` lines in their own strict reading: the parser leaves a line it cannot read without a type. */
const readMediaLine = (
  content: string,
  media: SdpMedia,
  session: { readonly address: string | null; readonly direction: Direction },
): SdpLine | null => {
  const match = mediaLine.exec(content);
  if (match === null) return null;
  const [, name = '', port = '', protocol = '', formatList = ''] = match;
  if (Number(port) > 65_535) return null;
  return {
    media: name.toLowerCase(),
    port: Number(port),
    protocol: protocol.toUpperCase(),
    formatList: formatList.trim(),
    formats: readFormats(media, formatList.trim()),
    address: addressOf(media.connection) ?? session.address,
    direction: isDirection(media.direction) ? media.direction : session.direction,
    packetMs: asNumber(media.ptime),
    maxPacketMs: asNumber(media.maxptime),
    rtcpMux: media.rtcpMux !== undefined,
  };
};

const splitLines = (text: string): string[] =>
  text.split(/\r\n|\r|\n/).filter((line) => line !== '');

/**
 * Reads a session description into its media lines.
 *
 * Tolerates a missing `s=` or `t=`, bare line feeds and unknown lines, as phones in the field send them.
 *
 * @returns the lines in their order, at least one; or a refusal with status 400. Never throws
 * @see RFC 8866 §5
 */
export const readDescription = (bytes: Buffer): Result<readonly SdpLine[], SdpRefusal> => {
  if (bytes.length === 0) return malformed('the description is empty');
  if (bytes.length > maxBytes) return malformed(`the description is longer than ${maxBytes} bytes`);
  const text = bytes.toString('utf8');
  const lines = splitLines(text);
  if (lines.length > maxLines) return malformed(`the description has more than ${maxLines} lines`);
  if (lines.some((line) => line.length > maxLineLength)) return malformed('a line is too long');
  if (lines[0]?.trimEnd() !== 'v=0') return malformed('the description does not begin with v=0');
  const contents = lines.filter((line) => line.startsWith('m=')).map((line) => line.slice(2));
  if (contents.length === 0) return malformed('the description has no media line');
  if (contents.length > maxMediaLines) return malformed('the description has too many media lines');
  return readMediaLines(lines, contents);
};

const readMediaLines = (
  lines: readonly string[],
  contents: readonly string[],
): Result<readonly SdpLine[], SdpRefusal> => {
  const parsed = readPlain(lines) ?? parse(lines.join('\r\n'));
  if (parsed.origin === undefined) return malformed('the description has no readable o= line');
  const session = {
    address: addressOf(parsed.connection),
    direction: isDirection(parsed.direction) ? parsed.direction : 'sendrecv',
  } as const;
  const read: SdpLine[] = [];
  for (const [index, content] of contents.entries()) {
    const media = parsed.media[index];
    const line = media === undefined ? null : readMediaLine(content, media, session);
    if (line === null) return malformed(`media line ${index + 1} is malformed`);
    read.push(line);
  }
  return ok(read);
};
