/**
 * Every fault code and refusal that leaves a room: what it is called, what HTTP and SIP answer, whether trying again may help, and what
 * the operator does. `docs/errors.md` is generated from it (`node tools/openapi.ts`). One line per code, sorted within its room.
 */
import type { FaultCode, Retry } from '#base/fault.ts';

export interface FaultRow {
  /** Short, for people; the same for every occurrence. */
  readonly title: string;
  /** Status of the API, or null where the fault never gets there. */
  readonly http: number | null;
  /** Status of SIP, or null where the fault never gets there. */
  readonly sip: number | null;
  readonly retry: Retry;
  /** What the operator (or the caller of the API) does about it. */
  readonly remedy: string;
}

const row = (
  title: string,
  http: number | null,
  sip: number | null,
  retry: Retry,
  remedy: string,
): FaultRow => ({ title, http, sip, retry, remedy });

// One line per code keeps it a table.
// prettier-ignore
export const faultTable = {
  // agent
  'agent/agent-id-taken': row('This agent id is in use', 409, null, 'never', 'Choose another agent id.'),
  'agent/email-taken': row('An agent with this e-mail exists', 409, null, 'never', 'Change the existing agent.'),
  'agent/in-call': row('The agent is in a call', 409, null, 'later', 'Wait until the call ends.'),
  'agent/in-use': row('The agent is the target of a number', 409, null, 'never', 'Give the number another target first.'),
  'agent/not-loaded': row('The agent is not in the memory of this node yet', 409, null, 'later', 'Try again in a second; if it stays, look at /readyz.'),
  'agent/sip-username-taken': row('This SIP user name is in use', 409, null, 'never', 'Choose another name: it is unique in the installation.'),

  // api
  'api/busy': row('Too many requests of this kind at once', 503, null, 'later', 'Try again after the time in Retry-After.'),
  'api/cannot-listen': row('The HTTP server cannot listen', null, null, 'never', 'Check CALLREEL_HTTP_HOST and the port: CALLREEL_HTTP_PORT, or CALLREEL_METRICS_PORT without the role api.'),
  'api/changed-meanwhile': row('Somebody else changed this meanwhile', 409, null, 'never', 'Read it again and repeat the change, or send no version to overwrite.'),
  'api/csrf': row('The CSRF token is missing or wrong', 403, null, 'never', 'Send the csrfToken of GET /sessions in X-CSRF-Token.'),
  'api/forbidden': row('Your role does not have this right', 403, null, 'never', 'Ask an administrator for a role that has it.'),
  'api/idempotency-in-progress': row('The first request with this Idempotency-Key is still running', 409, null, 'later', 'Wait for its answer.'),
  'api/idempotency-mismatch': row('This Idempotency-Key was used for another request', 422, null, 'never', 'Use a new key for a new request.'),
  'api/internal': row('Something went wrong here', 500, null, 'later', 'Look in the log for the request id of the answer.'),
  'api/invalid-request': row('The request is not valid', 400, null, 'never', 'Correct the fields named in errors[].'),
  'api/invalid-cursor': row('The cursor is not one of ours', 400, null, 'never', 'Start again without a cursor.'),
  'api/method-not-allowed': row('This resource does not know the method', 405, null, 'never', 'See the API description at /api/docs.'),
  'api/not-found': row('There is no such thing', 404, null, 'never', 'Check the id; ids of other tenants are unknown to you.'),
  'api/payload-too-large': row('The request body is too large', 413, null, 'never', 'Send less; the limit stands in the API description.'),
  'api/port-taken': row('The HTTP port is taken', null, null, 'never', 'Set the option that the message names to another port, or stop the other program.'),
  'api/precondition': row('The request does not fit the present state', 409, null, 'never', 'Read the resource again and decide anew.'),
  'api/range': row('The range lies beyond the end of the file', 416, null, 'never', 'Ask for a range inside the size of Content-Range.'),
  'api/too-many-requests': row('Too many attempts', 429, null, 'later', 'Wait for the time in Retry-After.'),
  'api/unauthenticated': row('Sign in first', 401, null, 'never', 'Sign in, or send Authorization: Bearer KEY.'),
  'api/unsupported-media-type': row('The body has a type this resource does not take', 415, null, 'never', 'Send application/json.'),

  // audio
  'audio/unknown-digit': row('No telephone key has this digit', null, null, 'never', 'Use 0–9, *, # or A–D.'),

  // base
  'base/unreachable': row('A case was not handled', 500, 500, 'never', 'Report it with the log line: it is a mistake in Callreel.'),

  // asset
  'asset/audio-is-fixed': row('The audio of an asset cannot be replaced', 409, null, 'never', 'Change name and description only; upload another recording as a new asset.'),
  'asset/conversion-busy': row('Other files are being converted', 503, null, 'later', 'Try again in a few seconds.'),
  'asset/conversion-unavailable': row('Files cannot be converted on this server', 409, null, 'never', 'Install ffmpeg on the server, or convert the file yourself to MP3, 8000 Hz, mono.'),
  'asset/in-use': row('This recording file is currently in use and cannot be deleted.', 409, null, 'never', 'Delete the tasks that refer to it first; the asset names them.'),
  'asset/invalid': row('The recording breaks the rules', 422, null, 'never', 'Correct what errors[] names: each broken rule is there.'),
  'asset/not-convertible': row('No usable recording can be made of this file', 422, null, 'never', 'Send audio of at most 60 seconds in a common format.'),
  'asset/preparer-died': row('The thread that decodes uploads died', null, null, 'later', 'Nothing: it is started anew, and the asset is prepared when it is next wanted.'),
  'asset/preparer-full': row('Too many uploads wait to be decoded', null, null, 'later', 'Nothing: they are prepared when they are next wanted.'),
  'asset/preparer-stuck': row('An upload took too long to decode', null, null, 'later', 'Delete the asset the log names if it stays unprepared.'),
  'asset/too-large': row('The recording is larger than 1 MB', 413, null, 'never', 'Correct what errors[] names: each broken rule is there.'),

  // call
  'call/agent-busy': row('The agent is busy', 409, null, 'later', 'Wait until the agent is available.'),
  'call/agent-not-registered': row('The agent has no phone registered', 409, null, 'later', 'Register the phone of the agent.'),
  'call/already-so': row('The call is in that state already', 409, null, 'never', 'Nothing to do.'),
  'call/invalid-number': row('This is not a telephone number', 422, 484, 'never', 'Dial E.164 or a national number of the tenant’s country.'),
  'call/no-capacity': row('No more calls can be taken now', 503, 503, 'later', 'Wait; raise the limit of calls if the machine has room.'),
  'call/no-origin': row('A call lost its first leg and went on', 500, 500, 'never', 'Report it with the log: this is an error of the program.'),
  'call/no-trunk': row('No trunk can carry this call', 409, 503, 'never', 'Add a trunk, or give the caller number to one.'),
  'call/not-connected': row('The call is not connected', 409, null, 'never', 'The action needs a connected call.'),
  'call/other-process': row('The calls are up in another process', 409, null, 'never', 'Ask the process that has the role call: see CALLREEL_ROLES.'),
  'call/prefix-not-allowed': row('Calls to this country are not allowed', 422, 403, 'never', 'Add the prefix to the tenant’s allowed prefixes.'),
  'call/too-many-listeners': row('Three people listen to this call already', 409, null, 'later', 'Wait until one of them stops: the wallboard names them.'),
  'call/too-many-listening': row('Nobody else can listen on this server now', 503, null, 'later', 'Wait until somebody stops; at most fifty listen at once.'),
  'capture/failed': row('Calls go on without being recorded', null, null, 'later', 'Do what the alarm says of its reason; it ends with the next call that is recorded.'),
  'capture/not-started': row('Recording could not start', null, null, 'later', 'Look at the log line call.recording-not-started; the call went on unrecorded and its outcome is failed.'),
  'capture/seal-timeout': row('A journal was not sealed in time', null, null, 'later', 'The disk stalled or the media thread is overloaded. The call is closed and its recording waits: it is ready as soon as the journal is sealed, at the latest after the next start.'),

  // command line
  'command/failed': row('The command failed', null, null, 'never', 'The sentence says why.'),
  'command/unknown': row('There is no such command', null, null, 'never', 'Run `npm run -s callreel -- help`.'),
  'command/usage': row('The command was not used rightly', null, null, 'never', 'Run `npm run -s callreel -- help`.'),

  // control socket
  'control/cannot-listen': row('The socket of the command line cannot be opened', null, null, 'never', 'Check the rights of the data folder.'),
  'control/unreachable': row('No server answers in this data folder', null, null, 'later', 'Start the server, or set CALLREEL_DATA_DIR to its folder.'),

  // data folder
  'data-folder/locked': row('Another process uses the data folder', null, null, 'never', 'Stop the process the message names, or set CALLREEL_DATA_DIR to another folder.'),
  'data-folder/unusable': row('The data folder cannot be locked', null, null, 'never', 'Put it on a local file system that this user may write to.'),

  // database
  'database/away': row('The database cannot be reached', 503, null, 'later', 'Look whether PostgreSQL runs; calls go on and their rows follow.'),
  'database/busy': row('The database has more work waiting than it can take', 503, null, 'later', 'Try again; if it stays so, use a PostgreSQL server or a faster disk.'),
  'database/changed-meanwhile': row('The row was changed by somebody else', 409, null, 'never', 'Read it again and repeat the change.'),
  'database/closed': row('The database is closed', 503, null, 'never', 'The server is stopping; start it again.'),
  'database/foreign-connection': row('A connection was used on another database', 500, null, 'never', 'Report it: it is a mistake in Callreel.'),
  'database/locked': row('Another process uses the embedded database', null, null, 'never', 'Stop the process the message names, or set CALLREEL_DATA_DIR to another folder.'),
  'database/migration': row('A migration of the database failed', null, null, 'never', 'Nothing of it was kept; report it with the log line and start the version before.'),
  'database/newer-schema': row('The database was made by a newer version', null, null, 'never', 'Start the newer version, or restore a backup from before it.'),
  'database/no-stream': row('The database does not stream', 500, null, 'never', 'Report it: it is a mistake in Callreel.'),
  'database/not-unique': row('Something with this name exists', 409, null, 'never', 'Choose another name.'),
  'database/rolled-back': row('A statement of the transaction had failed', 500, null, 'later', 'Report it with the log line if it comes again.'),
  'database/too-old': row('PostgreSQL 15 or later is needed', null, null, 'never', 'Upgrade the PostgreSQL server.'),
  'database/unreachable': row('The PostgreSQL server cannot be used', null, null, 'later', 'Check CALLREEL_DATABASE_URL, the server, its user and password.'),
  'database/unusable': row('The embedded database cannot be opened', null, null, 'never', 'Check the disk of the data folder; restore a backup if its files are damaged.'),

  // directory
  'directory/stale': row('Settings in memory are not the newest', null, null, 'later', 'Calls go on with the settings as they were; look whether the database can be reached.'),

  // disk
  'disk/exists': row('The file exists already', null, null, 'never', 'Report it: names of recordings are never used twice.'),
  'disk/full': row('The disk is full', null, null, 'later', 'Free space in the data folder or make it larger; calls go on without being recorded until then.'),
  'disk/io': row('The disk reports an error', null, null, 'later', 'Check the disk and the kernel log.'),
  'disk/low': row('The disk has no room left but what is kept for calls', 507, null, 'later', 'Free space in the data folder or make it larger; calls go on and are recorded, exports and uploads wait. CALLREEL_DISK_RESERVE_MIB says how much is kept.'),
  'disk/missing': row('A file or its folder is missing', null, null, 'never', 'Check that nothing else changes the data folder.'),
  'disk/not-allowed': row('The file permissions forbid it', null, null, 'never', 'Give the data folder to the user that runs Callreel.'),
  'disk/read-only': row('The file system is read-only', null, null, 'later', 'Mount it read-write; a file system that turned read-only has errors.'),

  // do-not-call
  'do-not-call/not-a-number': row('Not every entry is a telephone number', 422, null, 'never', 'Correct the entries named in errors; none was added.'),

  // export
  'export/archive': row('The archive could not be written', null, null, 'later', 'Nothing: it is tried again; if it stays, look at the log of the jobs.'),
  'export/expired': row('The file of the export was deleted', 410, null, 'never', 'Files are kept for a day: order it again.'),
  'export/not-ready': row('The file is not made yet', 409, null, 'later', 'Wait until its state is ready.'),
  'export/nothing': row('Nothing fits the selection', 422, null, 'never', 'Choose recordings, or another filter.'),
  'export/too-large': row('Too many recordings for one file', 422, null, 'never', 'Narrow the filter: an archive holds up to 10,000 recordings and 50 GB, a list 1,000,000.'),
  'export/too-many': row('You have ten exports already', 409, null, 'never', 'Remove one that you have downloaded.'),

  // finalise
  'finalise/aborted': row('Making the files was broken off', 503, null, 'later', 'Nothing: it is tried again by itself.'),
  'finalise/closed': row('The process is stopping', 503, null, 'later', 'Nothing: it is tried again after the start.'),
  'finalise/encoder-failed': row('The MP3 encoder gave up', 500, null, 'later', 'Look at the free memory; if it stays, put lame.wasm back as it came.'),
  'finalise/file-closed': row('A finished file was written again', 500, null, 'never', 'Report it: it is a mistake in Callreel.'),
  'finalise/no-audio': row('Nobody was heard in the recording', null, null, 'never', 'Look at the packets received of the call: a firewall or a wrong address keeps RTP away.'),
  'finalise/not-sealed': row('The recording is still being captured', 409, null, 'later', 'Wait until the call has ended.'),
  'finalise/other-folder': row('The journals are in the data folder of another machine', 503, null, 'later', 'Start the process with the role work on the data folder of the process that took the calls: check CALLREEL_DATA_DIR and whether it is mounted. Nothing is lost: the recordings are made as soon as that is done.'),
  'finalise/queue-full': row('Too many recordings wait for their files', 503, null, 'later', 'Try again later; give the machine more cores if it stays so.'),
  'finalise/short-object': row('A stored file is not as long as it was made', 500, null, 'later', 'Check the disk of the data folder.'),
  'finalise/timed-out': row('Making the files took too long', 500, null, 'later', 'Look at the load of the machine and the length of the recording.'),
  'finalise/worker-crashed': row('The thread that makes the files died', 500, null, 'later', 'Look in the log; it is tried again in a new thread. Report it if it stays so.'),

  // journal
  'journal/bad-key': row('A recording key does not have 32 bytes', null, null, 'never', 'Report it: it is a mistake in Callreel.'),
  'journal/facts-too-long': row('The facts of a journal exceed 4,096 bytes', null, null, 'never', 'Report it: it is a mistake in Callreel.'),
  'journal/missing': row('There is no such journal', null, null, 'never', 'Look for it in a backup; the recording cannot be made without it.'),
  'journal/unreadable': row('The header of a journal is damaged', null, null, 'never', 'Nothing can be salvaged from this file: its key is in the header.'),

  // durable jobs
  'jobs/failed': row('A durable job failed', null, null, 'later', 'It is tried again by itself; after the last try an alarm names it.'),

  // ledger
  'ledger/closed': row('The ledger is closed', null, null, 'never', 'The server is stopping; start it again.'),
  'ledger/damaged': row('Lines of the ledger are damaged', null, null, 'never', 'Check the disk; the calls named in the log may lack facts.'),
  'ledger/lost': row('Ledger files that were not projected are gone', null, null, 'never', 'Restore the ledger folder from a backup if there is one.'),
  'ledger/refused': row('Entries of the ledger cannot be written into the tables', null, null, 'never', 'Report it: they are kept in the table ledger_refused, with the reason, and what they tell of a call is missing from its page; calls after them are not held up.'),
  'ledger/moved': row('Two processes project one ledger', null, null, 'later', 'Stop one of the servers that use this data folder.'),
  'ledger/projection': row('The ledger could not be projected', null, null, 'later', 'Look at the reason in the log; it is tried again by itself.'),
  'ledger/unknown-tenant': row('Calls of an unknown tenant are in the ledger only', null, null, 'never', 'Look whether a tenant was deleted while its calls were up.'),
  'ledger/unreadable': row('A ledger file cannot be read', null, null, 'later', 'Check the disk of the data folder.'),
  'ledger/unsynced': row('The disk does not take the ledger for good', null, null, 'later', 'Check the disk of the data folder; calls go on, the tables wait until it takes it.'),
  'ledger/unwritable': row('The disk refuses the ledger', null, null, 'later', 'Free space in the data folder; calls go on and their entries wait in memory.'),

  // mail
  'mail/not-set': row('No mail server is set', 409, null, 'never', 'Set one under Settings > E-mail, or CALLREEL_SMTP_URL for the installation.'),

  // media
  'media/no-port': row('No RTP port can be opened', null, null, 'later', 'Set CALLREEL_RTP_PORTS to a range that no other program uses.'),
  'media/no-such-leg': row('A track was ordered for a leg that is gone', null, null, 'never', 'Nothing: the leg closed while the order was on its way; the recording says which track is missing.'),
  'media/no-thread': row('A media thread did not start', null, 503, 'later', 'Read the log line media.thread-died; check memory and the limit of open files.'),
  'media/thread-died': row('A media thread died and took its calls with it', null, null, 'later', 'Keep the log line media.thread-died and report it. What was recorded until then is salvaged at once and becomes a playable recording.'),

  // main
  'main/cannot-start': row('Callreel cannot start', null, null, 'later', 'The sentence names the part and the option that changes it.'),
  'main/cannot-try': row('The call centre to try could not be made', null, null, 'later', 'The sentence says why; the server runs without it.'),

  // metrics
  'metrics/mismatch': row('A metric is registered twice with different labels', null, null, 'never', 'Report it: it is a mistake in Callreel.'),

  // node
  'node/silent': row('A machine with open calls has not been heard of', null, null, 'later', 'Start it on its data folder: it salvages what it left. If it is lost for good, give it up: callreel node retire --node N.'),

  // number
  'number/taken': row('This number exists already', 409, null, 'never', 'Change the existing number.'),
  'number/unknown-target': row('The target of the number does not exist', 422, null, 'never', 'Name a queue or an agent of this tenant.'),

  // object-store
  'object-store/invalid-key': row('This is not the name of a stored file', 500, null, 'never', 'Report it: it is a mistake in Callreel.'),

  // phone
  'phone/closed': row('The built-in phone is switched off', null, null, 'never', 'Open it again.'),
  'phone/no-key': row('The built-in phone has no such key', null, null, 'never', 'Use 0–9, *, # or A–D, towards a peer that takes telephone-event.'),
  'phone/no-port': row('The built-in phone gets no RTP port', null, null, 'later', 'Check the address it was given and the limit of open files.'),
  'phone/not-registered': row('The built-in phone cannot register', null, null, 'never', 'Check user name, password and the address of the server.'),

  // queue
  'queue/in-use': row('The queue is in use', 409, null, 'never', 'Give the numbers and sub-queues that point to it another target first.'),
  'queue/name-taken': row('A queue with this name exists', 409, null, 'never', 'Choose another name.'),
  'queue/parent-cycle': row('A queue cannot be below itself', 422, null, 'never', 'Choose another parent.'),
  'queue/unknown': row('There is no such queue', 422, null, 'never', 'Name a queue of this tenant.'),

  // recording
  'recording/failed': row('The recording failed', 409, null, 'never', 'The reason stands in the recording; no file can come of it.'),
  'recording/gone': row('The audio was deleted', 410, null, 'never', 'The retention rule removed it; the timeline stays.'),
  'recording/not-in-folder': row('The recording is not in this data folder', 500, null, 'never', 'Check CALLREEL_DATA_DIR and whether it is mounted: it has to be the data folder of the process that took the call. If it is, its files were removed: restore objects/ and journals/ from a backup.'),
  'recording/not-ready': row('The recording is not finished yet', 409, null, 'later', 'Try again when its state is ready.'),
  'recording/note-of-another': row('Somebody else wrote this note', 403, null, 'never', 'Ask the author; administrators may remove it.'),
  'recording/too-many-notes': row('This recording has 500 notes', 409, null, 'never', 'Remove some, or write into an existing one.'),

  // recovery
  'recovery/failed': row('Calls of the last run could not be recovered', null, null, 'never', 'Look at the reason in the log; nothing was changed that a second start does not repeat.'),
  'recovery/waits': row('Recordings of the last run are not salvaged yet', null, null, 'later', 'Look at the reason in the alarm: mostly a disk that is full or does not read. It is tried again by itself, and calls are taken meanwhile.'),

  // roster
  'roster/bad-rows': row('Rows of the roster are not right', 422, null, 'never', 'Correct the rows named in its issues and upload it again, or keep the good ones.'),
  'roster/empty': row('The roster has no rows', 422, null, 'never', 'Upload a file with one person per line.'),
  'roster/format': row('A roster is .xlsx or .csv', 422, null, 'never', 'Save it in one of the two formats; a template can be downloaded.'),
  'roster/formula': row('The roster has formulas', 422, null, 'never', 'Put the values in place of the formulas: copy, then paste values.'),
  'roster/import-failed': row('The rows of the roster could not be stored', 500, null, 'later', 'Look at the database and the disk, then upload it again.'),
  'roster/in-use': row('The roster is in use and cannot be deleted', 409, null, 'never', 'Delete the tasks that call it first.'),
  'roster/macro': row('The roster has macros', 422, null, 'never', 'Save it as .xlsx without macros.'),
  'roster/name-taken': row('A roster with this name exists', 409, null, 'never', 'Choose another name.'),
  'roster/nobody': row('Nobody in the roster can be called', 422, null, 'never', 'Correct the rows named in its issues and upload it again.'),
  'roster/not-a-spreadsheet': row('The file is not a readable .xlsx workbook', 422, null, 'never', 'Open it in a spreadsheet program and save it again as .xlsx.'),
  'roster/not-a-table': row('The file is not a readable CSV table', 422, null, 'never', 'Save it as CSV in UTF-8.'),
  'roster/too-large': row('The roster is too large', 413, null, 'never', 'Split it: CSV up to 1,000,000 people, .xlsx up to 100,000.'),
  'roster/unknown': row('There is no such roster', 422, null, 'never', 'Name a roster of this tenant whose rows are there.'),
  'roster/zip-bomb': row('The workbook unpacks to far too much', 422, null, 'never', 'Make a new workbook with the rows only.'),

  // salvage
  'salvage/closed': row('The process is stopping', null, null, 'later', 'Nothing: the journal is salvaged at the next start.'),
  'salvage/queue-full': row('Too many journals wait to be salvaged', null, null, 'later', 'Nothing: they are salvaged when those before them are.'),
  'salvage/thread-died': row('The thread that salvages journals died', null, null, 'later', 'Look in the log; it is tried again in a new thread. Report it if it stays so.'),
  'salvage/timed-out': row('Salvaging a journal took too long', null, null, 'later', 'Check the disk of the data folder; it is tried again by itself.'),

  // secrets
  'secrets/bad-master-key': row('The master key is not 32 bytes', null, null, 'never', 'Set CALLREEL_MASTER_KEY to 64 hex digits, or restore secrets/master.key.'),
  'secrets/damaged': row('A sealed secret is damaged', null, null, 'never', 'Enter the password again, or restore the file from a backup.'),
  'secrets/master-key-missing': row('The master key of the installation is missing', null, null, 'never', 'Put secrets/master.key back from a backup, or set CALLREEL_MASTER_KEY. No new one is made: it would open nothing.'),
  'secrets/wrong-master-key': row('This is not the master key that the data was sealed under', null, null, 'never', 'Start with the master key of the installation that wrote the data folder and the database.'),

  // session
  'session/wrong-credentials': row('E-mail or password is wrong', 401, null, 'never', 'Check both, or ask an administrator for a new password.'),

  // sip
  'sip/broken': row('A SIP message could not be read', null, 400, 'never', 'Look at the peer named in the log.'),
  'sip/digest-refused': row('The credentials of a SIP request cannot be judged', null, 400, 'never', 'Check the phone: qop auth only, and credentials made for this request.'),
  'sip/digest-unanswerable': row('A trunk asks for an authentication we do not speak', null, 403, 'never', 'Ask the carrier for Digest with MD5 or SHA-256.'),
  'sip/header-name': row('A SIP header has no lawful name', null, 500, 'never', 'Report it with the log line.'),
  'sip/line-break': row('A SIP header would start a new line', null, 500, 'never', 'Remove the line break from the name or number in the settings.'),
  'sip/listen': row('The SIP port cannot be opened', null, null, 'later', 'Check CALLREEL_SIP_HOST and CALLREEL_SIP_PORT.'),
  'sip/malformed': row('A SIP message breaks the grammar', null, 400, 'never', 'Look at the peer: the reason phrase of our 400 names header and rule.'),
  'sip/port-taken': row('The SIP port is taken by another program', null, null, 'later', 'Stop that program, or set CALLREEL_SIP_PORT to a free port.'),
  'sip/too-large': row('A SIP message is too large', null, 513, 'never', 'Look at the peer.'),
  'sip/uri-scheme': row('A number has a URI scheme we cannot route', null, 416, 'never', 'Dial a sip or tel address.'),
  'sip/version': row('Another version of SIP', null, 505, 'never', 'Look at the peer.'),

  // settings
  'settings/version-conflict': row('The settings were changed by somebody else', 409, null, 'never', 'Read them again and repeat the change.'),

  // task
  'task/already-over': row('The task is over', 409, null, 'never', 'Make a new task.'),
  'task/already-paused': row('The task is paused already', 409, null, 'never', 'Nothing: it is as you wanted it.'),
  'task/already-started': row('The task has been started', 409, null, 'never', 'Pause or stop it; change one only before it starts.'),
  'task/cannot-dial': row('Nobody is dialled for the task', null, null, 'later', 'Give a trunk the caller numbers of the task, or make its queue again; nobody’s try was used up, and the task goes on by itself.'),
  'task/caller-number': row('No trunk has this caller number', 422, null, 'never', 'Name caller numbers of your trunks.'),
  'task/invalid': row('The task is not right', 422, null, 'never', 'Correct the fields named in errors.'),
  'task/name-taken': row('A task with this name exists', 409, null, 'never', 'Choose another name.'),
  'task/not-paused': row('The task is not paused', 409, null, 'never', 'Nothing: it is as you wanted it.'),
  'task/not-running': row('The task is not running', 409, null, 'never', 'Start it first.'),
  'task/prompt-missing': row('The message of the task is not there to be played', null, null, 'later', 'Look at the voice asset: play it, or upload it again.'),
  'task/still-running': row('The task is not over', 409, null, 'never', 'Stop it first.'),
  'task/turn-failed': row('The task could not be worked on', null, null, 'later', 'Look at the log line dial.task-failed; other tasks go on, and this one is tried again.'),
  'task/unknown-asset': row('There is no such voice asset', 422, null, 'never', 'Name a voice asset of this tenant.'),

  // tenant
  'tenant/sdk-app-id-taken': row('This SdkAppId belongs to another tenant', 409, null, 'never', 'Choose another SdkAppId.'),
  'tenant/unknown': row('There is no such tenant', 404, null, 'never', 'Check its id or name.'),
  'tenant/vdn-id-taken': row('This VDN id belongs to another tenant', 409, null, 'never', 'Choose another VDN id.'),

  // trunk
  'trunk/address-taken': row('This address belongs to another trunk', 409, null, 'never', 'An address decides the tenant, so it is unique in the installation.'),
  'trunk/emergency-number': row('An emergency number is not rung to test a trunk', 422, null, 'never', 'Test with a number of your own.'),
  'trunk/host-not-allowed': row('No trunk may be at this address', 422, null, 'never', 'Loopback and link-local addresses are closed to trunks; the owner opens them with `CALLREEL_OUTBOUND_ALLOW`.'),
  'trunk/too-many-tests': row('Too many test calls lately', 429, null, 'later', 'A tenant makes ten test calls in ten minutes: wait for the time in Retry-After.'),
  'trunk/username-taken': row('Another trunk signs in with this user name', 409, null, 'never', 'A user name decides the tenant, so it is unique in the installation.'),

  // sample data
  'sample/exists': row('There is sample data already', 409, null, 'never', 'Remove it first.'),
  'sample/has-calls': row('The tenant has calls of its own', 409, null, 'never', 'Sample data is for a centre without calls.'),
  'sample/held': row('A sample recording is under legal hold', 409, null, 'never', 'Lift the hold first.'),
  'sample/making': row('The sample calls are being held', 409, null, 'later', 'Wait half a minute.'),
  'sample/no-room': row('No address or number is free for sample data', 409, null, 'never', 'Remove the sample data of another tenant.'),
  'sample/none': row('There is no sample data', 409, null, 'never', 'Nothing to do.'),
  'sample/recording-off': row('Inbound calls are not recorded', 409, null, 'never', 'Switch recording on first, so that sample calls can be recorded.'),

  // try-out
  'try-out/agent-elsewhere': row('This agent does not answer calls to this number', 409, null, 'never', 'Choose an agent of the number’s queue, or send the number to the agent.'),
  'try-out/busy': row('The built-in phone is in a call', 409, null, 'later', 'Answer that call, or wait until it ends.'),
  'try-out/not-answered': row('The call from the built-in phone was refused', 409, null, 'later', 'Register the phone of the try-out agent, then call again.'),
  'try-out/not-made': row('There is no try-out centre', 409, null, 'never', 'Start with npm start -- --try, or POST /api/v1/try-out.'),
  'try-out/port-taken': row('The port of the built-in phone is taken', 409, null, 'later', 'Close the other SIP programs on this machine, then try again.'),
  'try-out/refused': row('The try-out centre cannot be made', 409, null, 'never', 'Rename or remove what is in its way.'),

  // user
  'user/email-taken': row('A user with this e-mail exists', 409, null, 'never', 'Use another e-mail, or change the existing user.'),
  'user/last-administrator': row('Somebody has to stay administrator', 409, null, 'never', 'Make somebody else administrator first.'),
  'user/role-not-grantable': row('You cannot give this role', 403, null, 'never', 'Ask somebody who has the role.'),
  'user/unknown-agent': row('There is no such agent', 422, null, 'never', 'Name an agent of this tenant.'),

  // view
  'view/name-taken': row('You have a view of this name', 409, null, 'never', 'Choose another name.'),
  'view/too-many': row('You have fifty views of this list', 409, null, 'never', 'Remove one that you do not use.'),

  // wav
  'wav/too-long': row('The recording is too long for a WAV file', 409, null, 'never', 'Ask for MP3: a WAV file cannot hold more than 4 GiB.'),
} as const satisfies Readonly<Record<FaultCode, FaultRow>>;

export type KnownCode = keyof typeof faultTable;

/** The row of a code; a code that is not in the table is answered like `api/internal`. */
export const faultRow = (code: FaultCode): FaultRow =>
  Object.hasOwn(faultTable, code) ? faultTable[code as KnownCode] : faultTable['api/internal'];
