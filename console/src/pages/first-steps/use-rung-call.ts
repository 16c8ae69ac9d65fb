/** What the server knows of the call that was asked for. */
import { queryOptions, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answered, client } from '../../api/client.ts';
import { callQuery, type CallDetail } from '../../api/queries.ts';
import { forgetRung, isFresh, keptRung, type Rung } from './rung-call.ts';

/** While somebody waits in front of it; the notices of the server come in between. */
const LOOK_EVERY_MS = 1000;

const firstCallQuery = ({ callerNumber, askedAt }: Rung['call']) =>
  queryOptions({
    queryKey: ['calls', 'test', callerNumber, askedAt],
    queryFn: ({ signal }) => {
      const query = { number: callerNumber, from: askedAt, limit: 1 };
      return answered(client.GET('/calls', { params: { query }, signal }));
    },
  });

/** The call that was just asked for: the first of this caller since then. */
export const useCallOf = (rung: Rung['call']): CallDetail | null => {
  const list = useQuery({ ...firstCallQuery(rung), refetchInterval: LOOK_EVERY_MS });
  const id = list.data?.items[0]?.id;
  const call = useQuery({
    ...callQuery(id ?? ''),
    enabled: id !== undefined,
    refetchInterval: LOOK_EVERY_MS,
  });
  return call.data ?? null;
};

/** What is to be shown again of the call that was asked for before the page was left. */
const stillGoingOn = async (queries: QueryClient, rung: Rung): Promise<boolean> => {
  const list = await queries.query({ ...firstCallQuery(rung.call), staleTime: 0 });
  const [first] = list.items;
  const call = first ? await queries.query({ ...callQuery(first.id), staleTime: 0 }) : null;
  return isFresh(call, rung.call.askedAt, Date.now());
};

/** The call that this tab asked for earlier, once it is known to go on still. */
export const useEarlier = (): readonly [Rung | null, (rung: Rung | null) => void] => {
  const queries = useQueryClient();
  const [earlier, setEarlier] = useState<Rung | null>(null);
  useEffect(() => {
    const kept = keptRung();
    if (kept === null) return undefined;
    let isHere = true;
    const look = async (): Promise<void> => {
      const isGoingOn = await stillGoingOn(queries, kept);
      if (!isHere) return;
      if (isGoingOn) setEarlier(kept);
      else forgetRung();
    };
    // Without an answer nothing is shown, and the next visit asks again.
    look().catch(() => undefined);
    return () => {
      isHere = false;
    };
  }, [queries]);
  return [earlier, setEarlier];
};
