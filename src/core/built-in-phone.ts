/** Where the customer's built-in phone of `Call me` calls from: it is there only while it calls. */

/** Addresses are unique in the installation, so each tenant that tries has a port of its own. */
export const builtInPorts: readonly number[] = Array.from(
  { length: 20 },
  (_, offset) => 5080 + offset,
);

/** Of its trunks, so that they are the last to be chosen for calls that go out. */
export const lastOrder = 1000;

export interface TrunkPlace {
  readonly host: string;
  readonly port: number;
  readonly allowedAddresses: readonly string[];
  readonly callerNumbers: readonly string[];
}

/** Whether a trunk is one that was made for the built-in phone: nobody there is no fault. @param ownHost address of this machine */
export const isOfBuiltInPhone = (
  { host, port, allowedAddresses, callerNumbers }: TrunkPlace,
  ownHost: string,
): boolean =>
  (host === '127.0.0.1' || host === ownHost) &&
  builtInPorts.includes(port) &&
  // Whoever gives it numbers to show calls out by it.
  callerNumbers.length === 0 &&
  allowedAddresses.length === 1 &&
  allowedAddresses[0] === `${host}:${port}`;
