import type { AssetOrder, AssetSort } from './assets.ts';

const sorts = ['name', 'duration', 'size', 'created'] as const satisfies readonly AssetSort[];

/** What stands in the address; anything that is no order is dropped. */
export const readAssetOrder = (search: Readonly<Record<string, unknown>>): AssetOrder => {
  const wanted = search['search'];
  const text = typeof wanted === 'string' || typeof wanted === 'number' ? String(wanted) : '';
  const sort = sorts.find((each) => each === search['sort']);
  const direction = (['asc', 'desc'] as const).find((each) => each === search['direction']);
  return {
    ...(text !== '' && text.length <= 200 && { search: text }),
    ...(sort && { sort }),
    ...(direction && { direction }),
  };
};
