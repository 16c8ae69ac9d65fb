/** Recordings that tasks play. The bytes lie in the object store; the row says what they are, and stays true because they never change. */
import { sql, type Kysely } from 'kysely';

const statements: readonly string[] = [
  // Whoever refers to an asset does so by (tenant_id, id), on delete restrict: then no task plays another tenant's file, and
  // an asset that is in use cannot go, whoever asks at the same moment.
  `create table voice_assets (
    id text primary key,
    tenant_id text not null references tenants,
    name text not null,
    description text not null default '',
    format text not null check (format in ('mp3', 'wav')),
    size_bytes integer not null check (size_bytes > 0),
    sha256 text not null,
    duration_ms integer not null,
    frames integer not null check (frames > 0),
    object_key text not null unique,
    prepared text not null default 'pending' check (prepared in ('pending', 'ready', 'failed')),
    sound jsonb,
    created_by text,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    unique (tenant_id, id)
  )`,
  `create index voice_assets_time on voice_assets (tenant_id, created_at desc, id desc)`,
];

export const voiceAssets = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
