/** Where agents' phones can be reached, kept over a restart: phones register again only when their time is up, which may be an hour. */
export interface KeptPhone {
  readonly sipUsername: string;
  /** Names the credentials it registered with, without telling them: with others it is out. */
  readonly credentialsId: string;
  /** Contact URI. */
  readonly uri: string;
  /** IP literal and port that the REGISTER came from, over UDP: the way back through a NAT. */
  readonly address: string;
  readonly port: number;
  readonly callId: string;
  readonly sequence: number;
  readonly q: number;
  /** Wall milliseconds. */
  readonly expiresAtMs: number;
}

export interface KeptPhones {
  /** A name for a secret, which nobody can test guesses of the secret by without the master key. */
  nameOf(secret: string): string;
  /** Those of the last life, when it ended a moment ago: after a longer rest nobody knows which phones are still there. */
  read(): readonly KeptPhone[];
  /** Something has changed: `list` is asked, and what it says written, a moment later. Never throws. */
  changed(list: () => readonly KeptPhone[]): void;
}
