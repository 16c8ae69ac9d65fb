/** tshark as the second pair of eyes on the wire: it captures loopback ports and says what it finds malformed. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { type Program, requireProgram, startProgram, until } from './programs.ts';

export interface Capture {
  /** Ends the capture and reads it. */
  finish(): Promise<CaptureReport>;
}

export interface CaptureReport {
  /** SIP messages seen: proof that there was something to judge. */
  readonly sipMessages: number;
  /** Of those, how many came by TCP. */
  readonly sipMessagesByTcp: number;
  readonly rtpPackets: number;
  /** RTP payload types that occurred, in order. */
  readonly payloadTypes: readonly number[];
  /** What a µ-law listener at one of these ports was sent, stream by stream, packets joined in the order in which they came. */
  ulawTo(firstPort: number, lastPort: number): readonly Buffer[];
  /** One line for each packet tshark calls malformed or gives an error-level expert note. */
  readonly malformed: readonly string[];
}

/** Captures everything on loopback that has one of these ports as source or destination. */
export const captureLoopback = async (
  file: string,
  filter: string,
  deadlineMs: number,
): Promise<Capture> => {
  const dumpcap = requireProgram('dumpcap', 'tshark');
  const tshark = requireProgram('tshark', 'tshark');
  const program: Program = startProgram(
    dumpcap,
    ['-i', 'lo', '-q', '-P', '-w', file, '-f', filter],
    { deadlineMs },
  );
  await until(`dumpcap writes ${file}: ${program.output()}`, () =>
    existsSync(file) && statSync(file).size > 0 ? true : undefined,
  );
  return {
    finish: async () => {
      await program.stop();
      return readCapture(tshark, file);
    },
  };
};

/** Judges a finished capture file. RTP is recognised by its SDP and by heuristic. */
export const readCapture = (tshark: string, file: string): CaptureReport => {
  const lines = (display: string, ...fields: string[]): string[] => {
    const run = spawnSync(
      tshark,
      [
        ...['-r', file, '-o', 'rtp.heuristic_rtp:TRUE', '-Y', display, '-T', 'fields'],
        ...fields.flatMap((field) => ['-e', field]),
      ],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    if (run.status !== 0) throw new Error(`tshark could not read ${file}: ${run.stderr}`);
    return run.stdout.split('\n').filter((line) => line.trim() !== '');
  };
  // 8388608 is tshark's severity "error".
  const faults = lines(
    '(sip || sdp || rtp || rtcp) && (_ws.malformed || _ws.expert.severity == 8388608)',
    'frame.number',
    'udp.srcport',
    'tcp.srcport',
    'sip.Method',
    'sip.Status-Code',
    '_ws.expert.message',
  );
  const sip = lines('sip', 'frame.number', 'tcp.srcport');
  const rtp = lines('rtp', 'rtp.p_type');
  return {
    sipMessages: sip.length,
    sipMessagesByTcp: sip.filter((line) => /\t\d/u.test(line)).length,
    rtpPackets: rtp.length,
    payloadTypes: [...new Set(rtp.map(Number))].sort((a, b) => a - b),
    ulawTo: (firstPort, lastPort) => {
      const to = `rtp.p_type == 0 && udp.dstport >= ${firstPort} && udp.dstport <= ${lastPort}`;
      const streams = new Map<string, Buffer[]>();
      for (const line of lines(to, 'rtp.ssrc', 'rtp.payload')) {
        const [ssrc = '', payload = ''] = line.split('\t');
        const packets = streams.get(ssrc) ?? [];
        packets.push(Buffer.from(payload.replaceAll(':', ''), 'hex'));
        streams.set(ssrc, packets);
      }
      return [...streams.values()].map((packets) => Buffer.concat(packets));
    },
    malformed: faults,
  };
};
