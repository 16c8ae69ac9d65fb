/** The list of a kind of thing, page by page. */
import { infiniteQueryOptions } from '@tanstack/react-query';

interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface PageOrder {
  readonly query: { readonly limit: number; readonly cursor?: string };
}

export const pagesOf = <Item>(
  key: readonly string[],
  ask: (params: PageOrder, signal: AbortSignal) => Promise<PageOf<Item>>,
) =>
  infiniteQueryOptions({
    queryKey: [...key] as readonly string[],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      ask({ query: { limit: 50, ...(pageParam !== null && { cursor: pageParam }) } }, signal),
    getNextPageParam: (page: PageOf<Item>) => page.nextCursor,
  });
