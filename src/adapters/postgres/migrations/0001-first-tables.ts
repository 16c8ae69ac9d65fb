/** The first tables. Plain SQL, one statement each, so that both databases run exactly what stands here. */
import { sql, type Kysely } from 'kysely';

const statements: readonly string[] = [
  `create table tenants (
    id text primary key,
    name text not null,
    vdn_id bigint not null unique,
    sdk_app_id bigint not null unique,
    time_zone text not null,
    country text not null,
    recording_storage_days integer not null default 365,
    settings jsonb not null default '{}',
    created_at timestamptz(3) not null default now(),
    deleted_at timestamptz(3)
  )`,

  `create table agents (
    id text primary key,
    tenant_id text not null references tenants,
    email text not null,
    name text not null,
    agent_id text not null,
    sip_username text not null,
    sip_password_sealed text not null,
    caller_number text,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    deleted_at timestamptz(3)
  )`,
  `create unique index agents_agent_id on agents (tenant_id, agent_id) where deleted_at is null`,
  `create unique index agents_email on agents (tenant_id, lower(email)) where deleted_at is null`,
  `create unique index agents_sip_username on agents (lower(sip_username)) where deleted_at is null`,

  `create table users (
    id text primary key,
    tenant_id text references tenants,
    email text not null,
    name text not null,
    password_hash text not null,
    role text not null check (role in ('owner', 'admin', 'supervisor', 'agent', 'auditor')),
    agent_id text references agents,
    queue_ids text[] not null default '{}',
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    disabled_at timestamptz(3),
    check (tenant_id is not null or role = 'owner')
  )`,
  `create unique index users_email on users (lower(email))`,
  `create index users_tenant on users (tenant_id, id)`,

  `create table user_sessions (
    id text primary key,
    user_id text not null references users on delete cascade,
    token_hash text not null unique,
    csrf_token text not null,
    created_at timestamptz(3) not null default now(),
    last_seen_at timestamptz(3) not null default now(),
    expires_at timestamptz(3) not null,
    address text,
    user_agent text
  )`,
  `create index user_sessions_user on user_sessions (user_id)`,
  `create index user_sessions_expiry on user_sessions (expires_at)`,

  `create table api_keys (
    id text primary key,
    tenant_id text references tenants,
    name text not null,
    prefix text not null,
    key_hash text not null unique,
    role text not null check (role in ('owner', 'admin', 'supervisor', 'agent', 'auditor')),
    created_by text,
    created_at timestamptz(3) not null default now(),
    last_used_at timestamptz(3),
    expires_at timestamptz(3),
    revoked_at timestamptz(3),
    check (tenant_id is not null or role = 'owner')
  )`,
  `create index api_keys_tenant on api_keys (tenant_id, id)`,

  `create table audit_log (
    id text primary key,
    tenant_id text references tenants,
    at timestamptz(3) not null,
    actor_kind text not null,
    actor_id text,
    actor_name text,
    action text not null,
    subject_kind text,
    subject_id text,
    detail jsonb not null default '{}',
    address text
  )`,
  `create index audit_log_time on audit_log (tenant_id, at desc, id desc)`,
  `create index audit_log_subject on audit_log (tenant_id, subject_id, at desc)`,

  `create table sign_in_attempts (
    id text primary key,
    at timestamptz(3) not null,
    account text not null,
    address text not null,
    succeeded boolean not null
  )`,
  `create index sign_in_attempts_account on sign_in_attempts (account, at desc)`,
  `create index sign_in_attempts_address on sign_in_attempts (address, at desc)`,

  `create table idempotency_keys (
    actor_id text not null,
    key text not null,
    tenant_id text references tenants,
    method text not null,
    path text not null,
    request_hash text not null,
    status integer,
    response text,
    created_at timestamptz(3) not null default now(),
    expires_at timestamptz(3) not null,
    primary key (actor_id, key)
  )`,
  `create index idempotency_keys_expiry on idempotency_keys (expires_at)`,

  `create table trunks (
    id text primary key,
    tenant_id text not null references tenants,
    name text not null,
    host text not null,
    port integer not null check (port between 1 and 65535),
    transport text not null check (transport in ('udp', 'tcp')),
    username text,
    password_sealed text,
    caller_numbers text[] not null default '{}',
    sort_order integer not null default 0,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    deleted_at timestamptz(3)
  )`,
  `create index trunks_tenant on trunks (tenant_id, sort_order, id) where deleted_at is null`,
  `create unique index trunks_username on trunks (username) where deleted_at is null and username is not null`,
  `create table trunk_addresses (
    address text primary key,
    trunk_id text not null references trunks on delete cascade,
    tenant_id text not null references tenants,
    position integer not null default 0
  )`,
  `create index trunk_addresses_trunk on trunk_addresses (trunk_id)`,

  `create table queues (
    id text primary key,
    tenant_id text not null references tenants,
    name text not null,
    channel text not null check (channel in ('ivr', 'mobile', 'web')),
    parent_id text references queues,
    ring_seconds integer not null default 20 check (ring_seconds between 5 and 300),
    max_wait_seconds integer not null default 0 check (max_wait_seconds >= 0),
    waiting_tone text not null default 'ringback' check (waiting_tone in ('ringback', 'music')),
    overflow jsonb,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    deleted_at timestamptz(3)
  )`,
  `create unique index queues_name on queues (tenant_id, name) where deleted_at is null`,
  `create table queue_agents (
    queue_id text not null references queues on delete cascade,
    agent_id text not null references agents on delete cascade,
    tenant_id text not null references tenants,
    primary key (queue_id, agent_id)
  )`,
  `create index queue_agents_agent on queue_agents (agent_id)`,

  `create table numbers (
    id text primary key,
    tenant_id text not null references tenants,
    number text not null,
    target_kind text not null check (target_kind in ('queue', 'agent')),
    target_id text not null,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    unique (tenant_id, number)
  )`,

  `create table settings_versions (
    tenant_id text not null references tenants,
    scope text not null,
    version integer not null check (version >= 1),
    value jsonb not null,
    changed_by text,
    changed_at timestamptz(3) not null default now(),
    primary key (tenant_id, scope, version)
  )`,

  `create table directory_version (
    id integer primary key default 1 check (id = 1),
    version bigint not null,
    changed_at timestamptz(3) not null
  )`,
  `insert into directory_version (id, version, changed_at) values (1, 1, now())`,
  `create function raise_directory_version() returns trigger language plpgsql as $$
    begin
      update directory_version set version = version + 1, changed_at = now() where id = 1;
      perform pg_notify('callreel_directory', '');
      return null;
    end $$`,
  ...[
    'tenants',
    'agents',
    'trunks',
    'trunk_addresses',
    'queues',
    'queue_agents',
    'numbers',
    'settings_versions',
  ].map(
    (
      table,
    ) => `create trigger ${table}_directory after insert or update or delete or truncate on ${table}
      for each statement execute function raise_directory_version()`,
  ),

  `create table calls (
    id text primary key,
    tenant_id text not null references tenants,
    call_number bigint generated always as identity unique,
    node text not null,
    call_type text not null,
    direction text not null check (direction in ('in', 'out')),
    caller text not null,
    callee text not null,
    trunk_id text,
    directory_version bigint not null,
    queue_id text,
    started_at timestamptz(3) not null,
    queued_at timestamptz(3),
    ringing_at timestamptz(3),
    answered_at timestamptz(3),
    ended_at timestamptz(3),
    got_media boolean not null default false,
    end_status text,
    hung_up_side text,
    cause text,
    record boolean,
    record_rule text,
    outcome text not null check (outcome in ('inProgress', 'ready', 'declined', 'excluded', 'failed')),
    outcome_reason text
  )`,
  `create index calls_time on calls (tenant_id, started_at desc, id desc)`,
  `create index calls_caller on calls (tenant_id, caller, started_at desc, id desc)`,
  `create index calls_callee on calls (tenant_id, callee, started_at desc, id desc)`,
  `create index calls_queue on calls (tenant_id, queue_id, started_at desc, id desc)`,
  `create index calls_outcome on calls (tenant_id, outcome, started_at desc, id desc)`,
  `create index calls_open on calls (node) where ended_at is null`,
  `create table call_agents (
    call_id text not null references calls on delete cascade,
    agent_id text not null,
    tenant_id text not null references tenants,
    started_at timestamptz(3) not null,
    primary key (call_id, agent_id)
  )`,
  `create index call_agents_time on call_agents (tenant_id, agent_id, started_at desc, call_id desc)`,
  `create table call_events (
    call_id text not null references calls on delete cascade,
    tenant_id text not null references tenants,
    position bigint not null,
    at timestamptz(3) not null,
    kind text not null,
    facts jsonb not null default '{}',
    primary key (call_id, position)
  )`,

  `create table legs (
    id text primary key,
    call_id text not null references calls on delete cascade,
    tenant_id text not null references tenants,
    direction text not null check (direction in ('in', 'out')),
    participant integer not null,
    participant_kind text not null,
    endpoint_user text not null,
    agent_id text,
    sip_call_id text not null,
    started_at timestamptz(3) not null,
    ringing_at timestamptz(3),
    answered_at timestamptz(3),
    ended_at timestamptz(3),
    sip_status integer,
    cause text
  )`,
  `create index legs_call on legs (call_id, started_at)`,

  `create table recordings (
    id text primary key,
    tenant_id text not null references tenants,
    call_id text not null references calls on delete cascade,
    segment integer not null,
    state text not null check (state in
      ('planned', 'capturing', 'sealed', 'ready', 'delivered', 'purged', 'failed', 'expired')),
    call_type text not null,
    direction text not null,
    caller text not null,
    callee text not null,
    endpoint_user text not null,
    queue_id text,
    started_at timestamptz(3) not null,
    started_at_mono_ns text not null,
    sealed_at timestamptz(3),
    ready_at timestamptz(3),
    failed_at timestamptz(3),
    failure_reason text,
    salvaged boolean not null default false,
    duration_ms bigint,
    frames bigint,
    timeline jsonb,
    unique (call_id, segment)
  )`,
  `create index recordings_time on recordings (tenant_id, started_at desc, id desc)`,
  `create index recordings_state on recordings (tenant_id, state, started_at desc, id desc)`,
  `create index recordings_endpoint_user on recordings (tenant_id, endpoint_user, started_at desc, id desc)`,
  `create index recordings_caller on recordings (tenant_id, caller, started_at desc, id desc)`,
  `create index recordings_callee on recordings (tenant_id, callee, started_at desc, id desc)`,
  `create index recordings_queue on recordings (tenant_id, queue_id, started_at desc, id desc)`,
  `create index recordings_unfinished on recordings (state) where state in ('planned', 'capturing', 'sealed')`,
  `create table recording_agents (
    recording_id text not null references recordings on delete cascade,
    agent_id text not null,
    tenant_id text not null references tenants,
    started_at timestamptz(3) not null,
    primary key (recording_id, agent_id)
  )`,
  `create index recording_agents_time
    on recording_agents (tenant_id, agent_id, started_at desc, recording_id desc)`,

  `create table tracks (
    id text primary key,
    recording_id text not null references recordings on delete cascade,
    call_id text not null,
    tenant_id text not null references tenants,
    leg_id text not null,
    participant integer not null,
    participant_kind text not null,
    endpoint_user text not null,
    agent_id text,
    path text not null unique,
    started_at timestamptz(3) not null,
    sealed_at timestamptz(3),
    frames bigint,
    lost_frames bigint,
    bytes bigint,
    first_packet_at_mono_ns text,
    last_packet_at_mono_ns text,
    salvaged boolean not null default false,
    failed_by text
  )`,
  `create index tracks_recording on tracks (recording_id, participant)`,

  `create table renditions (
    recording_id text not null references recordings on delete cascade,
    tenant_id text not null references tenants,
    rendition text not null,
    format text not null check (format in ('mp3', 'wav')),
    object_key text not null,
    size_bytes bigint not null,
    sha256 text not null,
    duration_ms bigint not null,
    frames bigint not null,
    channels integer not null,
    peaks_key text,
    made_at timestamptz(3) not null default now(),
    primary key (recording_id, rendition, format)
  )`,

  `create table ledger_cursors (
    node text primary key,
    file text not null,
    byte_offset bigint not null,
    updated_at timestamptz(3) not null
  )`,

  `create table alarms (
    id text primary key,
    tenant_id text references tenants,
    kind text not null,
    subject_id text,
    message text not null,
    facts jsonb not null default '{}',
    raised_at timestamptz(3) not null,
    cleared_at timestamptz(3)
  )`,
  `create unique index alarms_open on alarms (kind, coalesce(tenant_id, ''), coalesce(subject_id, ''))
    where cleared_at is null`,
  `create index alarms_time on alarms (tenant_id, raised_at desc, id desc)`,
];

export const firstTables = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
