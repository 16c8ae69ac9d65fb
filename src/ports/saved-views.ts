/** A person's named filters of the lists. Everybody sees only their own. */
import type { Result } from '#base/result.ts';
import type { SavedViewId, TenantId } from '#core/ids.ts';

export type ViewedList = 'recordings' | 'calls';

/** The filter as it stands in the address of the page. */
export type ViewFilter = Readonly<Record<string, string>>;

export interface SavedView {
  readonly viewId: SavedViewId;
  readonly list: ViewedList;
  readonly name: string;
  readonly filter: ViewFilter;
}

export interface ViewOwner {
  readonly tenantId: TenantId;
  readonly ownerId: string;
}

export interface SavedViews {
  /** By name; at most fifty of each list. */
  list(owner: ViewOwner, list: ViewedList): Promise<readonly SavedView[]>;
  /** Null when the owner has none of this id. */
  find(owner: ViewOwner, viewId: SavedViewId): Promise<SavedView | null>;
  create(
    owner: ViewOwner,
    view: Omit<SavedView, 'viewId'>,
  ): Promise<Result<SavedView, 'name-taken' | 'too-many'>>;
  change(
    owner: ViewOwner,
    viewId: SavedViewId,
    change: { readonly name?: string; readonly filter?: ViewFilter },
  ): Promise<Result<void, 'name-taken'>>;
  /** Idempotent. */
  remove(owner: ViewOwner, viewId: SavedViewId): Promise<void>;
}
