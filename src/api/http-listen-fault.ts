import { Fault } from '#base/fault.ts';

/** The option that names a port of HTTP. */
export type PortKey = 'CALLREEL_HTTP_PORT' | 'CALLREEL_METRICS_PORT';

/** What to do about an HTTP port that cannot be opened: `api/port-taken` or `api/cannot-listen`, with the option that changes it. */
export const httpListenFault = (
  cause: unknown,
  http: { readonly host: string; readonly port: number },
  key: PortKey = 'CALLREEL_HTTP_PORT',
): Fault => {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE')
    return new Fault(
      'api/port-taken',
      `Port ${http.port} on ${http.host} is taken: set ${key} to another one.`,
      { cause },
    );
  const text = cause instanceof Error ? cause.message : String(cause);
  return new Fault(
    'api/cannot-listen',
    `Cannot listen on ${http.host}:${http.port} (${text}): check CALLREEL_HTTP_HOST and ${key}.`,
    { cause },
  );
};
