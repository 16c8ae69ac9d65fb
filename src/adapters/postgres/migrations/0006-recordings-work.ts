/** What people add to recordings and take from them: notes, tags, named filters, exports. */
import { sql, type Kysely } from 'kysely';

const statements: readonly string[] = [
  `create table recording_notes (
    id text primary key,
    tenant_id text not null references tenants,
    recording_id text not null references recordings on delete cascade,
    text text not null,
    moment_ms integer check (moment_ms >= 0),
    author_id text not null,
    author_name text not null,
    created_at timestamptz(3) not null,
    edited_at timestamptz(3)
  )`,
  `create index recording_notes_order on recording_notes (recording_id, id)`,

  // The start is repeated, so that a page of one tag is one index range.
  `create table recording_tags (
    tenant_id text not null references tenants,
    recording_id text not null references recordings on delete cascade,
    tag text collate "C" not null,
    started_at timestamptz(3) not null,
    primary key (recording_id, tag)
  )`,
  `create index recording_tags_page on recording_tags (tenant_id, tag, started_at desc, recording_id desc)`,
  `alter table recordings add column tags_version integer not null default 0`,

  `create table saved_views (
    id text primary key,
    tenant_id text not null references tenants,
    owner_id text not null,
    list text not null check (list in ('recordings', 'calls')),
    name text not null,
    filter jsonb not null,
    created_at timestamptz(3) not null default now()
  )`,
  `create unique index saved_views_name on saved_views (tenant_id, owner_id, list, lower(name))`,

  `create table recording_exports (
    id text primary key,
    tenant_id text not null references tenants,
    owner_id text not null,
    requested_by jsonb not null,
    kind text not null check (kind in ('csv', 'zip')),
    rendition text,
    format text,
    scope jsonb not null,
    filter jsonb not null,
    state text not null default 'queued' check (state in ('queued', 'running', 'ready', 'failed', 'expired')),
    total integer not null,
    done integer not null default 0,
    missing integer not null default 0,
    size_bytes bigint,
    sha256 text,
    failure text,
    created_at timestamptz(3) not null,
    expires_at timestamptz(3) not null,
    check ((kind = 'zip') = (rendition is not null and format is not null))
  )`,
  `create index recording_exports_owner on recording_exports (tenant_id, owner_id, id desc)`,
  `create index recording_exports_expiry on recording_exports (expires_at) where state <> 'expired'`,
];

export const recordingsWork = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
