/**
 * Offer and answer of one audio stream: G.711 with telephone-event over RTP/AVP.
 *
 * @see RFC 3264; RFC 8866; RFC 4733 §2.4; RFC 5761 §5.1.1
 */
import { ok, refuse, type Result } from '#base/result.ts';
import { readIpAddress } from './address.ts';
import {
  readDescription,
  type Direction,
  type SdpFormat,
  type SdpLine,
  type SdpRefusal,
} from './description.ts';
import type { SdpSession } from './session.ts';

/** The codecs of this product; both are 8,000 Hz, one byte per sample. */
export type Codec = 'PCMU' | 'PCMA';

/** Our side of one leg, as it goes into a description. */
export interface LocalMedia {
  /** Kept for the life of the leg: it numbers our descriptions and remembers the order of the media lines. */
  readonly session: SdpSession;
  /** IP literal written into `o=` and `c=`; its family is the only one accepted from the peer. */
  readonly address: string;
  readonly port: number;
  /** What we would like to do; the peer may narrow it. Default `sendrecv`. */
  readonly direction?: Direction;
  /** Codecs we take, in our preference. An answer follows the peer's preference among them. Default PCMU, PCMA. */
  readonly codecs?: readonly Codec[];
}

/** Where and how to send, agreed by one offer and its answer. */
export interface RemoteMedia {
  readonly address: string;
  readonly port: number;
  /** Codec we send and expect; conversion happens between unlike legs. */
  readonly codec: Codec;
  readonly payloadType: number;
  /** Payload type of telephone-event, or null when the peer has none. */
  readonly telephoneEventPayloadType: number | null;
  /** Packet time we send, in milliseconds; 20 unless the peer asks otherwise. */
  readonly packetMs: number;
  /** Our direction (RFC 3264 §8.4), already answered: `sendonly` means the peer only listens. */
  readonly direction: Direction;
  /** Where RTCP goes: the odd port, or the RTP port when `rtcp-mux` was agreed. */
  readonly rtcpMux: boolean;
}

export interface AnsweredOffer {
  readonly sdp: Buffer;
  readonly remote: RemoteMedia;
}

/** An offer of ours that waits for its answer. */
export interface MadeOffer {
  readonly sdp: Buffer;
  readonly local: LocalMedia;
}

interface AudioAgreement {
  readonly format: SdpFormat & { readonly name: Codec };
  readonly telephoneEvent: SdpFormat | null;
  readonly address: string;
}

const defaultCodecs: readonly Codec[] = ['PCMU', 'PCMA'];
/** Packet times the sender can make out of its 5 ms clock without delay of note. */
const packetTimesMs: readonly number[] = [10, 20, 30, 40, 60];

const sends = (direction: Direction): boolean =>
  direction === 'sendrecv' || direction === 'sendonly';
const receives = (direction: Direction): boolean =>
  direction === 'sendrecv' || direction === 'recvonly';

const directionOf = (canSend: boolean, canReceive: boolean): Direction => {
  if (canSend) return canReceive ? 'sendrecv' : 'sendonly';
  return canReceive ? 'recvonly' : 'inactive';
};

/**
 * Our direction after the peer said its own: we send only if it receives, and the other way round.
 * A connection address of 0.0.0.0 takes our sending away whatever the attribute says.
 *
 * @see RFC 3264 §6.1 and §8.4
 */
const agreeDirection = (wanted: Direction, line: SdpLine): Direction => {
  const unspecified = readIpAddress(line.address ?? '')?.kind === 'unspecified';
  return directionOf(
    sends(wanted) && receives(line.direction) && !unspecified,
    receives(wanted) && sends(line.direction),
  );
};

const isOurs = (
  format: SdpFormat,
  codecs: readonly Codec[],
): format is SdpFormat & { readonly name: Codec } =>
  format.clockRateHz === 8000 &&
  format.channels === 1 &&
  codecs.some((codec) => codec === format.name);

/** Why the peer's address cannot be sent to, or null. */
const addressFault = (text: string | null, local: LocalMedia): SdpRefusal | null => {
  if (text === null) return { status: 400, why: 'the audio line has no connection address' };
  const address = readIpAddress(text);
  if (address === null)
    return { status: 488, why: `the connection address ${text.slice(0, 64)} is no IP address` };
  if (address.kind === 'multicast') return { status: 488, why: 'multicast is not supported' };
  if (address.family !== readIpAddress(local.address)?.family)
    return { status: 488, why: `IPv${address.family} is not served on this address` };
  return null;
};

const agreeAudio = (line: SdpLine, local: LocalMedia): Result<AudioAgreement, SdpRefusal> => {
  if (line.media !== 'audio') return refuse({ status: 488, why: 'no audio was offered' });
  if (line.port === 0)
    return refuse({ status: 488, why: 'the audio line is switched off (port 0)' });
  if (line.protocol !== 'RTP/AVP' && line.protocol !== 'RTP/AVPF')
    return refuse({ status: 488, why: `the transport ${line.protocol} is not supported` });
  const codecs = local.codecs ?? defaultCodecs;
  const format = line.formats.find((candidate) => isOurs(candidate, codecs));
  if (format === undefined || !isOurs(format, codecs))
    return refuse({ status: 488, why: `none of ${codecs.join(', ')} was offered` });
  const fault = addressFault(line.address, local);
  if (fault !== null) return refuse(fault);
  const telephoneEvent = line.formats.find(
    (candidate) => candidate.name === 'TELEPHONE-EVENT' && candidate.clockRateHz === 8000,
  );
  return ok({ format, telephoneEvent: telephoneEvent ?? null, address: line.address ?? '' });
};

/** What the peer asks to be sent (`ptime`), within what it can take (`maxptime`). */
const agreePacketMs = (line: SdpLine): number => {
  const limit = line.maxPacketMs ?? 60;
  const wanted = line.packetMs ?? 20;
  if (packetTimesMs.includes(wanted) && wanted <= limit) return wanted;
  return limit < 20 ? 10 : 20;
};

const remoteOf = (line: SdpLine, agreed: AudioAgreement, direction: Direction, mux: boolean) =>
  ({
    address: agreed.address,
    port: line.port,
    codec: agreed.format.name,
    payloadType: agreed.format.payloadType,
    telephoneEventPayloadType: agreed.telephoneEvent?.payloadType ?? null,
    packetMs: agreePacketMs(line),
    direction,
    rtcpMux: mux,
  }) satisfies RemoteMedia;

/**
 * Answers an offer with the first audio line that can be served; every other line gets port 0. The codec is the peer's
 * first choice among ours, payload types are the offer's, `rtcp-mux` is answered only if offered.
 *
 * A refused offer leaves the `SdpSession` as it was, so that the call goes on as agreed before.
 *
 * @returns the answer and what it agrees on; 400 when the offer is malformed, 488 when nothing in it can be served. Never throws
 * @see RFC 3264 §6 and §8
 */
export const answerOffer = (
  offer: Buffer,
  local: LocalMedia,
): Result<AnsweredOffer, SdpRefusal> => {
  const read = readDescription(offer);
  if (!read.ok) return read;
  let refusal: SdpRefusal = { status: 488, why: 'no audio was offered' };
  for (const [index, line] of read.value.entries()) {
    const agreed = agreeAudio(line, local);
    if (!agreed.ok) {
      if (line.media === 'audio') refusal = agreed.error;
      continue;
    }
    const { format, telephoneEvent } = agreed.value;
    const direction = agreeDirection(local.direction ?? 'sendrecv', line);
    local.session.remember(
      read.value,
      index,
      [format, telephoneEvent].filter((row) => row !== null),
    );
    const sdp = local.session.write({
      address: local.address,
      port: local.port,
      protocol: line.protocol,
      formats: telephoneEvent === null ? [format] : [format, telephoneEvent],
      direction,
      rtcpMux: line.rtcpMux,
    });
    return ok({ sdp, remote: remoteOf(line, agreed.value, direction, line.rtcpMux) });
  }
  return refuse(refusal);
};

/**
 * Makes an offer: at the start of a leg, for an INVITE without an offer, or anew within the dialog (hold, resume).
 * A repeated offer keeps the media lines and payload types agreed before and bumps the version only if something changed.
 *
 * @see RFC 3264 §5 and §8
 */
export const makeOffer = (local: LocalMedia): MadeOffer => {
  const formats: SdpFormat[] = (local.codecs ?? defaultCodecs).map((name) =>
    local.session.formatFor(name, name === 'PCMU' ? 0 : 8),
  );
  // 101 is what nearly every phone and trunk uses for telephone-event (RFC 4733 leaves the number open).
  formats.push(local.session.formatFor('TELEPHONE-EVENT', 101));
  const sdp = local.session.write({
    address: local.address,
    port: local.port,
    protocol: local.session.protocol,
    formats,
    direction: local.direction ?? 'sendrecv',
    rtcpMux: false,
  });
  return { sdp, local };
};

/**
 * Reads the answer to an offer of ours. May be called again for the same offer: early media first, then the final answer.
 *
 * @returns what was agreed; 400 when the answer is malformed or does not fit the offer, 488 when it takes none of it.
 *   Never throws
 * @see RFC 3264 §7
 */
export const readAnswer = (answer: Buffer, offered: MadeOffer): Result<RemoteMedia, SdpRefusal> => {
  const read = readDescription(answer);
  if (!read.ok) return read;
  const { session } = offered.local;
  if (read.value.length !== session.lineCount)
    return refuse({ status: 400, why: 'the answer has not as many media lines as the offer' });
  const line = read.value[session.audioIndex];
  if (line === undefined) return refuse({ status: 400, why: 'the answer has no audio line' });
  const agreed = agreeAudio(line, offered.local);
  if (!agreed.ok) return agreed;
  const { format, telephoneEvent } = agreed.value;
  session.remember(
    read.value,
    session.audioIndex,
    [format, telephoneEvent].filter((row) => row !== null),
  );
  const direction = agreeDirection(offered.local.direction ?? 'sendrecv', line);
  return ok(remoteOf(line, agreed.value, direction, false));
};
