import { useMutation, useQueryClient } from '@tanstack/react-query';

/** A write after which everything under this topic is asked for again. */
export const useWrite = <Order = void>(
  topic: string,
  write: (order: Order) => Promise<unknown>,
  onDone?: () => void,
) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [topic] });
      onDone?.();
    },
  });
};
