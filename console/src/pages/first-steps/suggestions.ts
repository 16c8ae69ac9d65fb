/** What First steps writes for people who have no wish of their own yet. */

/** Calls from the host itself; on this machine only from its port, since every other caller on it has the same address. */
export const addressesOf = (host: string, port: string): string[] => {
  const bare = host.trim().toLowerCase();
  if (bare === 'localhost') return [`127.0.0.1:${port}`];
  if (/^127\.[\d.]+$/.test(bare)) return [`${bare}:${port}`];
  if (bare === '::1' || bare === '[::1]') return [`[::1]:${port}`];
  return /^[\d.]+$|:/.test(bare) ? [bare] : [];
};

const firstFree = (taken: ReadonlySet<string>, nameOf: (at: number) => string): string => {
  let at = 1;
  while (taken.has(nameOf(at))) at++;
  return nameOf(at);
};

export const nextSipUser = (agents: readonly { readonly sipUsername: string }[]): string =>
  firstFree(new Set(agents.map(({ sipUsername }) => sipUsername)), (at) => `agent${at}`);

export const nextAgentId = (agents: readonly { readonly agentId: string }[]): string =>
  firstFree(new Set(agents.map(({ agentId }) => agentId)), (at) => String(1000 + at));
