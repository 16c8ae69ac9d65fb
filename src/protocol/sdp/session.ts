import { randomInt } from 'node:crypto';
import type { Direction, SdpFormat, SdpLine } from './description.ts';

/** One audio line of ours, ready to be written. */
export interface AudioLine {
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly SdpFormat[];
  readonly direction: Direction;
  readonly rtcpMux: boolean;
}

type RefusedLine = Pick<SdpLine, 'media' | 'protocol' | 'formatList'>;

/** Names as they are registered; comparison is in upper case everywhere else. */
const writtenName = (name: string): string =>
  name === 'TELEPHONE-EVENT' ? 'telephone-event' : name;

/**
 * What one leg has to remember between its descriptions: the session id, the version (up by one only when the text changed),
 * the order of the media lines and the meaning of the payload types, none of which may change within a dialog.
 *
 * @see RFC 3264 §8; RFC 8866 §5.2
 */
export class SdpSession {
  readonly #id: number;
  #version: number;
  #lastText = '';
  #lines: readonly (RefusedLine | null)[] = [null];
  #formats: readonly SdpFormat[] = [];
  #protocol = 'RTP/AVP';

  /** @param id 0 to 2^48−1; random by default, so that two legs never share one */
  constructor(id = randomInt(1, 2 ** 47)) {
    this.#id = id;
    this.#version = id;
  }

  /** How many media lines every description of this leg has. */
  get lineCount(): number {
    return this.#lines.length;
  }

  /** Which of them is the audio line, from 0. */
  get audioIndex(): number {
    return this.#lines.indexOf(null);
  }

  /** Transport of the audio line. */
  get protocol(): string {
    return this.#protocol;
  }

  /** Keeps the order of lines and the payload types of an agreed description for the next one. */
  remember(lines: readonly SdpLine[], audioIndex: number, formats: readonly SdpFormat[]): void {
    this.#lines = lines.map((line, index) => (index === audioIndex ? null : line));
    this.#protocol = lines[audioIndex]?.protocol ?? 'RTP/AVP';
    const agreedNames = new Set(formats.map((format) => format.name));
    this.#formats = [
      ...formats,
      ...this.#formats.filter((format) => !agreedNames.has(format.name)),
    ];
  }

  /** The payload type agreed for this name before, else `fallback`, else the next free dynamic one. */
  formatFor(name: string, fallback: number): SdpFormat {
    const known = this.#formats.find((format) => format.name === name);
    if (known !== undefined) return known;
    let payloadType = fallback;
    while (this.#formats.some((format) => format.payloadType === payloadType))
      payloadType = payloadType < 96 ? 96 : payloadType + 1;
    return { payloadType, name, clockRateHz: 8000, channels: 1 };
  }

  /** The description with this audio line in its place and port 0 for every other line. */
  write(audio: AudioLine): Buffer {
    const text = this.#text(audio);
    if (this.#lastText !== '' && text !== this.#lastText) {
      this.#version++;
      this.#lastText = this.#text(audio);
    } else {
      this.#lastText = text;
    }
    return Buffer.from(this.#lastText, 'utf8');
  }

  #text(audio: AudioLine): string {
    const address = `IN IP${audio.address.includes(':') ? 6 : 4} ${audio.address}`;
    let text = `v=0\r\no=- ${this.#id} ${this.#version} ${address}\r\ns=-\r\nc=${address}\r\nt=0 0\r\n`;
    for (const line of this.#lines)
      text +=
        line === null
          ? audioText(audio)
          : `m=${line.media} 0 ${line.protocol} ${line.formatList}\r\n`;
    return text;
  }
}

const audioText = ({ port, protocol, formats, direction, rtcpMux }: AudioLine): string => {
  let payloadTypes = '';
  let maps = '';
  let events = '';
  for (const { payloadType, name, clockRateHz } of formats) {
    payloadTypes += ` ${payloadType}`;
    maps += `a=rtpmap:${payloadType} ${writtenName(name)}/${clockRateHz}\r\n`;
    // Digits 0–9, *, #, A–D (RFC 4733 §3.2): what people can press.
    if (name === 'TELEPHONE-EVENT') events += `a=fmtp:${payloadType} 0-15\r\n`;
  }
  const mux = rtcpMux ? 'a=rtcp-mux\r\n' : '';
  return `m=audio ${port} ${protocol}${payloadTypes}\r\n${maps}${events}a=ptime:20\r\na=${direction}\r\n${mux}`;
};
