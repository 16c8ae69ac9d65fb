import { Fault } from '#base/fault.ts';

/** What to do about a SIP port that cannot be opened: `sip/port-taken` or `sip/listen`, with the option that changes it. */
export const sipListenFault = (
  error: unknown,
  address: { readonly host: string; readonly port: number },
): Fault => {
  if (error instanceof Fault) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const where = `${address.host}:${address.port}`;
  if (code === 'EADDRINUSE')
    return new Fault(
      'sip/port-taken',
      `SIP port ${where} is taken by another program: stop it, or set CALLREEL_SIP_PORT to a free port`,
      { facts: { host: address.host, port: address.port }, cause: error },
    );
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new Fault(
      'sip/listen',
      `SIP cannot listen on ${where}, which is no address of this machine: set CALLREEL_SIP_HOST to one`,
      { facts: { host: address.host, port: address.port }, cause: error },
    );
  return new Fault('sip/listen', `cannot open SIP port ${where}: ${String(error)}`, {
    facts: { host: address.host, port: address.port },
    cause: error,
  });
};
