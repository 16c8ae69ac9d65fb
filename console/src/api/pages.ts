/** Lists of the server: page by page as somebody looks through one, or all of it to choose from. */
import { infiniteQueryOptions } from '@tanstack/react-query';

export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface PageOrder {
  readonly limit: number;
  readonly cursor?: string;
}

const pageSize = 50;
const choicePage = 200;
/** More than anybody looks through; a chooser is searched by typing. */
const mostChoices = 10_000;

const orderOf = (limit: number, cursor: string | null): PageOrder => ({
  limit,
  ...(cursor !== null && { cursor }),
});

/** The list under this key, page after page as it is asked for. */
export const pagesOf = <Item>(
  key: readonly unknown[],
  ask: (query: PageOrder, signal: AbortSignal) => Promise<PageOf<Item>>,
) =>
  infiniteQueryOptions({
    queryKey: key,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => ask(orderOf(pageSize, pageParam), signal),
    getNextPageParam: (page: PageOf<Item>) => page.nextCursor,
  });

/** All there are, for what is chosen from by name: page after page of the list. */
export const everyPage = async <Item>(
  ask: (query: PageOrder) => Promise<PageOf<Item>>,
): Promise<PageOf<Item>> => {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const next: PageOf<Item> = await ask(orderOf(choicePage, cursor));
    items.push(...next.items);
    cursor = next.nextCursor;
  } while (cursor !== null && items.length < mostChoices);
  return { items, nextCursor: cursor };
};
