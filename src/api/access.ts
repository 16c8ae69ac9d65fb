/** Who may call which route: the one table. A route that is not in it cannot be registered. */
import type { Right } from '#core/policy/rights.ts';

export type RouteAccess =
  /** Anybody, without signing in. */
  | 'public'
  /** Everybody who is signed in, whatever the role: it concerns themselves. */
  | 'signed-in'
  /** The role must have this right. */
  | Right
  /** With `?download=1` another right is asked for: a copy leaves the house. */
  | { readonly right: Right; readonly download: Right };

export const access = {
  'POST /sessions': 'public',
  'GET /sessions': 'signed-in',
  'DELETE /sessions': 'signed-in',
  'GET /openapi.json': 'public',

  'GET /tenants': 'tenants:read',
  'POST /tenants': 'tenants:create',
  'GET /tenants/:id': 'tenants:read',
  'PATCH /tenants/:id': 'tenants:write',

  'GET /users': 'users:read',
  'POST /users': 'users:write',
  'GET /users/:id': 'users:read',
  'PATCH /users/:id': 'users:write',
  'DELETE /users/:id': 'users:write',

  'GET /api-keys': 'api-keys:read',
  'POST /api-keys': 'api-keys:write',
  'GET /api-keys/:id': 'api-keys:read',
  'DELETE /api-keys/:id': 'api-keys:write',

  'GET /audit-log': 'audit-log:read',
  'GET /audit-log.csv': 'audit-log:read',

  'GET /trunks': 'trunks:read',
  'POST /trunks': 'trunks:write',
  'GET /trunks/:id': 'trunks:read',
  'PATCH /trunks/:id': 'trunks:write',
  'DELETE /trunks/:id': 'trunks:write',
  'POST /trunks/:id/test-call': 'trunks:write',
  'GET /trunk-states': 'trunks:read',

  'GET /numbers': 'numbers:read',
  'POST /numbers': 'numbers:write',
  'GET /numbers/:id': 'numbers:read',
  'PATCH /numbers/:id': 'numbers:write',
  'DELETE /numbers/:id': 'numbers:write',
  'POST /numbers/:id/test-call': 'numbers:write',

  'GET /queues': 'queues:read',
  'POST /queues': 'queues:write',
  'GET /queues/:id': 'queues:read',
  'PATCH /queues/:id': 'queues:write',
  'DELETE /queues/:id': 'queues:write',

  'GET /agents': 'agents:read',
  'POST /agents': 'agents:write',
  'GET /agents/:id': 'agents:read',
  'PATCH /agents/:id': 'agents:write',
  'DELETE /agents/:id': 'agents:write',
  'PUT /agents/:id/state': 'agents:state',
  'GET /agents/:id/phone': 'agents:write',
  'POST /agents/:id/phone': 'agents:write',

  'GET /settings/call-recording': 'settings:read',
  'PUT /settings/call-recording': 'settings:write',

  'GET /settings/email': 'settings:read',
  'PUT /settings/email': 'settings:write',
  'DELETE /settings/email': 'settings:write',
  'POST /settings/email/test': 'settings:write',

  'GET /calls': 'calls:read',
  'POST /calls': 'calls:place',
  'GET /calls/:id': 'calls:read',
  'POST /calls/:id/actions': 'calls:act',

  'GET /calls/:id/listen': 'calls:listen',

  'GET /live': 'live:read',

  'GET /recordings': 'recordings:read',
  'GET /recordings/:id': 'recordings:read',
  'GET /recordings/:id/renditions/:rendition/audio': {
    right: 'recordings:play',
    download: 'recordings:download',
  },
  'HEAD /recordings/:id/renditions/:rendition/audio': {
    right: 'recordings:play',
    download: 'recordings:download',
  },
  'GET /recordings/:id/renditions/:rendition/peaks': 'recordings:play',

  'GET /recordings/:id/notes': 'recordings:read',
  'POST /recordings/:id/notes': 'notes:write',
  'PATCH /recordings/:id/notes/:noteId': 'notes:write',
  'DELETE /recordings/:id/notes/:noteId': 'notes:write',
  'PUT /recordings/:id/tags': 'notes:write',
  'GET /recording-tags': 'recordings:read',

  'GET /saved-views': 'signed-in',
  'POST /saved-views': 'signed-in',
  'PATCH /saved-views/:id': 'signed-in',
  'DELETE /saved-views/:id': 'signed-in',

  'GET /recording-exports': 'recordings:download',
  'POST /recording-exports': 'recordings:download',
  'GET /recording-exports/:id': 'recordings:download',
  'DELETE /recording-exports/:id': 'recordings:download',
  'GET /recording-exports/:id/file': 'recordings:download',
  'HEAD /recording-exports/:id/file': 'recordings:download',

  'PUT /recordings/:id/legal-hold': 'legal-hold:write',
  'DELETE /recordings/:id/legal-hold': 'legal-hold:write',

  'GET /voice-assets': 'voice-assets:read',
  'POST /voice-assets': 'voice-assets:write',
  'GET /voice-assets/conversions': 'voice-assets:write',
  'POST /voice-assets/conversions': 'voice-assets:write',
  'GET /voice-assets/:id': 'voice-assets:read',
  'PATCH /voice-assets/:id': 'voice-assets:write',
  'DELETE /voice-assets/:id': 'voice-assets:write',
  'GET /voice-assets/:id/audio': 'voice-assets:read',
  'HEAD /voice-assets/:id/audio': 'voice-assets:read',

  'GET /rosters': 'rosters:read',
  'POST /rosters': 'rosters:write',
  'GET /rosters/template': 'rosters:read',
  'GET /rosters/:id': 'rosters:read',
  'PATCH /rosters/:id': 'rosters:write',
  'DELETE /rosters/:id': 'rosters:write',
  'GET /rosters/:id/people': 'rosters:read',
  'GET /rosters/:id/issues': 'rosters:read',

  'GET /do-not-call': 'do-not-call:read',
  'POST /do-not-call': 'do-not-call:write',
  'GET /do-not-call/:number': 'do-not-call:read',
  'DELETE /do-not-call/:number': 'do-not-call:write',

  'GET /outbound-tasks': 'tasks:read',
  'POST /outbound-tasks': 'tasks:write',
  'GET /outbound-tasks/:id': 'tasks:read',
  'PATCH /outbound-tasks/:id': 'tasks:write',
  'DELETE /outbound-tasks/:id': 'tasks:write',
  'POST /outbound-tasks/:id/actions': 'tasks:write',
  'GET /outbound-tasks/:id/callees': 'tasks:read',
  'GET /outbound-tasks/:id/attempts': 'tasks:read',
  'GET /outbound-tasks/:id/outcomes': 'tasks:read',
  'GET /outbound-tasks/:id/results': 'tasks:read',

  'GET /search': 'calls:read',

  'GET /sample-data': 'queues:read',
  'POST /sample-data': 'settings:write',
  'DELETE /sample-data': 'settings:write',

  'POST /try-out': 'settings:write',
  'POST /try-out/call': 'calls:place',

  'GET /alarms': 'alarms:read',
  'GET /events': 'events:read',
} as const satisfies Readonly<Record<string, RouteAccess>>;

/** `METHOD /path` below the base, as the table spells it. */
export type RouteKey = keyof typeof access;

export const accessOf = (key: RouteKey): RouteAccess => access[key];
