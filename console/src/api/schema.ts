/** Generated from docs/openapi.json by `node tools/openapi.ts`; do not edit. */
export interface paths {
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who am I, and what may I do
         * @description Everybody who is signed in.
         */
        get: operations["getSessions"];
        put?: never;
        /**
         * Sign in; the session comes as a cookie
         * @description Anybody.
         */
        post: operations["postSessions"];
        /**
         * Sign out
         * @description Everybody who is signed in.
         */
        delete: operations["deleteSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tenants
         * @description Right: `tenants:read`.
         */
        get: operations["getTenants"];
        put?: never;
        /**
         * Make a tenant
         * @description Right: `tenants:create`.
         */
        post: operations["postTenants"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one tenant
         * @description Right: `tenants:read`.
         */
        get: operations["getTenantsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a tenant; what is absent stays
         * @description Right: `tenants:write`.
         */
        patch: operations["patchTenantsId"];
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the users
         * @description Right: `users:read`.
         */
        get: operations["getUsers"];
        put?: never;
        /**
         * Make a user
         * @description Right: `users:write`.
         */
        post: operations["postUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one user
         * @description Right: `users:read`.
         */
        get: operations["getUsersId"];
        put?: never;
        post?: never;
        /**
         * Remove a user
         * @description Right: `users:write`.
         */
        delete: operations["deleteUsersId"];
        options?: never;
        head?: never;
        /**
         * Change a user; what is absent stays
         * @description Right: `users:write`.
         */
        patch: operations["patchUsersId"];
        trace?: never;
    };
    "/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the API keys
         * @description Right: `api-keys:read`.
         */
        get: operations["getApiKeys"];
        put?: never;
        /**
         * Make a API key
         * @description Right: `api-keys:write`.
         */
        post: operations["postApiKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one API key
         * @description Right: `api-keys:read`.
         */
        get: operations["getApiKeysId"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description Right: `api-keys:write`.
         */
        delete: operations["deleteApiKeysId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/trunks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the trunks
         * @description Right: `trunks:read`.
         */
        get: operations["getTrunks"];
        put?: never;
        /**
         * Make a trunk
         * @description Right: `trunks:write`.
         */
        post: operations["postTrunks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/trunks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one trunk
         * @description Right: `trunks:read`.
         */
        get: operations["getTrunksId"];
        put?: never;
        post?: never;
        /**
         * Remove a trunk
         * @description Right: `trunks:write`.
         */
        delete: operations["deleteTrunksId"];
        options?: never;
        head?: never;
        /**
         * Change a trunk; what is absent stays
         * @description Right: `trunks:write`.
         */
        patch: operations["patchTrunksId"];
        trace?: never;
    };
    "/numbers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the numbers
         * @description Right: `numbers:read`.
         */
        get: operations["getNumbers"];
        put?: never;
        /**
         * Make a number
         * @description Right: `numbers:write`.
         */
        post: operations["postNumbers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/numbers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one number
         * @description Right: `numbers:read`.
         */
        get: operations["getNumbersId"];
        put?: never;
        post?: never;
        /**
         * Remove a number
         * @description Right: `numbers:write`.
         */
        delete: operations["deleteNumbersId"];
        options?: never;
        head?: never;
        /**
         * Change a number; what is absent stays
         * @description Right: `numbers:write`.
         */
        patch: operations["patchNumbersId"];
        trace?: never;
    };
    "/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the queues
         * @description Right: `queues:read`.
         */
        get: operations["getQueues"];
        put?: never;
        /**
         * Make a queue
         * @description Right: `queues:write`.
         */
        post: operations["postQueues"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/queues/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one queue
         * @description Right: `queues:read`.
         */
        get: operations["getQueuesId"];
        put?: never;
        post?: never;
        /**
         * Remove a queue
         * @description Right: `queues:write`.
         */
        delete: operations["deleteQueuesId"];
        options?: never;
        head?: never;
        /**
         * Change a queue; what is absent stays
         * @description Right: `queues:write`.
         */
        patch: operations["patchQueuesId"];
        trace?: never;
    };
    "/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the agents with what they are doing now
         * @description Right: `agents:read`.
         */
        get: operations["getAgents"];
        put?: never;
        /**
         * Make an agent; without sipPassword one is made and shown this once
         * @description Right: `agents:write`.
         */
        post: operations["postAgents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one agent
         * @description Right: `agents:read`.
         */
        get: operations["getAgentsId"];
        put?: never;
        post?: never;
        /**
         * Remove an agent
         * @description Right: `agents:write`.
         */
        delete: operations["deleteAgentsId"];
        options?: never;
        head?: never;
        /**
         * Change an agent; what is absent stays
         * @description Right: `agents:write`.
         */
        patch: operations["patchAgentsId"];
        trace?: never;
    };
    "/agents/{id}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make an agent available or unavailable
         * @description Right: `agents:state`.
         */
        put: operations["putAgentsIdState"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/call-recording": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What calls are recorded
         * @description Right: `settings:read`.
         */
        get: operations["getSettingsCallRecording"];
        /**
         * Change what calls are recorded; what is absent stays
         * @description Right: `settings:write`.
         */
        put: operations["putSettingsCallRecording"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what, newest first
         * @description Right: `audit-log:read`.
         */
        get: operations["getAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same as a file for a spreadsheet, whole
         * @description Right: `audit-log:read`.
         */
        get: operations["getAuditLogcsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What needs somebody’s attention: open alarms first
         * @description Right: `alarms:read`.
         */
        get: operations["getAlarms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List calls, newest first
         * @description Right: `calls:read`.
         */
        get: operations["getCalls"];
        put?: never;
        /**
         * Ring an agent, then dial for them
         * @description Right: `calls:place`.
         */
        post: operations["postCalls"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One call: legs, segments, why it was or was not recorded
         * @description Right: `calls:read`.
         */
        get: operations["getCallsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{id}/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Act on a call that is up
         * @description Right: `calls:act`.
         */
        post: operations["postCallsIdActions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{id}/listen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Listen to a call in silence: raw samples until the call, the right or the request ends; a line in the audit log before and after
         * @description Right: `calls:listen`.
         */
        get: operations["getCallsIdListen"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The wallboard: waiting callers, agents, calls in progress, and the day of each queue
         * @description Right: `live:read`.
         */
        get: operations["getLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recordings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List recordings, newest first
         * @description Right: `recordings:read`.
         */
        get: operations["getRecordings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recordings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One recording: timeline, tracks, renditions
         * @description Right: `recordings:read`.
         */
        get: operations["getRecordingsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recordings/{id}/renditions/{rendition}/audio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The audio: mixed, dual-channel or participant-{n}; byte ranges are served
         * @description Right: `recordings:play`; with `download=1` `recordings:download`.
         */
        get: operations["getRecordingsIdRenditionsRenditionAudio"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /**
         * The audio: mixed, dual-channel or participant-{n}; byte ranges are served
         * @description Right: `recordings:play`; with `download=1` `recordings:download`.
         */
        head: operations["headRecordingsIdRenditionsRenditionAudio"];
        patch?: never;
        trace?: never;
    };
    "/recordings/{id}/renditions/{rendition}/peaks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The waveform, in the binary layout of core/recording/peaks.ts
         * @description Right: `recordings:play`.
         */
        get: operations["getRecordingsIdRenditionsRenditionPeaks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recordings/{id}/legal-hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Keep a recording whatever the storage period says, or change why
         * @description Right: `legal-hold:write`.
         */
        put: operations["putRecordingsIdLegalHold"];
        post?: never;
        /**
         * Lift the hold: the storage period counts again
         * @description Right: `legal-hold:write`.
         */
        delete: operations["deleteRecordingsIdLegalHold"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recordings/{id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Notes on a recording, oldest first
         * @description Right: `recordings:read`.
         */
        get: operations["getRecordingsIdNotes"];
        put?: never;
        /**
         * Add a note
         * @description Right: `notes:write`.
         */
        post: operations["postRecordingsIdNotes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recordings/{id}/notes/{noteId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an own note; administrators remove any
         * @description Right: `notes:write`.
         */
        delete: operations["deleteRecordingsIdNotesNoteId"];
        options?: never;
        head?: never;
        /**
         * Change the text of an own note
         * @description Right: `notes:write`.
         */
        patch: operations["patchRecordingsIdNotesNoteId"];
        trace?: never;
    };
    "/recordings/{id}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set the tags of a recording
         * @description Right: `notes:write`.
         */
        put: operations["putRecordingsIdTags"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recording-tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tags in use that begin so; at most fifty
         * @description Right: `recordings:read`.
         */
        get: operations["getRecordingTags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/saved-views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The own named filters of a list, by name
         * @description Everybody who is signed in.
         */
        get: operations["getSavedViews"];
        put?: never;
        /**
         * Keep a filter under a name; at most fifty of a list
         * @description Everybody who is signed in.
         */
        post: operations["postSavedViews"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/saved-views/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a view; what it showed stays
         * @description Everybody who is signed in.
         */
        delete: operations["deleteSavedViewsId"];
        options?: never;
        head?: never;
        /**
         * Rename a view, or give it another filter
         * @description Everybody who is signed in.
         */
        patch: operations["patchSavedViewsId"];
        trace?: never;
    };
    "/recording-exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The own exports, newest first
         * @description Right: `recordings:download`.
         */
        get: operations["getRecordingExports"];
        put?: never;
        /**
         * Make one file of many recordings; it is kept for a day
         * @description Right: `recordings:download`.
         */
        post: operations["postRecordingExports"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recording-exports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far an export is
         * @description Right: `recordings:download`.
         */
        get: operations["getRecordingExportsId"];
        put?: never;
        post?: never;
        /**
         * End an export, or delete its file
         * @description Right: `recordings:download`.
         */
        delete: operations["deleteRecordingExportsId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recording-exports/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The file of an export; byte ranges are served, so a download that broke off goes on
         * @description Right: `recordings:download`.
         */
        get: operations["getRecordingExportsIdFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /**
         * The file of an export; byte ranges are served, so a download that broke off goes on
         * @description Right: `recordings:download`.
         */
        head: operations["headRecordingExportsIdFile"];
        patch?: never;
        trace?: never;
    };
    "/voice-assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the voice assets
         * @description Right: `voice-assets:read`.
         */
        get: operations["getVoiceAssets"];
        put?: never;
        /**
         * Upload a voice asset; every broken rule is named in one answer
         * @description Right: `voice-assets:write`.
         */
        post: operations["postVoiceAssets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/voice-assets/conversions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether this server can convert files
         * @description Right: `voice-assets:write`.
         */
        get: operations["getVoiceAssetsConversions"];
        put?: never;
        /**
         * Make an MP3 that may be uploaded of other audio; nothing is stored
         * @description Right: `voice-assets:write`.
         */
        post: operations["postVoiceAssetsConversions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/voice-assets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one voice asset
         * @description Right: `voice-assets:read`.
         */
        get: operations["getVoiceAssetsId"];
        put?: never;
        post?: never;
        /**
         * Delete a voice asset that no task refers to
         * @description Right: `voice-assets:write`.
         */
        delete: operations["deleteVoiceAssetsId"];
        options?: never;
        head?: never;
        /**
         * Change name and description; the audio never changes
         * @description Right: `voice-assets:write`.
         */
        patch: operations["patchVoiceAssetsId"];
        trace?: never;
    };
    "/voice-assets/{id}/audio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The recording as it was uploaded; byte ranges are served
         * @description Right: `voice-assets:read`.
         */
        get: operations["getVoiceAssetsIdAudio"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /**
         * The recording as it was uploaded; byte ranges are served
         * @description Right: `voice-assets:read`.
         */
        head: operations["headVoiceAssetsIdAudio"];
        patch?: never;
        trace?: never;
    };
    "/rosters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the rosters
         * @description Right: `rosters:read`.
         */
        get: operations["getRosters"];
        put?: never;
        /**
         * Upload a roster; its rows are read afterwards, and its state says when they are there
         * @description Right: `rosters:write`.
         */
        post: operations["postRosters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rosters/template": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A roster to fill in
         * @description Right: `rosters:read`.
         */
        get: operations["getRostersTemplate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rosters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one roster
         * @description Right: `rosters:read`.
         */
        get: operations["getRostersId"];
        put?: never;
        post?: never;
        /**
         * Delete a roster that no task refers to
         * @description Right: `rosters:write`.
         */
        delete: operations["deleteRostersId"];
        options?: never;
        head?: never;
        /**
         * Change name and description; the people stay
         * @description Right: `rosters:write`.
         */
        patch: operations["patchRostersId"];
        trace?: never;
    };
    "/rosters/{id}/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * People of a roster, by number
         * @description Right: `rosters:read`.
         */
        get: operations["getRostersIdPeople"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rosters/{id}/issues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rows that are not right, by line; the first 10,000 are kept
         * @description Right: `rosters:read`.
         */
        get: operations["getRostersIdIssues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/do-not-call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the numbers that no task dials
         * @description Right: `do-not-call:read`.
         */
        get: operations["getDoNotCall"];
        put?: never;
        /**
         * Add numbers; those that are listed already change nothing
         * @description Right: `do-not-call:write`.
         */
        post: operations["postDoNotCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/do-not-call/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether a number is listed, as it would be dialled: a dial pad warns; 404 when it is not
         * @description Right: `do-not-call:read`.
         */
        get: operations["getDoNotCallNumber"];
        put?: never;
        post?: never;
        /**
         * Take a number off the list
         * @description Right: `do-not-call:write`.
         */
        delete: operations["deleteDoNotCallNumber"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/outbound-tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the outbound tasks, newest first
         * @description Right: `tasks:read`.
         */
        get: operations["getOutboundTasks"];
        put?: never;
        /**
         * Order an outbound task; it starts at once or at notBefore
         * @description Right: `tasks:write`.
         */
        post: operations["postOutboundTasks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/outbound-tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one outbound task with its progress
         * @description Right: `tasks:read`.
         */
        get: operations["getOutboundTasksId"];
        put?: never;
        post?: never;
        /**
         * Delete a task that has not started or is over, with its results
         * @description Right: `tasks:write`.
         */
        delete: operations["deleteOutboundTasksId"];
        options?: never;
        head?: never;
        /**
         * Change a task before it starts; what is absent stays
         * @description Right: `tasks:write`.
         */
        patch: operations["patchOutboundTasksId"];
        trace?: never;
    };
    "/outbound-tasks/{id}/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start, pause, resume or stop a task
         * @description Right: `tasks:write`.
         */
        post: operations["postOutboundTasksIdActions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/outbound-tasks/{id}/callees": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * People of a task and how far each is
         * @description Right: `tasks:read`.
         */
        get: operations["getOutboundTasksIdCallees"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/outbound-tasks/{id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every attempt, newest first
         * @description Right: `tasks:read`.
         */
        get: operations["getOutboundTasksIdAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/outbound-tasks/{id}/outcomes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How attempts ended over time
         * @description Right: `tasks:read`.
         */
        get: operations["getOutboundTasksIdOutcomes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/outbound-tasks/{id}/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every attempt as CSV; `only=abandoned` is the evidence of abandoned calls
         * @description Right: `tasks:read`.
         */
        get: operations["getOutboundTasksIdResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find calls by number or id, recordings by id, agents by name
         * @description Right: `calls:read`.
         */
        get: operations["getSearch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/trunk-states": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the peers of the trunks are there, in the order of the trunks
         * @description Right: `trunks:read`.
         */
        get: operations["getTrunkStates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/trunks/{id}/test-call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Dial a number by this trunk, beep for four seconds at whoever answers, hang up, and tell what happened
         * @description Right: `trunks:write`.
         */
        post: operations["postTrunksIdTestCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/try-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a call centre to try: a trunk on this machine, a number, a queue, an agent
         * @description Right: `settings:write`.
         */
        post: operations["postTryOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/try-out/call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ring the try-out number from the built-in phone; answer on the agent’s phone
         * @description Right: `calls:place`.
         */
        post: operations["postTryOutCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents/{id}/phone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a phone must be told to be this agent’s, but for the password
         * @description Right: `agents:write`.
         */
        get: operations["getAgentsIdPhone"];
        put?: never;
        /**
         * The same with a new SIP password, shown this once; phones with the old one are out
         * @description Right: `agents:write`.
         */
        post: operations["postAgentsIdPhone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/numbers/{id}/test-call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Call me: the built-in phone of a customer rings this number, from this machine
         * @description Right: `numbers:write`.
         */
        post: operations["postNumbersIdTestCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tenant’s mail server, without its password
         * @description Right: `settings:read`.
         */
        get: operations["getSettingsEmail"];
        /**
         * Set the tenant’s mail server
         * @description Right: `settings:write`.
         */
        put: operations["putSettingsEmail"];
        post?: never;
        /**
         * Forget the tenant’s mail server and its password
         * @description Right: `settings:write`.
         */
        delete: operations["deleteSettingsEmail"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings/email/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test message; says in plain words what came of it
         * @description Right: `settings:write`.
         */
        post: operations["postSettingsEmailTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sample-data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the tenant has sample data, and what of it
         * @description Right: `queues:read`.
         */
        get: operations["getSampleData"];
        put?: never;
        /**
         * Make sample queues, agents and calls: built-in phones hold real calls for about half a minute
         * @description Right: `settings:write`.
         */
        post: operations["postSampleData"];
        /**
         * Remove all sample data, its calls and recordings included
         * @description Right: `settings:write`.
         */
        delete: operations["deleteSampleData"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What changes, as Server-Sent Events: `{ topic, ids }`, ids null = look at the list
         * @description Right: `events:read`.
         */
        get: operations["getEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This description
         * @description Anybody.
         */
        get: operations["getOpenapijson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Agent: {
            id: string;
            /** @description Grows with each change; send it back with yours */
            version: number;
            email: string;
            name: string;
            agentId: string;
            sipUsername: string;
            readonly queueIds: string[];
            callerNumber: string | null;
            /** @description Null where calls are up in another process: what the agent does is known there */
            state: ("unavailable" | "available" | "onCall" | "wrapUp") | null;
            stateSince: string | null;
            /** @description Phones that are registered now; null where `state` is null */
            registeredContacts: number | null;
            /** @description Why no call may come: no phone is registered, a person chose so, or a call was missed or declined. Null in any other state, or where it is not known */
            unavailableReason: ("noPhone" | "chosen" | "missedCall") | null;
            /** @description When the wrap-up after a call ends by itself; null in any other state */
            wrapUpUntil: string | null;
            /** @description Whether whoever asks may make the agent available or not */
            maySetState: boolean;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
        };
        Alarm: {
            id: string;
            kind: string;
            subjectId: string | null;
            message: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            raisedAt: string;
            clearedAt: string | null;
        };
        ApiKey: {
            id: string;
            name: string;
            prefix: string;
            /** @enum {string} */
            role: "owner" | "admin" | "supervisor" | "agent" | "auditor";
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            lastUsedAt: string | null;
            expiresAt: string | null;
            revokedAt: string | null;
        };
        AuditEntry: {
            id: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            at: string;
            /** @enum {string} */
            actorKind: "user" | "apiKey" | "system" | "anonymous";
            actorId: string | null;
            actorName: string | null;
            action: string;
            subjectKind: string | null;
            subjectId: string | null;
            detail: {
                [key: string]: unknown;
            };
            address: string | null;
        };
        Call: {
            id: string;
            /** @description The same as id */
            sessionId: string;
            callNumber: number | null;
            /** @enum {string} */
            callType: "inbound" | "callback" | "agentOutbound" | "internal" | "task";
            direction: ("in" | "out") | null;
            caller: string;
            callee: string;
            queueId: string | null;
            readonly agentIds: string[];
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            startedAt: string;
            answeredAt: string | null;
            endedAt: string | null;
            endStatus: ("error" | "ok" | "unconnected" | "blackList" | "ivrGiveUp" | "waitingGiveUp" | "ringingGiveUp" | "noSeatOnline" | "notWorkTime" | "ivrEnd" | "restrictedCallee" | "overFrequency" | "restrictedArea" | "restrictedTime" | "unknown" | "notAnswer" | "userReject" | "powerOff" | "numberNotExist" | "busy" | "calleeInArrears" | "operatorException" | "callerCancel" | "notInService" | "clientError" | "carrierBlocked") | null;
            hungUpSide: ("user" | "seat" | "system") | null;
            /** @description One sentence on how it ended */
            cause: string | null;
            /** @description Whether it is recorded; null while undecided */
            record: boolean | null;
            /** @description The rule that decided it */
            recordRule: string | null;
            /** @enum {string} */
            outcome: "inProgress" | "ready" | "declined" | "excluded" | "failed";
            /** @description Rule of `excluded`, reason of `failed` */
            outcomeReason: string | null;
            /** @description While the call is up on this node */
            live: {
                /** @enum {string} */
                state: "queued" | "connecting" | "connected" | "on_hold" | "ended";
                capture: ("recording" | "paused" | "stopped") | null;
                /** @description Who listens in silence; hidden from agents when the tenant says so */
                readonly listeners: {
                    name: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601, UTC
                     */
                    since: string;
                }[];
            } | null;
        };
        CallDetail: {
            id: string;
            /** @description The same as id */
            sessionId: string;
            callNumber: number | null;
            /** @enum {string} */
            callType: "inbound" | "callback" | "agentOutbound" | "internal" | "task";
            direction: ("in" | "out") | null;
            caller: string;
            callee: string;
            queueId: string | null;
            readonly agentIds: string[];
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            startedAt: string;
            answeredAt: string | null;
            endedAt: string | null;
            endStatus: ("error" | "ok" | "unconnected" | "blackList" | "ivrGiveUp" | "waitingGiveUp" | "ringingGiveUp" | "noSeatOnline" | "notWorkTime" | "ivrEnd" | "restrictedCallee" | "overFrequency" | "restrictedArea" | "restrictedTime" | "unknown" | "notAnswer" | "userReject" | "powerOff" | "numberNotExist" | "busy" | "calleeInArrears" | "operatorException" | "callerCancel" | "notInService" | "clientError" | "carrierBlocked") | null;
            hungUpSide: ("user" | "seat" | "system") | null;
            /** @description One sentence on how it ended */
            cause: string | null;
            /** @description Whether it is recorded; null while undecided */
            record: boolean | null;
            /** @description The rule that decided it */
            recordRule: string | null;
            /** @enum {string} */
            outcome: "inProgress" | "ready" | "declined" | "excluded" | "failed";
            /** @description Rule of `excluded`, reason of `failed` */
            outcomeReason: string | null;
            /** @description While the call is up on this node */
            live: {
                /** @enum {string} */
                state: "queued" | "connecting" | "connected" | "on_hold" | "ended";
                capture: ("recording" | "paused" | "stopped") | null;
                /** @description Who listens in silence; hidden from agents when the tenant says so */
                readonly listeners: {
                    name: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601, UTC
                     */
                    since: string;
                }[];
            } | null;
            legs: {
                id: string;
                /** @enum {string} */
                direction: "in" | "out";
                participant: number;
                /** @enum {string} */
                kind: "customer" | "agent" | "thirdParty";
                endpointUser: string;
                agentId: string | null;
                sipCallId: string;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                startedAt: string;
                ringingAt: string | null;
                answeredAt: string | null;
                endedAt: string | null;
                sipStatus: number | null;
                cause: string | null;
            }[];
            events: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                at: string;
                kind: string;
                facts: {
                    [key: string]: unknown;
                };
            }[];
            recordings: {
                id: string;
                callId: string;
                /** @description The same as callId */
                sessionId: string;
                segment: number;
                /** @enum {string} */
                state: "planned" | "capturing" | "sealed" | "ready" | "delivered" | "purged" | "failed" | "expired";
                /** @enum {string} */
                callType: "inbound" | "callback" | "agentOutbound" | "internal" | "task";
                /** @enum {string} */
                direction: "in" | "out";
                caller: string;
                callee: string;
                endpointUser: string;
                queueId: string | null;
                readonly agentIds: string[];
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                startedAt: string;
                sealedAt: string | null;
                readyAt: string | null;
                failureReason: string | null;
                /** @description The call has ended, and what was captured of it is being saved */
                saving: boolean;
                /** @description Cut short by a stop of the process and recovered afterwards */
                salvaged: boolean;
                durationMs: number | null;
                readonly tags: string[];
            }[];
        };
        CallRecordingSettings: {
            version: number;
            useCallRecording: boolean;
            inbound: {
                record: boolean;
            };
            callback: {
                record: boolean;
            };
            agentOut: {
                record: boolean;
            };
            dualChannel: boolean;
            /** @enum {string} */
            endUserChannel: "left" | "right";
        };
        CreatedAgent: {
            id: string;
            /** @description Grows with each change; send it back with yours */
            version: number;
            email: string;
            name: string;
            agentId: string;
            sipUsername: string;
            readonly queueIds: string[];
            callerNumber: string | null;
            /** @description Null where calls are up in another process: what the agent does is known there */
            state: ("unavailable" | "available" | "onCall" | "wrapUp") | null;
            stateSince: string | null;
            /** @description Phones that are registered now; null where `state` is null */
            registeredContacts: number | null;
            /** @description Why no call may come: no phone is registered, a person chose so, or a call was missed or declined. Null in any other state, or where it is not known */
            unavailableReason: ("noPhone" | "chosen" | "missedCall") | null;
            /** @description When the wrap-up after a call ends by itself; null in any other state */
            wrapUpUntil: string | null;
            /** @description Whether whoever asks may make the agent available or not */
            maySetState: boolean;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            /** @description Shown this once, and only when it was made here */
            sipPassword: string | null;
        };
        CreatedApiKey: {
            id: string;
            name: string;
            prefix: string;
            /** @enum {string} */
            role: "owner" | "admin" | "supervisor" | "agent" | "auditor";
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            lastUsedAt: string | null;
            expiresAt: string | null;
            revokedAt: string | null;
            /** @description Shown this once */
            key: string;
        };
        CreatedTenant: {
            id: string;
            /** @description Grows with each change; send it back with yours */
            version: number;
            name: string;
            vdnId: number;
            sdkAppId: number;
            timeZone: string;
            country: string;
            recordingStorageDays: number;
            readonly allowedPrefixes: string[];
            readonly emergencyNumbers: string[];
            wrapUpSeconds: number;
            agentsSeeListening: boolean;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            /** @description The first administrator; the password only when it was made here */
            admin: {
                email: string;
                password: string | null;
            } | null;
        };
        DoNotCallEntry: {
            /** @description E.164 */
            number: string;
            /**
             * @description Put there by hand, or by a key during a call
             * @enum {string}
             */
            source: "person" | "opt-out";
            note: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
        };
        EmailSettings: {
            /** @description Grows with each change; send it back with yours */
            version: number;
            /** @description Null: the tenant has no mail server of its own */
            settings: {
                host: string;
                port: number;
                /**
                 * @description starttls: refuses to go on without TLS; tls: from the first byte
                 * @enum {string}
                 */
                security: "starttls" | "tls" | "none";
                username: string | null;
                /** @description The password itself is never shown */
                hasPassword: boolean;
                fromAddress: string;
                fromName: string;
            } | null;
            /** @description Used by tenants without one */
            hasInstallationServer: boolean;
        };
        EmailTest: {
            sent: boolean;
            why: ("address-not-allowed" | "unreachable" | "tls" | "not-signed-in" | "refused" | "timed-out") | null;
            /** @description The mail server’s own words */
            detail: string | null;
        };
        Found: {
            /** @description The text as a telephone number, as calls are filed under it; null when it is none */
            number: string | null;
            /** @description Of this id, of this number, newest first; at most five */
            calls: components["schemas"]["Call"][];
            /** @description Of this id; at most one */
            recordings: components["schemas"]["Recording"][];
            /** @description Whose name, agent id or SIP user name has the text in it; at most five */
            agents: {
                id: string;
                name: string;
                agentId: string;
            }[];
        };
        LiveBoard: {
            /**
             * Format: date-time
             * @description Clock of the server, for waits that run on
             */
            at: string;
            /**
             * Format: date-time
             * @description Begin of the day in the tenant’s time zone
             */
            since: string;
            /** @description False where calls are up in another process: then only the day is known */
            isHere: boolean;
            /** @description Threshold of `serviceLevel` */
            serviceLevelSeconds: number;
            queues: {
                id: string;
                name: string;
                /** @description Callers in the queue now */
                waiting: number;
                longestWaitSince: string | null;
                /** @description Callers who waited today, or were turned away */
                offered: number;
                answered: number;
                /** @description Gave up waiting, or while a phone rang */
                abandoned: number;
                /** @description Sent away because no agent was there, or none answered */
                turnedAway: number;
                /** @description Share answered in time, 0–1; who gave up earlier than the threshold is left out, who was turned away is not */
                serviceLevel: number | null;
            }[];
            agents: {
                id: string;
                name: string;
                /** @description Null where calls are up in another process: what the agent does is known there */
                state: ("unavailable" | "available" | "onCall" | "wrapUp") | null;
                since: string | null;
                /** @description Null where `state` is null */
                registeredPhones: number | null;
                /** @description Why no call may come: no phone is registered, a person chose so, or a call was missed or declined. Null in any other state, or where it is not known */
                unavailableReason: ("noPhone" | "chosen" | "missedCall") | null;
                /** @description When the wrap-up after a call ends by itself; null in any other state */
                wrapUpUntil: string | null;
            }[];
            calls: {
                id: string;
                /** @enum {string} */
                callType: "inbound" | "callback" | "agentOutbound" | "internal" | "task";
                caller: string;
                callee: string;
                queueId: string | null;
                agentIds: string[];
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                startedAt: string;
                answeredAt: string | null;
                /** @enum {string} */
                state: "queued" | "connecting" | "connected" | "on_hold";
                capture: ("recording" | "paused" | "stopped") | null;
                /** @description Who listens in silence; hidden from agents when the tenant says so */
                readonly listeners: {
                    name: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601, UTC
                     */
                    since: string;
                }[];
            }[];
            /** @description Calls in progress, also those that the list leaves out */
            callCount: number;
        };
        Note: {
            id: string;
            text: string;
            /** @description Moment of the call it is about, in ms since the recording began; null = all of it */
            momentMs: number | null;
            author: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            editedAt: string | null;
            /** @description Sent with an edit, whoever edits an older text is told */
            version: number;
            /** @description Whether it is the own one */
            mayEdit: boolean;
            mayRemove: boolean;
        };
        Number: {
            id: string;
            /** @description Grows with each change; send it back with yours */
            version: number;
            number: string;
            target: {
                /** @enum {string} */
                kind: "queue" | "agent";
                id: string;
            };
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
        };
        OutboundTask: {
            /** @description Letters, numbers, Chinese characters and spaces; at most 50 */
            name: string;
            /** @description At most 100 characters */
            description: string;
            voiceAssetId: string;
            rosterId: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            notBefore: string;
            /** @description When it ends by itself */
            notAfter: string | null;
            /** @description IANA; of callees whose own zone is not known */
            timeZone: string;
            readonly windows: {
                readonly days: number[];
                /** @description HH:MM */
                from: string;
                /** @description HH:MM, exclusive; 24:00 is the end of the day */
                until: string;
            }[];
            /** @description Attempts at most per callee */
            tries: number;
            retryIntervalSeconds: number;
            ringSeconds: number;
            /** @description Calls at once */
            concurrency: number;
            callsPerSecond: number;
            readonly callerNumbers: string[];
            /** @description Puts the number on the do-not-call list; null = no key does */
            optOutKey: string | null;
            /** @description Predictive: whose agents get the answered calls */
            queueId: string | null;
            /** @description 1 (high) to 5 (low) */
            priority: number;
            /** @enum {string} */
            callOrder: "random" | "in-order";
            /** @description Of the answered calls; above 3 many laws are broken */
            abandonPercent: number;
            id: string;
            /** @description Sent with a change, the second of two editors is told */
            version: number;
            /** @enum {string} */
            kind: "automatic" | "predictive";
            voiceAssetName: string;
            rosterName: string;
            /** @description 0 initial, 1 running, 2 completed, 3 ending, 4 terminated */
            state: 0 | 1 | 2 | 3 | 4;
            paused: boolean;
            people: number;
            counts: {
                initial: number;
                answered: number;
                unanswered: number;
                calling: number;
                pendingRetry: number;
            };
            /** @description Of the answered: told the message for want of an agent */
            abandoned: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            startedAt: string | null;
            endedAt: string | null;
        };
        PhoneSetup: {
            /** @description Address or name of the server */
            host: string;
            /** @description For UDP and TCP */
            port: number;
            /** @description Right of the @ in the agent’s address */
            domain: string;
            /** @description Only phones on this very machine reach it */
            isLocal: boolean;
            sipUsername: string;
            /** @description Only when it was made by this request */
            sipPassword: string | null;
        };
        PlacedCall: {
            id: string;
            sessionId: string;
            /** @description do-not-call: the number is on the list; a person may dial it, no task does */
            warnings: "do-not-call"[];
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            /** @description Stable; see docs/errors.md */
            code: string;
            detail: string;
            errors: {
                field: string;
                /** @description Stable */
                code: string;
                message: string;
                /** @description What the message names: limits and findings */
                facts?: {
                    [key: string]: string | number;
                };
            }[];
            requestId: string;
        };
        Queue: {
            id: string;
            /** @description Grows with each change; send it back with yours */
            version: number;
            name: string;
            /** @enum {string} */
            channel: "ivr" | "mobile" | "web";
            parentId: string | null;
            ringSeconds: number;
            maxWaitSeconds: number;
            /** @enum {string} */
            waitingTone: "ringback" | "music";
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
        };
        Recording: {
            id: string;
            callId: string;
            /** @description The same as callId */
            sessionId: string;
            segment: number;
            /** @enum {string} */
            state: "planned" | "capturing" | "sealed" | "ready" | "delivered" | "purged" | "failed" | "expired";
            /** @enum {string} */
            callType: "inbound" | "callback" | "agentOutbound" | "internal" | "task";
            /** @enum {string} */
            direction: "in" | "out";
            caller: string;
            callee: string;
            endpointUser: string;
            queueId: string | null;
            readonly agentIds: string[];
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            startedAt: string;
            sealedAt: string | null;
            readyAt: string | null;
            failureReason: string | null;
            /** @description The call has ended, and what was captured of it is being saved */
            saving: boolean;
            /** @description Cut short by a stop of the process and recovered afterwards */
            salvaged: boolean;
            durationMs: number | null;
            readonly tags: string[];
        };
        RecordingDetail: {
            id: string;
            callId: string;
            /** @description The same as callId */
            sessionId: string;
            segment: number;
            /** @enum {string} */
            state: "planned" | "capturing" | "sealed" | "ready" | "delivered" | "purged" | "failed" | "expired";
            /** @enum {string} */
            callType: "inbound" | "callback" | "agentOutbound" | "internal" | "task";
            /** @enum {string} */
            direction: "in" | "out";
            caller: string;
            callee: string;
            endpointUser: string;
            queueId: string | null;
            readonly agentIds: string[];
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            startedAt: string;
            sealedAt: string | null;
            readyAt: string | null;
            failureReason: string | null;
            /** @description The call has ended, and what was captured of it is being saved */
            saving: boolean;
            /** @description Cut short by a stop of the process and recovered afterwards */
            salvaged: boolean;
            durationMs: number | null;
            readonly tags: string[];
            /** @description Null until the recording is finalised */
            timeline: {
                /** @enum {string} */
                kind: "talk" | "hold" | "loss" | "cut";
                participant: number;
                /** @description Real time since the recording began */
                callMs: {
                    from: number;
                    to: number;
                };
                /** @description Position in the file */
                mediaMs: {
                    from: number;
                    to: number;
                };
                reason?: string;
                missingMs?: number;
            }[] | null;
            /** @description While it stands nothing of the recording is deleted */
            legalHold: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                since: string;
                by: string;
                reason: string;
            } | null;
            /** @description Send it back with a change of the tags */
            tagsVersion: number;
            /**
             * @description Side of the end user in `dual-channel`; everybody else is on the other
             * @enum {string}
             */
            endUserChannel: "left" | "right";
            tracks: {
                id: string;
                participant: number;
                /** @enum {string} */
                kind: "customer" | "agent" | "thirdParty";
                endpointUser: string;
                agentId: string | null;
                /** @description Samples at 8,000 Hz */
                frames: number | null;
                lostFrames: number | null;
                salvaged: boolean;
                /** @description Fault code when capture ended early */
                failedBy: string | null;
            }[];
            /** @description What is stored now; others are made when they are asked for */
            renditions: {
                rendition: string;
                /** @enum {string} */
                format: "mp3" | "wav";
                sizeBytes: number;
                sha256: string;
                durationMs: number;
                frames: number;
                channels: number;
            }[];
        };
        RecordingExport: {
            id: string;
            /** @enum {string} */
            kind: "csv" | "zip";
            rendition: string | null;
            format: ("mp3" | "wav") | null;
            /** @enum {string} */
            state: "queued" | "running" | "ready" | "failed" | "expired";
            /** @description Recordings that were chosen */
            total: number;
            done: number;
            /** @description Without a file in the archive; manifest.csv in it says why */
            missing: number;
            sizeBytes: number | null;
            sha256: string | null;
            /** @description Fault code */
            failure: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Then the file is deleted
             */
            expiresAt: string;
        };
        Roster: {
            id: string;
            name: string;
            description: string;
            fileName: string;
            /** @enum {string} */
            format: "csv" | "xlsx";
            /**
             * @description What happens to the good rows of a file that has bad ones
             * @enum {string}
             */
            onBadRows: "keep-good" | "refuse-all";
            /** @enum {string} */
            state: "importing" | "ready" | "failed";
            failure: {
                code: string;
                detail: string;
                /** @description Of the file, where one is to blame */
                line: number | null;
            } | null;
            sizeBytes: number;
            /** @description Of sizeBytes, while it is importing */
            readBytes: number;
            people: number;
            issues: number;
            /** @description Among the issues: numbers that stand in the file more than once */
            duplicates: number;
            readonly usedBy: {
                id: string;
                name: string;
            }[];
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            /** @description Sent with a change, the second of two editors is told */
            version: number;
        };
        RosterIssue: {
            /** @description Of the file, the first is 1 */
            line: number;
            /** @enum {string} */
            reason: "no-number" | "not-a-number" | "emergency-number" | "unknown-time-zone" | "too-long" | "formula" | "duplicate" | "broken-line";
            value: string;
        };
        RosterPerson: {
            number: string;
            line: number;
            name: string | null;
            timeZone: string | null;
            variables: {
                [key: string]: string;
            };
        };
        SampleData: {
            /** @enum {string} */
            state: "none" | "making" | "ready";
            /** @description There is none, and the tenant has no call of its own */
            canBeMade: boolean;
            queueIds: string[];
            agentIds: string[];
            numberIds: string[];
            trunkIds: string[];
            calls: number;
            recordings: number;
        };
        SavedView: {
            id: string;
            /** @enum {string} */
            list: "recordings" | "calls";
            name: string;
            /** @description The query of the list, without `limit` and `cursor` */
            filter: {
                [key: string]: string;
            };
        };
        Session: {
            user: {
                id: string;
                /** @enum {string} */
                kind: "user" | "apiKey" | "system";
                /** @description E-mail of a user, name of a key */
                name: string;
                /** @enum {string} */
                role: "owner" | "admin" | "supervisor" | "agent" | "auditor";
                agentId: string | null;
            };
            tenant: {
                id: string;
                name: string;
                timeZone: string;
                country: string;
            };
            /** @description What the role may do, as `resource:verb` */
            rights: string[];
            /** @description Send it in X-CSRF-Token with every write; null for an API key */
            csrfToken: string | null;
            expiresAt: string | null;
        };
        TaskAttempt: {
            /** @description SessionId: the call of that id */
            id: string;
            number: string;
            name: string | null;
            attempt: number;
            callerNumber: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            startedAt: string;
            answeredAt: string | null;
            endedAt: string | null;
            endStatus: ("error" | "ok" | "unconnected" | "blackList" | "ivrGiveUp" | "waitingGiveUp" | "ringingGiveUp" | "noSeatOnline" | "notWorkTime" | "ivrEnd" | "restrictedCallee" | "overFrequency" | "restrictedArea" | "restrictedTime" | "unknown" | "notAnswer" | "userReject" | "powerOff" | "numberNotExist" | "busy" | "calleeInArrears" | "operatorException" | "callerCancel" | "notInService" | "clientError" | "carrierBlocked") | null;
            playedMs: number | null;
            playCompleted: boolean | null;
            optedOut: boolean;
            /** @description What an answered person met: the message, an agent, the message for want of an agent, nothing; `lost`: the server that dialled was not seen for an hour, and whether it did is not known */
            disposition: ("message" | "agent" | "abandoned" | "left" | "lost") | null;
            agentName: string | null;
            agentAfterMs: number | null;
        };
        TaskCallee: {
            position: number;
            number: string;
            name: string | null;
            timeZone: string;
            variables: {
                [key: string]: string;
            };
            /** @description 0 initial, 1 answered, 2 unanswered, 3 calling, 4 pending retry */
            state: 0 | 1 | 2 | 3 | 4;
            attempts: number;
            endStatus: ("error" | "ok" | "unconnected" | "blackList" | "ivrGiveUp" | "waitingGiveUp" | "ringingGiveUp" | "noSeatOnline" | "notWorkTime" | "ivrEnd" | "restrictedCallee" | "overFrequency" | "restrictedArea" | "restrictedTime" | "unknown" | "notAnswer" | "userReject" | "powerOff" | "numberNotExist" | "busy" | "calleeInArrears" | "operatorException" | "callerCancel" | "notInService" | "clientError" | "carrierBlocked") | null;
            dueAt: string | null;
            /** @description SessionId of each attempt */
            readonly sessions: string[];
        };
        Tenant: {
            id: string;
            /** @description Grows with each change; send it back with yours */
            version: number;
            name: string;
            vdnId: number;
            sdkAppId: number;
            timeZone: string;
            country: string;
            recordingStorageDays: number;
            readonly allowedPrefixes: string[];
            readonly emergencyNumbers: string[];
            wrapUpSeconds: number;
            agentsSeeListening: boolean;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
        };
        TestCall: {
            number: string;
            /** @description The call and its recording are found by it */
            callerNumber: string;
            /**
             * Format: date-time
             * @description The call begins at this instant or later
             */
            askedAt: string;
        };
        TestCallOutcome: {
            /**
             * @description `no-media`: no port of ours was free, or the answer describes no sound we know
             * @enum {string}
             */
            result: "answered" | "refused" | "no-answer" | "unreachable" | "no-media";
            /** @description As it was dialled */
            number: string;
            /** @description As it was presented */
            callerNumber: string;
            /** @description Final SIP status; null without one */
            status: number | null;
            /** @description Reason phrase of a refusal, or what was wrong */
            reason: string;
            ringingAfterMs: number | null;
            answeredAfterMs: number | null;
            /** @description After the answer: no packet, packets of silence, or sound */
            heard: ("nothing" | "silence" | "sound") | null;
            tookMs: number;
        };
        Trunk: {
            id: string;
            /** @description Grows with each change; send it back with yours */
            version: number;
            name: string;
            host: string;
            port: number;
            /** @enum {string} */
            transport: "udp" | "tcp";
            username: string | null;
            /** @description The password itself is never shown */
            hasPassword: boolean;
            readonly allowedAddresses: string[];
            readonly callerNumbers: string[];
            order: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
        };
        TrunkState: {
            trunkId: string;
            /**
             * @description By OPTIONS; a peer that answers 503 takes no calls and is unreachable
             * @enum {string}
             */
            state: "reachable" | "unreachable" | "unknown";
            /** @description In this state since then; null while unknown */
            since: string | null;
            /** @description Of any kind, since the calls were started */
            lastAnswerAt: string | null;
            /** @description SIP status of the answer to the last question */
            status: number | null;
            roundTripMs: number | null;
        };
        TryOut: {
            number: string;
            trunk: {
                host: string;
                port: number;
            };
            queueId: string;
            agent: {
                id: string;
                sipUsername: string;
                /** @description Shown this once; null when the agent was there before and keeps theirs */
                sipPassword: string | null;
            };
        };
        TryOutCall: {
            number: string;
            /** @description The call and its recording are found by it */
            callerNumber: string;
        };
        User: {
            id: string;
            /** @description Grows with each change; send it back with yours */
            version: number;
            email: string;
            name: string;
            /** @enum {string} */
            role: "owner" | "admin" | "supervisor" | "agent" | "auditor";
            agentId: string | null;
            readonly queueIds: string[];
            disabled: boolean;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
        };
        VoiceAsset: {
            id: string;
            name: string;
            description: string;
            /** @enum {string} */
            format: "mp3" | "wav";
            sizeBytes: number;
            durationMs: number;
            /** @description Of the file as it was uploaded */
            sha256: string;
            /**
             * @description Whether a call can play it; pending for a moment after the upload
             * @enum {string}
             */
            prepared: "pending" | "ready" | "failed";
            sound: components["schemas"]["VoiceAssetSound"] | null;
            readonly advice: ("silent" | "quiet" | "loud" | "clipped" | "starts-late" | "ends-late" | "long-pause")[];
            /** @description The first tasks that refer to it */
            readonly usedBy: {
                id: string;
                name: string;
            }[];
            useCount: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            updatedAt: string;
            /** @description Sent with a change, the second of two editors is told */
            version: number;
        };
        VoiceAssetSound: {
            /** @description Level of the speech; null when all is silence */
            speechDbfs: number | null;
            peakDbfs: number | null;
            clippedSamples: number;
            leadingSilenceMs: number;
            trailingSilenceMs: number;
            longestPauseMs: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenants: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Tenant"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTenants: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    timeZone?: string;
                    country?: string;
                    recordingStorageDays?: number;
                    allowedPrefixes?: string[];
                    emergencyNumbers?: string[];
                    wrapUpSeconds?: number;
                    /** @description Whether agents are shown that somebody listens to their call */
                    agentsSeeListening?: boolean;
                    vdnId?: number;
                    sdkAppId?: number;
                    admin?: {
                        email: string;
                        password?: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedTenant"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenantsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchTenantsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    timeZone?: string;
                    country?: string;
                    recordingStorageDays?: number;
                    allowedPrefixes?: string[];
                    emergencyNumbers?: string[];
                    wrapUpSeconds?: number;
                    /** @description Whether agents are shown that somebody listens to their call */
                    agentsSeeListening?: boolean;
                    /** @description The version the change was made to; another one in force is 409 */
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["User"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUsers: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                    name?: string;
                    password: string;
                    /** @enum {string} */
                    role: "owner" | "admin" | "supervisor" | "agent" | "auditor";
                    agentId?: string | null;
                    queueIds?: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUsersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchUsersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email?: string;
                    name?: string;
                    password?: string;
                    /** @enum {string} */
                    role?: "owner" | "admin" | "supervisor" | "agent" | "auditor";
                    agentId?: string | null;
                    queueIds?: string[];
                    disabled?: boolean;
                    /** @description The version the change was made to; another one in force is 409 */
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApiKeys: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postApiKeys: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @enum {string} */
                    role: "owner" | "admin" | "auditor";
                    expiresAt?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApiKeysId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteApiKeysId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTrunks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Trunk"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTrunks: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    host: string;
                    port?: number;
                    /** @enum {string} */
                    transport?: "udp" | "tcp";
                    username?: string | null;
                    password?: string | null;
                    allowedAddresses?: string[];
                    callerNumbers?: string[];
                    order?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trunk"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTrunksId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trunk"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTrunksId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchTrunksId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    host?: string;
                    port?: number;
                    /** @enum {string} */
                    transport?: "udp" | "tcp";
                    username?: string | null;
                    password?: string | null;
                    allowedAddresses?: string[];
                    callerNumbers?: string[];
                    order?: number;
                    /** @description The version the change was made to; another one in force is 409 */
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trunk"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getNumbers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Number"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postNumbers: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    number: string;
                    target: {
                        /** @enum {string} */
                        kind: "queue" | "agent";
                        id: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Number"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getNumbersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Number"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteNumbersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchNumbersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    number?: string;
                    target?: {
                        /** @enum {string} */
                        kind: "queue" | "agent";
                        id: string;
                    };
                    /** @description The version the change was made to; another one in force is 409 */
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Number"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getQueues: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Queue"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postQueues: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @enum {string} */
                    channel?: "ivr" | "mobile" | "web";
                    parentId?: string | null;
                    ringSeconds?: number;
                    maxWaitSeconds?: number;
                    /** @enum {string} */
                    waitingTone?: "ringback" | "music";
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queue"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getQueuesId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queue"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteQueuesId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchQueuesId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** @enum {string} */
                    channel?: "ivr" | "mobile" | "web";
                    parentId?: string | null;
                    ringSeconds?: number;
                    maxWaitSeconds?: number;
                    /** @enum {string} */
                    waitingTone?: "ringback" | "music";
                    /** @description The version the change was made to; another one in force is 409 */
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queue"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAgents: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Agent"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAgents: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                    name: string;
                    agentId: string;
                    sipUsername: string;
                    sipPassword?: string;
                    queueIds?: string[];
                    callerNumber?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedAgent"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAgentsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAgentsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchAgentsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email?: string;
                    name?: string;
                    agentId?: string;
                    sipUsername?: string;
                    sipPassword?: string;
                    queueIds?: string[];
                    callerNumber?: string | null;
                    /** @description The version the change was made to; another one in force is 409 */
                    version?: number;
                    /** @enum {string} */
                    state?: "available" | "unavailable";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putAgentsIdState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    state: "available" | "unavailable";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSettingsCallRecording: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallRecordingSettings"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSettingsCallRecording: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The version the change was made to; another one in force is a conflict */
                    version?: number;
                    useCallRecording?: boolean;
                    inbound?: {
                        record?: boolean;
                    };
                    callback?: {
                        record?: boolean;
                    };
                    agentOut?: {
                        record?: boolean;
                    };
                    dualChannel?: boolean;
                    /** @enum {string} */
                    endUserChannel?: "left" | "right";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallRecordingSettings"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuditLog: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                action?: string;
                actorId?: string;
                subjectId?: string;
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuditLogcsv: {
        parameters: {
            query?: {
                action?: string;
                actorId?: string;
                subjectId?: string;
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAlarms: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Alarm"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCalls: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                from?: string;
                to?: string;
                number?: string;
                agentId?: string;
                queueId?: string;
                outcome?: "inProgress" | "ready" | "declined" | "excluded" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Call"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postCalls: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "AgentOutbound";
                    to: string;
                    agentId: string;
                    callerNumber?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacedCall"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCallsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallDetail"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postCallsIdActions: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    action: "hang-up" | "hold" | "unhold";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallDetail"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCallsIdListen: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/L16;rate=8000;channels=2": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveBoard"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRecordings: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                from?: string;
                to?: string;
                number?: string;
                agentId?: string;
                queueId?: string;
                state?: "planned" | "capturing" | "sealed" | "ready" | "delivered" | "purged" | "failed" | "expired";
                callId?: string;
                sessionId?: string;
                tag?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Recording"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRecordingsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordingDetail"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRecordingsIdRenditionsRenditionAudio: {
        parameters: {
            query?: {
                format?: "mp3" | "wav";
                download?: "0" | "1" | "true" | "false";
            };
            header?: never;
            path: {
                id: string;
                rendition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/mpeg": string;
                    "audio/wav": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    headRecordingsIdRenditionsRenditionAudio: {
        parameters: {
            query?: {
                format?: "mp3" | "wav";
                download?: "0" | "1" | "true" | "false";
            };
            header?: never;
            path: {
                id: string;
                rendition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/mpeg": string;
                    "audio/wav": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRecordingsIdRenditionsRenditionPeaks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                rendition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putRecordingsIdLegalHold: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Why it must be kept: a case, an order, a dispute */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordingDetail"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRecordingsIdLegalHold: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRecordingsIdNotes: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Note"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRecordingsIdNotes: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                    /**
                     * @description Moment of the call it is about, in ms since the recording began; null = all of it
                     * @default null
                     */
                    momentMs?: number | null;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Note"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRecordingsIdNotesNoteId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                noteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchRecordingsIdNotesNoteId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                noteId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Note"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putRecordingsIdTags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description These and no others; small letters, each once */
                    tags: string[];
                    /** @description The `tagsVersion` the change was made to; another one in force is 409 */
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tags: string[];
                        tagsVersion: number;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRecordingTags: {
        parameters: {
            query?: {
                prefix?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tags: string[];
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSavedViews: {
        parameters: {
            query?: {
                list?: "recordings" | "calls";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SavedView"][];
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSavedViews: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    list: "recordings" | "calls";
                    name: string;
                    /** @description The query of the list, without `limit` and `cursor` */
                    filter: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedView"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSavedViewsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchSavedViewsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** @description The query of the list, without `limit` and `cursor` */
                    filter?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedView"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRecordingExports: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RecordingExport"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRecordingExports: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description A list, or an archive with audio and a manifest
                     * @enum {string}
                     */
                    kind: "csv" | "zip";
                    /**
                     * @description Of a ZIP: mixed, dual-channel or participant-{n}
                     * @default mixed
                     */
                    rendition?: string;
                    /**
                     * @description Of a ZIP
                     * @default mp3
                     * @enum {string}
                     */
                    format?: "mp3" | "wav";
                    /** @description These recordings; else all that the filter shows */
                    ids?: string[];
                    /** @default {} */
                    filter?: {
                        /**
                         * Format: date-time
                         * @description Started at or after
                         */
                        from?: string;
                        /**
                         * Format: date-time
                         * @description Started before
                         */
                        to?: string;
                        /** @description Caller or callee */
                        number?: string;
                        agentId?: string;
                        queueId?: string;
                        /** @enum {string} */
                        state?: "planned" | "capturing" | "sealed" | "ready" | "delivered" | "purged" | "failed" | "expired";
                        callId?: string;
                        /** @description The same as callId */
                        sessionId?: string;
                        tag?: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordingExport"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRecordingExportsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordingExport"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRecordingExportsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRecordingExportsIdFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    headRecordingExportsIdFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVoiceAssets: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                search?: string;
                sort?: "name" | "duration" | "size" | "created";
                direction?: "asc" | "desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["VoiceAsset"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postVoiceAssets: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * @description 1–20 characters
                     * @default
                     */
                    name?: string;
                    /**
                     * @description At most 100 characters
                     * @default
                     */
                    description?: string;
                    /**
                     * Format: binary
                     * @description MP3 or WAV, 8000 Hz, mono, ≤ 60 s, ≤ 1 MB
                     */
                    file?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VoiceAsset"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVoiceAssetsConversions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        available: boolean;
                        reason: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postVoiceAssetsConversions: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description MP3 or WAV, 8000 Hz, mono, ≤ 60 s, ≤ 1 MB
                     */
                    file?: string;
                };
            };
        };
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/mpeg": string;
                    "audio/wav": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVoiceAssetsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VoiceAsset"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteVoiceAssetsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchVoiceAssetsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string;
                    version?: number;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VoiceAsset"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVoiceAssetsIdAudio: {
        parameters: {
            query?: {
                download?: "0" | "1" | "true" | "false";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/mpeg": string;
                    "audio/wav": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    headVoiceAssetsIdAudio: {
        parameters: {
            query?: {
                download?: "0" | "1" | "true" | "false";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/mpeg": string;
                    "audio/wav": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRosters: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Roster"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRosters: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description 1–50 characters */
                    name: string;
                    /** @description At most 200 characters */
                    description?: string;
                    /**
                     * @description What happens to the good rows of a file that has bad ones
                     * @default keep-good
                     * @enum {string}
                     */
                    onBadRows?: "keep-good" | "refuse-all";
                    /**
                     * Format: binary
                     * @description .xlsx or .csv, after the fields: number, optional name, timeZone, other columns
                     */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Roster"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRostersTemplate: {
        parameters: {
            query?: {
                format?: "xlsx" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRostersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Roster"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRostersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchRostersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string;
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Roster"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRostersIdPeople: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RosterPerson"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRostersIdIssues: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RosterIssue"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDoNotCall: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DoNotCallEntry"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postDoNotCall: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    numbers: string[];
                    /** @default  */
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        added: number;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDoNotCallNumber: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoNotCallEntry"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteDoNotCallNumber: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOutboundTasks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["OutboundTask"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postOutboundTasks: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Letters, numbers, Chinese characters and spaces; at most 50 */
                    name: string;
                    /**
                     * @description At most 100 characters
                     * @default
                     */
                    description?: string;
                    voiceAssetId: string;
                    rosterId: string;
                    /**
                     * @description When it starts by itself; null = at once
                     * @default null
                     */
                    notBefore?: string | null;
                    /**
                     * @description When it ends by itself
                     * @default null
                     */
                    notAfter?: string | null;
                    /** @description IANA; of callees whose own zone is not known */
                    timeZone: string;
                    /**
                     * @description When people may be called, by their own clock; none = always
                     * @default []
                     */
                    windows?: {
                        /** @description 1 = Monday … 7 = Sunday */
                        days: number[];
                        /** @description HH:MM */
                        from: string;
                        /** @description HH:MM, exclusive; 24:00 is the end of the day */
                        until: string;
                    }[];
                    /**
                     * @description Attempts at most per callee
                     * @default 1
                     */
                    tries?: number;
                    /** @default 300 */
                    retryIntervalSeconds?: number;
                    /** @default 45 */
                    ringSeconds?: number;
                    /**
                     * @description Calls at once
                     * @default 5
                     */
                    concurrency?: number;
                    /** @default 1 */
                    callsPerSecond?: number;
                    /** @description Presented in turn; numbers of your trunks */
                    callerNumbers: string[];
                    /**
                     * @description Puts the number on the do-not-call list; null = no key does
                     * @default null
                     */
                    optOutKey?: string | null;
                    /**
                     * @description Predictive: whose agents get the answered calls
                     * @default null
                     */
                    queueId?: string | null;
                    /**
                     * @description 1 (high) to 5 (low)
                     * @default 3
                     */
                    priority?: number;
                    /**
                     * @default in-order
                     * @enum {string}
                     */
                    callOrder?: "random" | "in-order";
                    /**
                     * @description Of the answered calls; above 3 many laws are broken
                     * @default 3
                     */
                    abandonPercent?: number;
                    /** @enum {string} */
                    kind: "automatic" | "predictive";
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutboundTask"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOutboundTasksId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutboundTask"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOutboundTasksId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchOutboundTasksId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Letters, numbers, Chinese characters and spaces; at most 50 */
                    name?: string;
                    /** @description At most 100 characters */
                    description?: string;
                    voiceAssetId?: string;
                    rosterId?: string;
                    /** @description When it starts by itself; null = at once */
                    notBefore?: string | null;
                    /** @description When it ends by itself */
                    notAfter?: string | null;
                    /** @description IANA; of callees whose own zone is not known */
                    timeZone?: string;
                    /** @description When people may be called, by their own clock; none = always */
                    windows?: {
                        /** @description 1 = Monday … 7 = Sunday */
                        days: number[];
                        /** @description HH:MM */
                        from: string;
                        /** @description HH:MM, exclusive; 24:00 is the end of the day */
                        until: string;
                    }[];
                    /** @description Attempts at most per callee */
                    tries?: number;
                    retryIntervalSeconds?: number;
                    ringSeconds?: number;
                    /** @description Calls at once */
                    concurrency?: number;
                    callsPerSecond?: number;
                    /** @description Presented in turn; numbers of your trunks */
                    callerNumbers?: string[];
                    /** @description Puts the number on the do-not-call list; null = no key does */
                    optOutKey?: string | null;
                    /** @description Predictive: whose agents get the answered calls */
                    queueId?: string | null;
                    /** @description 1 (high) to 5 (low) */
                    priority?: number;
                    /** @enum {string} */
                    callOrder?: "random" | "in-order";
                    /** @description Of the answered calls; above 3 many laws are broken */
                    abandonPercent?: number;
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutboundTask"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postOutboundTasksIdActions: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    action: "start" | "pause" | "resume" | "stop";
                    /**
                     * @description Stop only: end the calls that are up, too
                     * @default false
                     */
                    cut?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutboundTask"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOutboundTasksIdCallees: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                state?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TaskCallee"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOutboundTasksIdAttempts: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                only?: "abandoned";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TaskAttempt"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOutboundTasksIdOutcomes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            from: string;
                            answered: number;
                            unanswered: number;
                            abandoned: number;
                        }[];
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOutboundTasksIdResults: {
        parameters: {
            query?: {
                only?: "abandoned";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSearch: {
        parameters: {
            query: {
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Found"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTrunkStates: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TrunkState"][];
                        /** @description Pass it as `cursor`; null on the last page */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTrunksIdTestCall: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    to: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestCallOutcome"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTryOut: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TryOut"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTryOutCall: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TryOutCall"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAgentsIdPhone: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneSetup"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAgentsIdPhone: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneSetup"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postNumbersIdTestCall: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Who is to answer; is made available */
                    agentId: string;
                    /**
                     * @description A built-in phone registers as the agent for this call, answers and talks
                     * @default false
                     */
                    onBuiltInPhone?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestCall"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSettingsEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmailSettings"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSettingsEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    version?: number;
                    host: string;
                    port: number;
                    /**
                     * @description starttls: refuses to go on without TLS; tls: from the first byte
                     * @enum {string}
                     */
                    security: "starttls" | "tls" | "none";
                    username: string | null;
                    /** @description Absent: the present one stays as long as host and user name do */
                    password?: string | null;
                    fromAddress: string;
                    fromName: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmailSettings"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSettingsEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSettingsEmailTest: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    to: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmailTest"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSampleData: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleData"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSampleData: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleData"];
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSampleData: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenapijson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description A refusal or an error; see docs/errors.md for every code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
