import { Fault } from '#base/fault.ts';

/** What to do about an HTTP port that cannot be opened: `api/port-taken` or `api/cannot-listen`, with the option that changes it. */
export const httpListenFault = (
  cause: unknown,
  http: { readonly host: string; readonly port: number },
): Fault => {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE')
    return new Fault(
      'api/port-taken',
      `Port ${http.port} on ${http.host} is taken: set CALLREEL_HTTP_PORT to another one.`,
      { cause },
    );
  const text = cause instanceof Error ? cause.message : String(cause);
  return new Fault(
    'api/cannot-listen',
    `Cannot listen on ${http.host}:${http.port} (${text}): check CALLREEL_HTTP_HOST and CALLREEL_HTTP_PORT.`,
    { cause },
  );
};
