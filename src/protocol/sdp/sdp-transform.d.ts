/** The part of `sdp-transform` 3 that is used here; the package brings no types. Numbers arrive as text when they are huge. */
declare module 'sdp-transform' {
  type NumberOrText = number | string;

  export interface SdpConnection {
    version?: NumberOrText;
    ip?: NumberOrText;
  }

  export interface SdpMedia {
    type?: NumberOrText;
    port?: NumberOrText;
    protocol?: NumberOrText;
    payloads?: NumberOrText;
    connection?: SdpConnection;
    direction?: NumberOrText;
    ptime?: NumberOrText;
    maxptime?: NumberOrText;
    rtcpMux?: NumberOrText;
    rtp: {
      payload?: NumberOrText;
      codec?: NumberOrText;
      rate?: NumberOrText;
      encoding?: NumberOrText;
    }[];
    fmtp: { payload?: NumberOrText; config?: NumberOrText }[];
  }

  export interface SdpText {
    version?: NumberOrText;
    origin?: {
      username: NumberOrText;
      sessionId: NumberOrText;
      sessionVersion: NumberOrText;
      netType: string;
      ipVer: number;
      address: NumberOrText;
    };
    name?: NumberOrText;
    timing?: { start: number; stop: number };
    connection?: SdpConnection;
    direction?: NumberOrText;
    media: SdpMedia[];
  }

  export const parse: (sdp: string) => SdpText;
  export const write: (sdp: SdpText) => string;
}
