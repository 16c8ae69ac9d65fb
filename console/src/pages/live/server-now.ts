import { useEffect, useState } from 'react';

/** The server's clock, running on by the second from an answer; the browser's own may be wrong by minutes. */
export const useServerNow = (serverMs: number, readAtMs: number): number => {
  const [localMs, setLocalMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setLocalMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return serverMs + Math.max(0, localMs - readAtMs);
};
