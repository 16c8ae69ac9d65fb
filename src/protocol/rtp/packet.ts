/**
 * RTP header, read in place and written in place: a packet costs no object.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * |                           timestamp                           |
 * |           synchronization source (SSRC) identifier            |
 * |        CC contributing sources (CSRC), 4 bytes each           |
 * |  X: profile 16 bits, length 16 bits in words, then that much  |
 * |  payload …            P: last byte counts the padding bytes   |
 * ```
 *
 * @see RFC 3550 §5.1, §5.3.1
 */

/** The fixed header without CSRCs or extension, as we send it. */
export const rtpHeaderBytes = 12;

/** Which rule a datagram breaks. */
export type RtpFault = 'too-short' | 'version' | 'csrc' | 'extension' | 'padding';

/** Fields of one header; also what `writeRtpHeader` takes. */
export interface RtpHeader {
  payloadType: number;
  marker: boolean;
  /** 0–65,535 */
  sequence: number;
  /** 0–2^32−1, in 8,000 Hz ticks for every codec of this product */
  timestamp: number;
  ssrc: number;
}

/** A window on one datagram: filled anew by each `read`, so one view serves a whole thread. */
export class RtpView implements RtpHeader {
  payloadType = 0;
  marker = false;
  sequence = 0;
  timestamp = 0;
  ssrc = 0;
  /** Where the payload begins in the bytes last read. */
  payloadAt = 0;
  /** Without padding. */
  payloadLength = 0;

  /**
   * Reads the header of one datagram.
   *
   * @returns null when the packet is well formed, else the rule it breaks; the fields are then meaningless
   */
  read(bytes: Uint8Array): RtpFault | null {
    const size = bytes.length;
    if (size < rtpHeaderBytes) return 'too-short';
    const first = bytes[0] ?? 0;
    if (first >> 6 !== 2) return 'version';
    const second = bytes[1] ?? 0;
    this.marker = (second & 0x80) !== 0;
    this.payloadType = second & 0x7f;
    this.sequence = readUint16(bytes, 2);
    this.timestamp = readUint32(bytes, 4);
    this.ssrc = readUint32(bytes, 8);
    let at = rtpHeaderBytes + (first & 0x0f) * 4;
    if (at > size) return 'csrc';
    if ((first & 0x10) !== 0) {
      if (at + 4 > size) return 'extension';
      at += 4 + readUint16(bytes, at + 2) * 4;
      if (at > size) return 'extension';
    }
    let padding = 0;
    if ((first & 0x20) !== 0) {
      padding = bytes[size - 1] ?? 0;
      if (padding === 0 || at + padding > size) return 'padding';
    }
    this.payloadAt = at;
    this.payloadLength = size - at - padding;
    return null;
  }
}

/** Writes the 12 bytes of a header without CSRCs, extension or padding at `at`. */
export const writeRtpHeader = (header: RtpHeader, bytes: Uint8Array, at: number): void => {
  bytes[at] = 0x80;
  bytes[at + 1] = (header.marker ? 0x80 : 0) | header.payloadType;
  writeUint16(bytes, at + 2, header.sequence);
  writeUint32(bytes, at + 4, header.timestamp);
  writeUint32(bytes, at + 8, header.ssrc);
};

/**
 * Tells RTCP from RTP on one port: an RTCP packet type lies where marker and payload type are.
 *
 * @see RFC 5761 §4: payload types 64–95 are never used for RTP beside RTCP
 */
export const isRtcp = (bytes: Uint8Array): boolean => {
  const type = bytes[1] ?? 0;
  return bytes.length >= 8 && type >= 192 && type <= 223;
};

/** Big-endian, as everything on the wire. */
export const readUint16 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Big-endian. */
export const readUint32 = (bytes: Uint8Array, at: number): number =>
  readUint16(bytes, at) * 0x1_0000 + readUint16(bytes, at + 2);

/** Big-endian; the low 16 bits of `value`. */
export const writeUint16 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
};

/** Big-endian; `value` modulo 2^32. */
export const writeUint32 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
};
