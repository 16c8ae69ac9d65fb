/** Questions that `begin.ts` asked while the scripts were still on their way. */
declare global {
  interface Window {
    /** By path and query; taken once. Null: not asked after all. */
    readonly callreelBegun?: Map<string, Promise<Response | null>>;
  }
}

/** The answer that is already on its way, for whoever asks the same first; anybody else asks anew. */
export const fetchOrBegun = async (request: Request): Promise<Response> => {
  const { pathname, search } = new URL(request.url);
  const path = `${pathname}${search}`;
  const begun = request.method === 'GET' ? window.callreelBegun?.get(path) : undefined;
  window.callreelBegun?.delete(path);
  return (await begun) ?? fetch(request);
};
