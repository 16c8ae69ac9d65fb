/** Rosters, the do-not-call list, outbound tasks with the people they call and every attempt. */
import { sql, type Kysely } from 'kysely';

const statements: readonly string[] = [
  `create table rosters (
    id text primary key,
    tenant_id text not null references tenants,
    name text not null,
    description text not null default '',
    file_name text not null,
    format text not null check (format in ('csv', 'xlsx')),
    on_bad_rows text not null check (on_bad_rows in ('keep-good', 'refuse-all')),
    -- The upload, until its rows are read.
    object_key text,
    state text not null check (state in ('importing', 'ready', 'failed')),
    -- Fault code of a roster that came to nothing, with a sentence.
    failure text,
    failure_detail text,
    size_bytes bigint not null,
    read_bytes bigint not null default 0,
    people integer not null default 0,
    issues integer not null default 0,
    duplicates integer not null default 0,
    created_by text,
    created_at timestamptz(3) not null default now(),
    imported_at timestamptz(3),
    unique (tenant_id, id)
  )`,
  `create unique index rosters_name on rosters (tenant_id, lower(name))`,

  // The number is the key, so that the import itself finds the duplicates, whatever the size of the file. No foreign key: its check
  // of each of a million rows takes as long as the rest; whoever writes or deletes people locks the roster's row.
  `create table roster_people (
    roster_id text not null,
    tenant_id text not null,
    number text not null,
    line integer not null,
    name text,
    time_zone text,
    variables jsonb,
    primary key (roster_id, number)
  )`,

  `create table roster_issues (
    roster_id text not null references rosters on delete cascade,
    tenant_id text not null,
    line integer not null,
    reason text not null,
    value text not null,
    primary key (roster_id, line)
  )`,

  `create table do_not_call (
    tenant_id text not null references tenants,
    number text not null,
    source text not null check (source in ('person', 'opt-out')),
    note text not null default '',
    task_id text,
    created_by text,
    created_at timestamptz(3) not null default now(),
    primary key (tenant_id, number)
  )`,

  `create table outbound_tasks (
    id text primary key,
    tenant_id text not null references tenants,
    kind text not null check (kind in ('automatic', 'predictive')),
    name text not null,
    description text not null default '',
    voice_asset_id text not null,
    roster_id text not null,
    -- Spec 2.2: 0 initial, 1 running, 2 completed, 3 ending, 4 terminated.
    state smallint not null default 0 check (state between 0 and 4),
    paused boolean not null default false,
    -- How the live calls of a stopped task end.
    stop_mode text check (stop_mode in ('finish', 'cut')),
    -- The people of the roster are in outbound_callees.
    prepared boolean not null default false,
    zones text[] not null default '{}',
    time_zone text not null,
    windows jsonb not null default '[]',
    not_before timestamptz(3) not null,
    not_after timestamptz(3),
    tries smallint not null check (tries between 1 and 3),
    retry_interval_seconds integer not null,
    ring_seconds integer not null,
    concurrency integer not null,
    calls_per_second double precision not null,
    caller_numbers text[] not null,
    opt_out_key text check (opt_out_key ~ '^[0-9*#]$'),
    queue_id text references queues,
    priority smallint not null default 3 check (priority between 1 and 5),
    call_order text not null default 'in-order' check (call_order in ('random', 'in-order')),
    abandon_percent smallint not null default 3 check (abandon_percent between 0 and 50),
    -- Of the calls per second: up to here they are used up.
    calls_used_until timestamptz(3) not null default '-infinity',
    -- Counts the attempts: picks the next caller number.
    dialled bigint not null default 0,
    created_by text,
    created_at timestamptz(3) not null default now(),
    started_at timestamptz(3),
    ended_at timestamptz(3),
    foreign key (tenant_id, voice_asset_id) references voice_assets (tenant_id, id) on delete restrict,
    foreign key (tenant_id, roster_id) references rosters (tenant_id, id) on delete restrict,
    check (kind = 'automatic' or queue_id is not null),
    unique (tenant_id, id)
  )`,
  `create unique index outbound_tasks_name on outbound_tasks (tenant_id, lower(name))`,
  `create index outbound_tasks_asset on outbound_tasks (tenant_id, voice_asset_id)`,
  `create index outbound_tasks_roster on outbound_tasks (tenant_id, roster_id)`,
  `create index outbound_tasks_open on outbound_tasks (state) where state in (0, 1, 3)`,

  `create table outbound_callees (
    task_id text not null references outbound_tasks on delete cascade,
    position integer not null,
    tenant_id text not null,
    number text not null,
    name text,
    time_zone text not null,
    variables jsonb,
    -- Spec 2.2: 0 initial, 1 answered, 2 unanswered, 3 calling, 4 pending retry.
    state smallint not null default 0 check (state between 0 and 4),
    attempts smallint not null default 0,
    due_at timestamptz(3) not null,
    call_order double precision not null,
    end_status text,
    primary key (task_id, position)
  )`,
  `create index outbound_callees_due on outbound_callees (task_id, time_zone, due_at, call_order) where state in (0, 4)`,
  `create index outbound_callees_state on outbound_callees (task_id, state)`,
  `create unique index outbound_callees_number on outbound_callees (task_id, number)`,

  // One row per dialling, committed before the INVITE. Its id is the id of the call.
  `create table outbound_attempts (
    id text primary key,
    task_id text not null references outbound_tasks on delete cascade,
    tenant_id text not null,
    position integer not null,
    attempt smallint not null,
    node text not null,
    number text not null,
    caller_number text not null,
    started_at timestamptz(3) not null,
    answered_at timestamptz(3),
    ended_at timestamptz(3),
    end_status text,
    played_ms integer,
    play_completed boolean,
    opted_out boolean not null default false,
    -- What an answered person met: the message, an agent, the message for want of an agent, or nothing.
    disposition text check (disposition in ('message', 'agent', 'abandoned', 'left')),
    agent_id text,
    agent_after_ms integer,
    unique (task_id, position, attempt)
  )`,
  `create index outbound_attempts_open on outbound_attempts (task_id) where ended_at is null`,
  `create index outbound_attempts_time on outbound_attempts (task_id, started_at desc, id desc)`,
];

export const outbound = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
