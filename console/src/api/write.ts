import { useMutation, useQueryClient } from '@tanstack/react-query';

/** A write after which everything under this topic is asked for again; also when it was refused, since what it was made to may be old. */
export const useWrite = <Order = void>(
  topic: string,
  write: (order: Order) => Promise<unknown>,
  onDone?: () => void,
) => {
  const queries = useQueryClient();
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: [topic] });
  return useMutation({
    mutationFn: write,
    onSuccess: async () => {
      await refresh();
      onDone?.();
    },
    onError: refresh,
  });
};
