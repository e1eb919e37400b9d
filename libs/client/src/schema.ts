// Made from docs/openapi.json by `npm run openapi`. Do not edit.
export interface paths {
    "/api/features/{client_key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All flags and experiments for SDKs of GrowthBook, which evaluate them where they run
         * @description They give each user what the server gives a user of whom nothing is stored. Nothing is written down: tell of the meeting by Segment’s `Experiment Viewed`. A publishable token stands in the path; a secret one in `Authorization`, whatever stands in the path.
         *
         *     Scopes: `flags:evaluate`.
         */
        get: operations["readFeatures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assignments/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * All variants of one user at once
         * @description One answer for each experiment, in order; one that does not exist is answered `unknown_experiment` and echoed.
         *
         *     Scopes: `assignments:write`.
         */
        post: operations["assignExperiments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what
         * @description Every change of experiments, metrics, overrides, tokens and dead letters, written in the transaction that made it. Newest first. Rows are never changed or deleted.
         *
         *     Scopes: `admin`.
         */
        get: operations["listAuditEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of all delivered events
         * @description By UTC day of receipt. The ledger is written in the transactions that store the events, so `received` is always the sum of the others. Each delivery counts: an event that came twice is once stored and once a duplicate.
         *
         *     Scopes: `results:read`.
         */
        get: operations["readBalance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List events that could not be stored
         * @description Those that died last come first.
         *
         *     Scopes: `admin`.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a dead letter
         * @description With the event as it was, and the reason.
         *
         *     Scopes: `admin`.
         */
        get: operations["readDeadLetter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Settle a dead letter without storing its event
         * @description The letter is kept, with your reason. One that is not open stays as it is.
         *
         *     Scopes: `admin`.
         */
        post: operations["discardDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a dead letter again
         * @description Puts its event on the queue. The letter is `replayed` when the worker has stored it. One that is not open stays as it is.
         *
         *     Scopes: `admin`.
         */
        post: operations["replayDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send open dead letters again
         * @description All of them, or those of a kind; up to 10,000, oldest first. Safe to repeat.
         *
         *     Scopes: `admin`.
         */
        post: operations["replayDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count dead letters
         * @description By status and reason, and whole jobs that could not be run.
         *
         *     Scopes: `admin`.
         */
        get: operations["countDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at stored events
         * @description Most recently received first.
         *
         *     Scopes: `results:read`.
         */
        get: operations["listEvents"];
        put?: never;
        /**
         * Send an event
         * @description Answered 202 once the event is durable. The same `event_id` counts once, however often it is sent. Takes CloudEvents as well: one as `application/cloudevents+json` or with `ce-` headers, a list of them as `application/cloudevents-batch+json`, which is answered as `POST /events/batch` is: docs/protocols.md.
         *
         *     Scopes: `events:write`.
         */
        post: operations["sendEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a stored event
         * @description Found a moment after it was accepted, when the worker has stored it.
         *
         *     Scopes: `results:read`.
         */
        get: operations["readEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{event_id}/disposition": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why did this event count, or not?
         * @description For every experiment that knows the user or that the event names: `counted`, or the first rule that failed.
         *
         *     Scopes: `results:read`.
         */
        get: operations["readDisposition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send up to 1,000 events
         * @description Good events are accepted, bad ones itemised under `rejected`; only a request without any good event is refused. Takes CloudEvents as well, as `application/cloudevents-batch+json`.
         *
         *     Scopes: `events:write`.
         */
        post: operations["sendEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List experiments
         * @description Newest first unless `sort=created_at`.
         *
         *     Scopes: `experiments:read`.
         */
        get: operations["listExperiments"];
        put?: never;
        /**
         * Create an experiment
         * @description At least two variants whose allocations add up to exactly 100. `status: running` starts it at once.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["createExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an experiment
         * @description Scopes: `experiments:read`.
         */
        get: operations["readExperiment"];
        put?: never;
        post?: never;
        /**
         * Delete a draft
         * @description Scopes: `experiments:write`.
         */
        delete: operations["deleteExperiment"];
        options?: never;
        head?: never;
        /**
         * Change an experiment
         * @description Once it has started, `If-Match` is needed and what decides who counts, and when there is a verdict, is frozen. Metrics can change at any time; when that takes numbers which are not kept yet, `recompute_job_id` names the job that works them out, and results show the old ones until it is done.
         *
         *     Scopes: `experiments:write`.
         */
        patch: operations["patchExperiment"];
        trace?: never;
    };
    "/api/v1/experiments/{id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a completed experiment away
         * @description Anything the state does not allow is answered 409 with `allowed_transitions`.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["archiveExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/assignment/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which variant does this user get?
         * @description Get or create: the same user always gets the same variant. `variant` is null when the user takes no part, and `reason` says why. Mostly answered from memory, which is told of every change; only `exposed_at` may come late after an exposure event. `refresh` reads it anew.
         *
         *     Scopes: `assignments:write`.
         */
        get: operations["assignUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/assignment/{user_id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why does this user get this variant, or none?
         * @description Every rule in its order with its verdict, the hash with its input, bucket and ranges, the condition with the verdict of each part, the stored row, and whether the user counts. Everything is read anew, and nothing is written.
         *
         *     Scopes: `experiments:read`.
         */
        get: operations["explainAssignment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List assignments
         * @description Newest first.
         *
         *     Scopes: `experiments:read`.
         */
        get: operations["listAssignments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/assignments/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Assign up to 1,000 users ahead of time
         * @description A user is an id, or `{user_id, attributes}`.
         *
         *     Scopes: `assignments:write`.
         */
        post: operations["assignUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/assignments/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring assignments from another system
         * @description With their own times; events already stored count for them afterwards. Of several rows of one user the earliest decides, in whatever order they arrive; with `on_conflict: contaminate` a user found in two variants counts in none. Assignments made by this system keep their variant.
         *
         *     Scopes: `admin`.
         */
        post: operations["importAssignments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of the events of an experiment
         * @description By day of receipt in the time zone of the experiment: stored events that name it, and those of users who are assigned or forced in it, by what became of each. Counted from the events at the moment of asking, in one snapshot: an operator’s question, whose cost grows with the events of the range.
         *
         *     Scopes: `results:read`.
         */
        get: operations["readExperimentBalance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End it: later events no longer count
         * @description With a `winner`, users without a variant get its config from now on. One that has ended without a winner, at its `ends_at` for instance, can still be given one, once.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["completeExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/epochs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the allocation of a started experiment
         * @description Opens a new epoch: from now on new users are split by it, and `targeting`, `holdout` and the slot in the layer may change who enters. Nobody who has a variant moves or loses it. When all of it is so already, none is opened, and the answer is 200.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["openEpoch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/overrides/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Force a variant on a user
         * @description For QA. Such a user counts nowhere for as long as the override stands.
         *
         *     Scopes: `experiments:write`.
         */
        put: operations["overrideAssignment"];
        post?: never;
        /**
         * Lift an override
         * @description Scopes: `experiments:write`.
         */
        delete: operations["liftOverride"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause: users keep their variants, new users get none
         * @description Anything the state does not allow is answered 409 with `allowed_transitions`.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["pauseExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/recompute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rebuild all totals of an experiment
         * @description From stored events, under a lock that ingest respects. Readers see the old numbers until it is done. Answers with the job; ask for its result at `Location`.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["recomputeExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the results
         * @description From totals that are always up to date: the cost does not depend on the number of events or users, but for capped metrics, `breakdown` and `novelty`, which read a row per user. Ranges are closed at `start_date` and open at `end_date`. The denominator is every user with an anchor before the end of the range. A statistic that cannot be computed is null, with a reason. `format=csv`, or `Accept: text/csv`, answers one `table` as CSV. Every field, method and code: docs/results.md.
         *
         *     Scopes: `results:read`.
         */
        get: operations["readResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take new users again
         * @description Anything the state does not allow is answered 409 with `allowed_transitions`.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["resumeExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a draft
         * @description Anything the state does not allow is answered 409 with `allowed_transitions`.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["startExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove all totals of an experiment
         * @description Recounts from raw rows in one snapshot and reports every difference. There must be none. Answers with the job; ask for its result at `Location`.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["verifyExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create up to 100 experiments
         * @description Each is created or refused on its own.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["createExperiments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List flags
         * @description Newest first.
         *
         *     Scopes: `flags:read`.
         */
        get: operations["listFlags"];
        put?: never;
        /**
         * Create a flag
         * @description One of a few values for each user. A boolean flag has the variants `off` and `on` unless told otherwise. Rules are asked in order; who has none gets `default_variant`.
         *
         *     Scopes: `flags:write`.
         */
        post: operations["createFlag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flags/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a flag
         * @description Scopes: `flags:read`.
         */
        get: operations["readFlag"];
        put?: never;
        post?: never;
        /**
         * Delete an archived flag
         * @description With its history.
         *
         *     Scopes: `flags:write`.
         */
        delete: operations["deleteFlag"];
        options?: never;
        head?: never;
        /**
         * Change a flag
         * @description What is absent stays. `variants` and `rules` are replaced as a whole, which needs `If-Match`; to switch a flag off, `{"state":"disabled"}` is enough. Send the rules back with their ids, or their users are drawn anew. An archived flag must be brought back first.
         *
         *     Scopes: `flags:write`.
         */
        patch: operations["patchFlag"];
        trace?: never;
    };
    "/api/v1/flags/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who changed a flag, when, and what it was then
         * @description Newest first, every change since it was created.
         *
         *     Scopes: `flags:read`.
         */
        get: operations["readFlagHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flags/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Hear when flags change
         * @description Server-sent events: `{"type":"refetchEvaluation","etag":"…"}` within a second of any change of flags, experiments, segments, layers or the holdout, as OFREP clients expect it; and a comment every ten seconds. The answer does not end.
         *
         *     Scopes: `flags:evaluate`.
         */
        get: operations["streamFlags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flags/stream/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a ticket for the stream
         * @description For browsers: `new EventSource(url)`. It opens the stream and nothing else, for one to two hours; the origins of the token hold for it too.
         *
         *     Scopes: `flags:evaluate`.
         */
        post: operations["createStreamTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/holdout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the global holdout
         * @description Scopes: `experiments:read`.
         */
        get: operations["readHoldout"];
        /**
         * Set the global holdout
         * @description Users held out enter no experiment that is subject to the holdout (`holdout: true`, as all are unless told otherwise). Whoever has a variant keeps it.
         *
         *     Scopes: `admin`.
         */
        put: operations["putHoldout"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List background jobs
         * @description Newest first.
         *
         *     Scopes: `results:read`.
         */
        get: operations["listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a background job
         * @description Scopes: `results:read`.
         */
        get: operations["readJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/layers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List layers
         * @description Newest first, with their slots.
         *
         *     Scopes: `experiments:read`.
         */
        get: operations["listLayers"];
        put?: never;
        /**
         * Create a layer
         * @description Experiments in one layer exclude one another: each has a slot, a range of the layer, and a user lies in one place of it.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["createLayer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/layers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a layer
         * @description Scopes: `experiments:read`.
         */
        get: operations["readLayer"];
        put?: never;
        post?: never;
        /**
         * Delete a layer
         * @description Refused with the `experiments` that have or had a slot in it; drafts can leave it.
         *
         *     Scopes: `experiments:write`.
         */
        delete: operations["deleteLayer"];
        options?: never;
        head?: never;
        /**
         * Describe a layer anew
         * @description Its key and its seed never change.
         *
         *     Scopes: `experiments:write`.
         */
        patch: operations["patchLayer"];
        trace?: never;
    };
    "/api/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List metrics
         * @description Newest first.
         *
         *     Scopes: `experiments:read`.
         */
        get: operations["listMetrics"];
        put?: never;
        /**
         * Declare a metric
         * @description Every event type is a metric without being declared: whether, how often and with what values. A declared one adds filters, windows, caps, ratios, retention and funnels. Experiments select it by its key.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["createMetric"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a metric
         * @description Scopes: `experiments:read`.
         */
        get: operations["readMetric"];
        put?: never;
        post?: never;
        /**
         * Delete a metric
         * @description Refused with the `experiments` that select it, unless they have all ended; those keep its numbers.
         *
         *     Scopes: `experiments:write`.
         */
        delete: operations["deleteMetric"];
        options?: never;
        head?: never;
        /**
         * Change a metric
         * @description A `definition` replaces the old one and keeps its kind. Experiments that have ended keep the old one. Running ones are worked out anew by background jobs, named in `recomputing`, and show the old numbers until then.
         *
         *     Scopes: `experiments:write`.
         */
        patch: operations["patchMetric"];
        trace?: never;
    };
    "/api/v1/planning/mde": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How small an effect can be found?
         * @description Smallest detectable increase and decrease for given users. Tests are two-sided. With several treatments alpha is divided by their number. With `experiment`, what the request leaves out comes from its totals, and `traffic` says how many days it takes. Power is always that of a hypothetical effect: the power of the effect that was observed says nothing that its p-value does not say (Hoenig & Heisey 2001), so there is none.
         *
         *     Scopes: `results:read`.
         */
        post: operations["planMde"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/planning/power": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How likely is it to find an effect?
         * @description Power of given users for a given, hypothetical effect. Tests are two-sided. With several treatments alpha is divided by their number. With `experiment`, what the request leaves out comes from its totals, and `traffic` says how many days it takes. Power is always that of a hypothetical effect: the power of the effect that was observed says nothing that its p-value does not say (Hoenig & Heisey 2001), so there is none.
         *
         *     Scopes: `results:read`.
         */
        post: operations["planPower"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/planning/sample-size": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How many users does it take?
         * @description Least users per arm that find a given effect with the wanted power. Tests are two-sided. With several treatments alpha is divided by their number. With `experiment`, what the request leaves out comes from its totals, and `traffic` says how many days it takes. Power is always that of a hypothetical effect: the power of the effect that was observed says nothing that its p-value does not say (Hoenig & Heisey 2001), so there is none.
         *
         *     Scopes: `results:read`.
         */
        post: operations["planSampleSize"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/segments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List segments
         * @description Newest first.
         *
         *     Scopes: `experiments:read`.
         */
        get: operations["listSegments"];
        put?: never;
        /**
         * Name a condition
         * @description Experiments and flags stand on it by `{"segment": "<key>"}`. A segment cannot stand on other segments.
         *
         *     Scopes: `experiments:write`.
         */
        post: operations["createSegment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/segments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a segment
         * @description Scopes: `experiments:read`.
         */
        get: operations["readSegment"];
        put?: never;
        post?: never;
        /**
         * Delete a segment
         * @description Refused with the `experiments` and `flags` that stand on it; archived experiments do not count.
         *
         *     Scopes: `experiments:write`.
         */
        delete: operations["deleteSegment"];
        options?: never;
        head?: never;
        /**
         * Change a segment
         * @description Holds from now on, wherever it is named. Users who have an assignment keep it; nobody is put out of an experiment.
         *
         *     Scopes: `experiments:write`.
         */
        patch: operations["patchSegment"];
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tokens
         * @description Newest first, those that have ended too.
         *
         *     Scopes: `admin`.
         */
        get: operations["listTokens"];
        put?: never;
        /**
         * Create a token
         * @description `secret` is the token itself. It is in this answer and nowhere else: keep it now.
         *
         *     Scopes: `admin`.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a token
         * @description Scopes: `admin`.
         */
        get: operations["readToken"];
        put?: never;
        post?: never;
        /**
         * Revoke a token
         * @description It stops within five seconds in every process, for ever. Safe to repeat.
         *
         *     Scopes: `admin`.
         */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate a token
         * @description Makes a token of the same rights, with a new text. The old one still works for `overlap_seconds`, a day unless told. You need every scope of the token.
         *
         *     Scopes: `admin`.
         */
        post: operations["rotateToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is known of a user
         * @description The attributes that are stored, by `PUT` or by what clients tell of users they identify.
         *
         *     Scopes: `users:write`.
         */
        get: operations["readUser"];
        /**
         * Say what is known of a user
         * @description Replaces all attributes. Targeting of experiments and flags asks for them; what a request says of a user goes before what is stored. Who has an assignment keeps it.
         *
         *     Scopes: `users:write`.
         */
        put: operations["putUser"];
        post?: never;
        /**
         * Erase a person
         * @description Removes attributes, events, assignments, overrides, dead letters and the exact share of this person in every total, in one job; ask for its result at `Location`. What was received before and is still on its way is not stored any more. A user whom nobody knows is erased as well. Safe to repeat.
         *
         *     Scopes: `admin`.
         */
        delete: operations["eraseUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}/aliases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Another id of the same person
         * @description Makes an id, such as that of a visitor before the login, an alias of the user. Events, assignments, overrides and attributes of the alias become the user’s, those that are stored and those that come; the earlier anchor counts, and a user found in two variants counts in none. It is for ever: an alias belongs to one user, and a user who has aliases becomes an alias only with `merge`, and they become the user’s too. All of it has happened when the answer comes. Safe to repeat.
         *
         *     Scopes: `events:write`.
         */
        post: operations["linkAlias"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that is stored of a person
         * @description One JSON object per line, each with its `kind`: `user` (what is known of them), `assignment` (with the attributes), `override`, `event` and `dead_letter`. Nothing for a user whom nobody knows. An answer that breaks off is not complete.
         *
         *     Scopes: `admin`.
         */
        get: operations["exportUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process alive? */
        get: operations["checkLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Can it answer requests?
         * @description Asks the database and the queue, and says no once the process has begun to stop. With an inbox the queue may be away. Events that are refused because too much waits (`overloaded`) do not make it unready: everything else is answered.
         */
        get: operations["checkReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ofrep/v1/evaluate/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Evaluate all flags of a user, in the words of OpenFeature (OFREP)
         * @description Nothing is written down: whoever asks for all flags has met none of them yet. Tell of the meeting by Segment’s `Experiment Viewed`.
         *
         *     Scopes: `flags:evaluate`.
         */
        post: operations["evaluateOfrepFlags"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ofrep/v1/evaluate/flags/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Evaluate one flag, in the words of OpenFeature (OFREP)
         * @description A flag, or an experiment where no flag has the key. The user is about to meet it: the assignment is written down.
         *
         *     Scopes: `flags:evaluate`.
         */
        post: operations["evaluateOfrepFlag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posthog/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a batch of PostHog’s events
         * @description Clients call it `/batch/`. Bad events are itemised; the others are taken. At most 2500 events.
         *
         *     Scopes: `events:write`.
         */
        post: operations["capturePosthogBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posthog/e": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take an event of PostHog, as browsers call it
         * @description Clients call it `/e/`. Answered once it is durable; sent again it changes nothing.
         *
         *     Scopes: `events:write`.
         */
        post: operations["capturePosthogEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posthog/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Evaluate the flags of a user, as the clients of PostHog ask
         * @description They call it `/flags/?v=2`. Nothing is written down: `$feature_flag_called`, which they send by themselves, tells that the user has met a flag.
         *
         *     Scopes: `flags:evaluate`.
         */
        post: operations["evaluatePosthogFlags"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posthog/i/v0/e": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take an event of PostHog
         * @description Clients call it `/i/v0/e/`. Answered once it is durable; sent again it changes nothing.
         *
         *     Scopes: `events:write`.
         */
        post: operations["captureNewPosthogEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{call}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take one of Segment’s calls
         * @description Answered once it is durable; sent again it changes nothing.
         *
         *     Scopes: `events:write`.
         */
        post: operations["takeSegmentCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/b": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a batch of Segment’s calls, from a browser
         * @description Answered once all of it is durable. Bad items are itemised; the others are taken. At most 2500 items.
         *
         *     Scopes: `events:write`.
         */
        post: operations["takeBrowserBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a batch of Segment’s calls
         * @description Answered once all of it is durable. Bad items are itemised; the others are taken. At most 2500 items.
         *
         *     Scopes: `events:write`.
         */
        post: operations["takeSegmentBatch"];
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
        AcceptedEvent: {
            /**
             * @description `durable`: a crash of any server loses nothing. `relaxed`: it may, by settings that were allowed. `unknown`: a store does not tell.
             * @enum {string}
             */
            durability: "durable" | "relaxed" | "unknown";
            event_id: string;
            /**
             * @description The queue did not answer; the events wait in the database.
             * @enum {string}
             */
            queued_in?: "inbox";
            /** @enum {string} */
            status: "accepted";
        };
        AcceptedEvents: {
            accepted: number;
            /** @description Events whose id stands earlier in the same request. */
            duplicates: number;
            /**
             * @description `durable`: a crash of any server loses nothing. `relaxed`: it may, by settings that were allowed. `unknown`: a store does not tell.
             * @enum {string}
             */
            durability: "durable" | "relaxed" | "unknown";
            /** @description Of the accepted events, in order. */
            event_ids: string[];
            /**
             * @description The queue did not answer; the events wait in the database.
             * @enum {string}
             */
            queued_in?: "inbox";
            rejected: {
                code: string;
                event_id: string | null;
                index: number;
                message: string;
            }[];
        };
        AliasAnswer: {
            alias: string;
            /**
             * @description `unchanged`: it was linked before. `same_user`: both are the same id, or were the same person the other way round.
             * @enum {string}
             */
            outcome: "linked" | "unchanged" | "same_user";
            /** @description Whose the alias is; when an alias was named as the user, whose that one is. */
            user_id: string;
        };
        AssignExperiments: {
            /** @description What is known of the user: up to 20 names with a text, number or boolean each. Kept with the assignment when it is made, and never changed; results can be broken down by them. */
            attributes?: {
                [key: string]: string | number | boolean;
            };
            experiment_ids: string[];
            /**
             * Format: user-id
             * @description 1 to 256 bytes of UTF-8, opaque, compared byte for byte.
             */
            user_id: string;
        };
        Assignment: {
            assigned_at: string | null;
            attributes: {
                [key: string]: string;
            } | null;
            bucket: number | null;
            epoch: number | null;
            experiment_id: string;
            experiment_key: string;
            exposed_at: string | null;
            /** @enum {string} */
            reason: "assigned" | "override" | "winner" | "targeting" | "holdout" | "layer" | "not_in_traffic" | "unknown_experiment" | "not_started" | "paused" | "completed" | "archived";
            source: ("hash" | "import" | "exposure" | "override") | null;
            user_id: string;
            variant: {
                config: unknown;
                id: string;
                is_control: boolean;
                key: string;
                name: string;
            } | null;
        };
        AssignmentExplanation: {
            answer: components["schemas"]["Assignment"];
            /**
             * @description The first rule that does not pass; `arm` when all do.
             * @enum {string}
             */
            decided_by: "override" | "stored" | "status" | "targeting" | "holdout" | "layer" | "traffic" | "arm";
            /** @description The one that takes new users. */
            epoch: number;
            excluded: ("override" | "contaminated") | null;
            experiment_id: string;
            experiment_key: string;
            /** @description The user whose alias that is; else the same. */
            hashed_as: string;
            /** @description All of them in their order, also those after the one that decides. */
            rules: {
                condition: components["schemas"]["ConditionVerdict"] | null;
                hash: {
                    /** @enum {string} */
                    algorithm: "fnv1a" | "murmur3";
                    /** @description 0 to 9,999. */
                    bucket: number;
                    /** @description Seed and user, as they are hashed. */
                    input: string;
                    ranges: {
                        from: number;
                        is_inside: boolean;
                        name: string;
                        /** @description Exclusive. */
                        to: number;
                    }[];
                    seed: string;
                } | null;
                /** @description Whether it leaves the decision to the next rule. */
                passes: boolean;
                /** @enum {string} */
                rule: "override" | "stored" | "status" | "targeting" | "holdout" | "layer" | "traffic";
                why: string;
            }[];
            /** @enum {string} */
            status: "draft" | "running" | "paused" | "completed" | "archived";
            stored: {
                assigned_at: string;
                attributes: {
                    [key: string]: string;
                } | null;
                bucket: number | null;
                epoch: number;
                exposed_at: string | null;
                /** @enum {string} */
                source: "hash" | "import" | "exposure";
                variant: string | null;
            } | null;
            /** @description As it was asked. */
            user_id: string;
        };
        AssignmentPage: {
            data: components["schemas"]["Assignment"][];
            next_cursor: string | null;
        };
        AssignmentResults: {
            data: components["schemas"]["Assignment"][];
        };
        AssignUsers: {
            user_ids: (string | {
                /** @description What is known of the user: up to 20 names with a text, number or boolean each. Kept with the assignment when it is made, and never changed; results can be broken down by them. */
                attributes?: {
                    [key: string]: string | number | boolean;
                };
                /**
                 * Format: user-id
                 * @description 1 to 256 bytes of UTF-8, opaque, compared byte for byte.
                 */
                user_id: string;
            })[];
        };
        AuditPage: {
            data: components["schemas"]["AuditRow"][];
            next_cursor: string | null;
        };
        AuditRow: {
            /** @description Such as `experiment.start`. */
            action: string;
            /** @description The id of the token. */
            actor_id: string;
            /** @description What the token was called then. */
            actor_name: string;
            at: string;
            /** @description `asked` is what the request wanted, `changed` has the fields that are not what they were. At most 4 KB; `omitted` names the rest. Without secrets; `user_ref` stands for a user. */
            details: {
                [key: string]: unknown;
            };
            /** @description SHA-256 over `previous` and everything in this row. */
            hash: string;
            /** @description Without gaps, in the order in which things were done. */
            id: number;
            /** @description The hash of the row before; empty in the first. */
            previous: string;
            /** @description As in the answer’s `X-Request-Id`, and in the log. */
            request_id: string;
            target_id: string | null;
            target_type: string;
        };
        BulkExperiments: {
            results: {
                experiment?: components["schemas"]["Experiment"];
                index: number;
                problem?: components["schemas"]["Problem"];
                /** @description What a single request would have been answered with. */
                status: number;
            }[];
        };
        /** @description CloudEvents 1.0, with JSON as its data. */
        CloudEvent: {
            /** @description The properties: an object. */
            data?: unknown;
            /** @description As `experiment_id` of an event. */
            experimentid?: unknown;
            id: string;
            /** @description With `id` it names the event: both the same count once. */
            source: string;
            /** @constant */
            specversion: "1.0";
            /** @description The id of the user. */
            subject: string;
            time?: string | null;
            type: string;
            /** @description As `variant_id` of an event. */
            variantid?: unknown;
        };
        CompleteExperiment: {
            /** @description Key of the variant that new users get from now on. */
            winner?: string;
        };
        /** @description A condition, and whether it holds for the user. */
        ConditionVerdict: {
            attribute?: string;
            /** @description What is known of the user. */
            fact?: unknown;
            holds: boolean;
            /** @description Whether anything is known by that name. */
            is_known?: boolean;
            /** @enum {string} */
            kind: "all" | "any" | "not" | "segment" | "comparison";
            /** @enum {string} */
            operator?: "eq" | "neq" | "in" | "not_in" | "gt" | "gte" | "lt" | "lte" | "exists" | "not_exists" | "contains" | "not_contains" | "starts_with" | "ends_with" | "before" | "after" | "version_eq" | "version_gt" | "version_gte" | "version_lt" | "version_lte";
            /** @description Of `all`, `any`, `not` and a segment. */
            parts?: components["schemas"]["ConditionVerdict"][];
            segment?: string;
            /** @description What it is compared with. */
            value?: unknown;
        };
        CreateExperiment: {
            /**
             * @description `sequential`: a verdict may be read at any time. `fixed`: only at `horizon_at`, or with `planned_users`.
             * @enum {string}
             */
            analysis_mode?: "sequential" | "fixed";
            /** @enum {string} */
            analysis_population?: "assigned" | "exposed";
            /** @description Share of all users taken in; 100 when absent. */
            coverage_pct?: number;
            /**
             * Format: text
             * @description What is being tried.
             */
            description?: string;
            /**
             * Format: date-time
             * @description Events from this instant on do not count.
             */
            ends_at?: string;
            /** @description Carries on an experiment begun elsewhere. Needs the scope `admin`. */
            hash?: {
                /** @enum {string} */
                algorithm: "fnv1a" | "murmur3";
                /**
                 * Format: text
                 * @description Seed of the other system.
                 */
                seed: string;
            };
            /** @description Whether the global holdout keeps users out; true unless told otherwise. */
            holdout?: boolean;
            /**
             * Format: date-time
             * @description When the result is read.
             */
            horizon_at?: string;
            /**
             * Format: text
             * @description What is expected, and why.
             */
            hypothesis?: string;
            /**
             * Format: no-uuid
             * @description Unique handle: letters, digits, `.`, `_` and `-`, the first a letter or digit. Case counts.
             */
            key: string;
            layer?: {
                /** @description Where the slot begins; at most two decimals. */
                from_pct: number;
                /**
                 * Format: text
                 * @description Key or id of the layer.
                 */
                key: string;
                /** @description Where it ends, exclusive. */
                to_pct: number;
            } | null;
            /** @description What results show: keys, or `{key, role, direction}`. The role is `goal` and the direction that of the metric unless told otherwise. At most one is `primary`. */
            metrics?: (string | {
                direction?: ("increase" | "decrease") | null;
                /**
                 * Format: text
                 * @description Key of a declared metric, else an event type, or `<type>:value` for the values of its events.
                 */
                key: string;
                /** @enum {string} */
                role?: "primary" | "goal" | "guardrail";
            })[];
            /**
             * Format: text
             * @description For people.
             */
            name: string;
            /** @description Users at which the result is read, all variants together. */
            planned_users?: number;
            /**
             * Format: text
             * @description Key of the metric that decides; short for its role `primary`.
             */
            primary_metric?: string;
            /**
             * Format: date-time
             * @description A draft starts by itself at this instant.
             */
            starts_at?: string;
            /** @enum {string} */
            status?: "draft" | "running";
            /** @description Who may enter: a condition over what is known of a user, or null for everybody. */
            targeting?: components["schemas"]["Targeting"] | null;
            /**
             * Format: timezone
             * @description IANA name; decides what a day is.
             * @default UTC
             */
            timezone?: string;
            variants: {
                /** @description Share of the users taken in, at most two decimals. All variants together: exactly 100. */
                allocation_pct: number;
                /** @description Any JSON, handed to the application with the variant. */
                config?: unknown;
                /** @description What the others are compared with; the first variant when none is marked. */
                is_control?: boolean;
                /**
                 * Format: identifier
                 * @description Unique within the experiment, whatever its case.
                 */
                key: string;
                /**
                 * Format: text
                 * @description For people; the key when absent.
                 */
                name?: string;
            }[];
        };
        CreateExperiments: {
            experiments: {
                /**
                 * @description `sequential`: a verdict may be read at any time. `fixed`: only at `horizon_at`, or with `planned_users`.
                 * @enum {string}
                 */
                analysis_mode?: "sequential" | "fixed";
                /** @enum {string} */
                analysis_population?: "assigned" | "exposed";
                /** @description Share of all users taken in; 100 when absent. */
                coverage_pct?: number;
                /**
                 * Format: text
                 * @description What is being tried.
                 */
                description?: string;
                /**
                 * Format: date-time
                 * @description Events from this instant on do not count.
                 */
                ends_at?: string;
                /** @description Carries on an experiment begun elsewhere. Needs the scope `admin`. */
                hash?: {
                    /** @enum {string} */
                    algorithm: "fnv1a" | "murmur3";
                    /**
                     * Format: text
                     * @description Seed of the other system.
                     */
                    seed: string;
                };
                /** @description Whether the global holdout keeps users out; true unless told otherwise. */
                holdout?: boolean;
                /**
                 * Format: date-time
                 * @description When the result is read.
                 */
                horizon_at?: string;
                /**
                 * Format: text
                 * @description What is expected, and why.
                 */
                hypothesis?: string;
                /**
                 * Format: no-uuid
                 * @description Unique handle: letters, digits, `.`, `_` and `-`, the first a letter or digit. Case counts.
                 */
                key: string;
                layer?: {
                    /** @description Where the slot begins; at most two decimals. */
                    from_pct: number;
                    /**
                     * Format: text
                     * @description Key or id of the layer.
                     */
                    key: string;
                    /** @description Where it ends, exclusive. */
                    to_pct: number;
                } | null;
                /** @description What results show: keys, or `{key, role, direction}`. The role is `goal` and the direction that of the metric unless told otherwise. At most one is `primary`. */
                metrics?: (string | {
                    direction?: ("increase" | "decrease") | null;
                    /**
                     * Format: text
                     * @description Key of a declared metric, else an event type, or `<type>:value` for the values of its events.
                     */
                    key: string;
                    /** @enum {string} */
                    role?: "primary" | "goal" | "guardrail";
                })[];
                /**
                 * Format: text
                 * @description For people.
                 */
                name: string;
                /** @description Users at which the result is read, all variants together. */
                planned_users?: number;
                /**
                 * Format: text
                 * @description Key of the metric that decides; short for its role `primary`.
                 */
                primary_metric?: string;
                /**
                 * Format: date-time
                 * @description A draft starts by itself at this instant.
                 */
                starts_at?: string;
                /** @enum {string} */
                status?: "draft" | "running";
                targeting?: unknown;
                /**
                 * Format: timezone
                 * @description IANA name; decides what a day is.
                 * @default UTC
                 */
                timezone?: string;
                variants: {
                    /** @description Share of the users taken in, at most two decimals. All variants together: exactly 100. */
                    allocation_pct: number;
                    /** @description Any JSON, handed to the application with the variant. */
                    config?: unknown;
                    /** @description What the others are compared with; the first variant when none is marked. */
                    is_control?: boolean;
                    /**
                     * Format: identifier
                     * @description Unique within the experiment, whatever its case.
                     */
                    key: string;
                    /**
                     * Format: text
                     * @description For people; the key when absent.
                     */
                    name?: string;
                }[];
            }[];
        };
        CreateFlag: {
            /** @description For whom no rule has anything; the first variant when absent. */
            default_variant?: string;
            description?: string | null;
            /**
             * Format: no-uuid
             * @description Unique handle: letters, digits, `.`, `_` and `-`, the first a letter or digit. Case counts. Applications ask by it.
             */
            key: string;
            /**
             * Format: text
             * @description For people; the key when absent.
             */
            name?: string;
            off_variant?: string | null;
            /** @description Asked in this order; the first that has something decides. */
            rules?: components["schemas"]["FlagRuleInput"][];
            /**
             * @description Rules are asked only while it is enabled; `enabled` when absent.
             * @enum {string}
             */
            state?: "enabled" | "disabled" | "archived";
            /**
             * @description Of its values; it never changes.
             * @enum {string}
             */
            type: "boolean" | "string" | "number" | "json";
            /** @description Instead of `variants`: the flag has one, `default`, until others are added. */
            value?: unknown;
            variants?: {
                /** @description Unique within the flag. */
                key: string;
                /**
                 * Format: text
                 * @description For people; the key when absent.
                 */
                name?: string;
                /** @description Of the type of the flag; up to 64 KB. */
                value: unknown;
            }[];
        };
        CreateLayer: {
            description?: string | null;
            /**
             * Format: no-uuid
             * @description Unique handle, which never changes: lower-case letters, digits, `_` and `-`.
             */
            key: string;
            /**
             * Format: text
             * @description For people; the key when absent.
             */
            name?: string;
        };
        CreateMetric: {
            definition: components["schemas"]["MetricDefinition"];
            description?: string | null;
            /**
             * @description Which way is better; `increase` when absent.
             * @enum {string}
             */
            direction?: "increase" | "decrease";
            /**
             * Format: no-uuid
             * @description Unique handle: lower-case letters, digits, `_` and `-`.
             */
            key: string;
            /**
             * Format: text
             * @description For people; the key when absent.
             */
            name?: string;
        };
        CreateSegment: {
            description?: string | null;
            /** @description Unique handle: lower-case letters, digits, `_` and `-`. It does not change. */
            key: string;
            /**
             * Format: text
             * @description For people; the key when absent.
             */
            name?: string;
            targeting: components["schemas"]["Targeting"];
        };
        CreateToken: {
            /** @description Where a publishable token may be used: 1 to 20 origins as browsers send them. Not for secret tokens. */
            allowed_origins?: string[];
            /**
             * Format: date-time
             * @description One year from now when absent, five years from now at most.
             */
            expires_at?: string;
            /**
             * @description `secret` is for servers. `publishable` may be seen in a browser: it only writes events, asks for variants and evaluates flags.
             * @enum {string}
             */
            kind?: "secret" | "publishable";
            /** @description Rates of this token; what is absent is as for all. */
            limits?: {
                /** @description Most answered assignments in one period. */
                assignments?: number;
                /** @description Most events in one period. */
                events?: number;
                /** @description Most requests in one period. */
                requests?: number;
            };
            /**
             * Format: text
             * @description For people: what it is used by.
             */
            name: string;
            /**
             * Format: date-time
             * @description It does not work earlier.
             */
            not_before?: string;
            /** @description What it may do. Nobody gives a scope that their own token lacks. */
            scopes: ("experiments:read" | "experiments:write" | "assignments:write" | "events:write" | "results:read" | "flags:read" | "flags:write" | "flags:evaluate" | "users:write" | "admin")[];
        };
        DeadLetter: {
            first_seen_at: string;
            /** @description The id of the event; one made of its bytes when its own was no UUID. */
            id: string;
            job_id: string | null;
            /** @description Later than `first_seen_at` when a copy or a replay died too. */
            last_seen_at: string;
            note: string | null;
            /** @description The event as its job had it: JSON, as text. */
            payload: string;
            reason: string;
            /** @description When the api accepted the event. */
            received_at: string;
            replay_count: number;
            replay_requested_at: string | null;
            resolved_at: string | null;
            /** @description SQLSTATE: PostgreSQL’s own, `22000` for what was no event at all, `XX000` for a reason without one. */
            sqlstate: string;
            /** @enum {string} */
            status: "open" | "replayed" | "discarded";
        };
        DeadLetterPage: {
            data: {
                first_seen_at: string;
                /** @description The id of the event; one made of its bytes when its own was no UUID. */
                id: string;
                job_id: string | null;
                /** @description Later than `first_seen_at` when a copy or a replay died too. */
                last_seen_at: string;
                note: string | null;
                reason: string;
                /** @description When the api accepted the event. */
                received_at: string;
                replay_count: number;
                replay_requested_at: string | null;
                resolved_at: string | null;
                /** @description SQLSTATE: PostgreSQL’s own, `22000` for what was no event at all, `XX000` for a reason without one. */
                sqlstate: string;
                /** @enum {string} */
                status: "open" | "replayed" | "discarded";
            }[];
            next_cursor: string | null;
        };
        DeadLettersReplayed: {
            /** @description As many as one request takes, so there may be more: `since` leads on to them. */
            more: boolean;
            /** @description Letters put on the queue. */
            queued: number;
        };
        DeadLetterStats: {
            /** @description Whole jobs that ended their workers or were none. */
            dead_jobs: number;
            letters: {
                letters: number;
                oldest: string;
                /** @description SQLSTATE: PostgreSQL’s own, `22000` for what was no event at all, `XX000` for a reason without one. */
                sqlstate: string;
                /** @enum {string} */
                status: "open" | "replayed" | "discarded";
            }[];
        };
        ErasureJob: {
            created_at: string;
            error: string | null;
            experiment_id: null;
            finished_at: string | null;
            id: string;
            /** @constant */
            kind: "erase";
            /** @description 0 to 1. */
            progress: number;
            /** @description When it is done: how many `experiments` the user was in, and how many `assignments`, `overrides`, `events` and `dead_letters` are gone. */
            result: unknown;
            started_at: string | null;
            /** @enum {string} */
            state: "waiting" | "active" | "completed" | "failed";
        };
        Event: {
            /**
             * Format: uuid
             * @description Any UUID, best a UUIDv7. Counts once, for ever; without one a retry is a new event.
             */
            event_id?: string;
            experiment_id?: string | null;
            properties?: {
                [key: string]: unknown;
            } | null;
            request_id?: string | null;
            session_id?: string | null;
            /**
             * Format: date-time
             * @description When it happened; the time of receipt when absent.
             */
            timestamp?: string;
            /**
             * Format: identifier
             * @description Every type is a metric. `exposure` marks a first meeting.
             */
            type: string;
            /**
             * Format: user-id
             * @description 1 to 256 bytes of UTF-8, opaque, compared byte for byte.
             */
            user_id: string;
            value?: number | null;
            variant_id?: string | null;
        };
        EventBatch: {
            events: components["schemas"]["Event"][];
            sent_at?: string | null;
        };
        EventDisposition: {
            event_id: string;
            experiments: {
                anchor: string | null;
                day: string | null;
                /** @enum {string} */
                disposition: "counted" | "unassigned" | "override" | "contaminated" | "before_anchor" | "after_end" | "other_experiment";
                experiment_id: string;
                experiment_key: string;
                /** @description The declared metrics of this event type, when the event counts in the experiment: in a ratio or funnel, one side or step is enough. */
                metrics: {
                    /** @enum {string} */
                    disposition: "counted" | "out_of_window" | "filtered";
                    key: string;
                }[];
                variant_key: string | null;
            }[];
        };
        EventPage: {
            data: components["schemas"]["StoredEvent"][];
            next_cursor: string | null;
        };
        Experiment: {
            allowed_transitions: string[];
            /** @enum {string} */
            analysis_mode: "sequential" | "fixed";
            /** @enum {string} */
            analysis_population: "assigned" | "exposed";
            coverage_pct: number;
            created_at: string;
            description: string | null;
            ended_at: string | null;
            ends_at: string | null;
            epoch: number;
            epochs: {
                coverage_pct: number;
                number: number;
                opened_at: string;
                variants: {
                    allocation_pct: number;
                    key: string;
                }[];
            }[];
            hash: {
                algorithm: string;
                seed: string;
            };
            holdout: boolean;
            horizon_at: string | null;
            hypothesis: string | null;
            /**
             * Format: uuid
             * @description UUIDv7.
             */
            id: string;
            key: string;
            layer: {
                from_pct: number;
                id: string;
                key: string;
                to_pct: number;
            } | null;
            metrics: {
                /** @description false: an event type by itself. */
                declared: boolean;
                direction: ("increase" | "decrease") | null;
                key: string;
                /** @enum {string} */
                role: "primary" | "goal" | "guardrail";
                selected_at: string;
            }[];
            name: string;
            planned_users: number | null;
            preregistration: {
                /** @enum {string} */
                analysis_mode: "sequential" | "fixed";
                horizon_at: string | null;
                hypothesis: string | null;
                metrics: {
                    /** @enum {string} */
                    direction: "increase" | "decrease";
                    key: string;
                    metric_id: string | null;
                    /** @enum {string} */
                    role: "primary" | "goal" | "guardrail";
                    version: number | null;
                }[];
                planned_users: number | null;
                primary: {
                    /** @enum {string} */
                    direction: "increase" | "decrease";
                    key: string;
                    metric_id: string | null;
                    version: number | null;
                } | null;
                sealed_at: string;
            } | null;
            primary_metric: string | null;
            /** @description After a PATCH: the job at `/jobs/{id}` that works the totals out anew. */
            recompute_job_id?: string;
            started_at: string | null;
            starts_at: string | null;
            /** @enum {string} */
            status: "draft" | "running" | "paused" | "completed" | "archived";
            /** @description Who may enter: a condition over what is known of a user, or null for everybody. */
            targeting: components["schemas"]["Targeting"] | null;
            timezone: string;
            updated_at: string;
            variants: {
                allocation_pct: number;
                config: unknown;
                id: string;
                is_control: boolean;
                key: string;
                name: string;
            }[];
            winner: string | null;
        };
        ExperimentBalance: {
            days: {
                after_end: number;
                /** @description `received` is the sum of all dispositions. */
                balanced: boolean;
                before_anchor: number;
                contaminated: number;
                counted: number;
                day: string;
                other_experiment: number;
                override: number;
                /** @description Events of that day that concern the experiment. */
                received: number;
                unassigned: number;
            }[];
            experiment_id: string;
            timezone: string;
            total: {
                after_end: number;
                /** @description `received` is the sum of all dispositions. */
                balanced: boolean;
                before_anchor: number;
                contaminated: number;
                counted: number;
                other_experiment: number;
                override: number;
                /** @description Events of that day that concern the experiment. */
                received: number;
                unassigned: number;
            };
        };
        ExperimentPage: {
            data: components["schemas"]["Experiment"][];
            next_cursor: string | null;
        };
        Flag: {
            created_at: string;
            default_variant: string;
            description: string | null;
            id: string;
            key: string;
            name: string;
            off_variant: string | null;
            rules: components["schemas"]["FlagRule"][];
            /** @enum {string} */
            state: "enabled" | "disabled" | "archived";
            /** @enum {string} */
            type: "boolean" | "string" | "number" | "json";
            updated_at: string;
            variants: {
                key: string;
                name: string;
                value: unknown;
            }[];
            /** @description Counts the changes, from 1. */
            version: number;
        };
        FlagHistory: {
            data: {
                /** @description The token that did it. */
                actor: {
                    id: string;
                    name: string;
                };
                at: string;
                /** @description The fields that are not what they were; all that were given in the first. */
                changed: string[];
                flag: components["schemas"]["Flag"];
                request_id: string;
                version: number;
            }[];
            next_cursor: string | null;
        };
        FlagPage: {
            data: components["schemas"]["Flag"][];
            next_cursor: string | null;
        };
        FlagRule: {
            /**
             * Format: uuid
             * @description Keep it, and who got something by the rule gets it again: it is the seed of the bucket. A new one when absent.
             */
            id: string;
            /** @enum {string} */
            kind: "variant";
            name: string | null;
            targeting: components["schemas"]["Targeting"] | null;
            /** @description Key of a variant of the flag. */
            variant: string;
        } | {
            /** @description Share of those it is for who get something, at most two decimals; the others go on to the next rule. Raising it moves nobody. */
            coverage_pct: number;
            /**
             * Format: uuid
             * @description Keep it, and who got something by the rule gets it again: it is the seed of the bucket. A new one when absent.
             */
            id: string;
            /** @enum {string} */
            kind: "rollout";
            name: string | null;
            targeting: components["schemas"]["Targeting"] | null;
            variants: {
                /** @description At most two decimals. All variants together: exactly 100. */
                allocation_pct: number;
                /** @description Key of a variant of the flag. */
                key: string;
            }[];
        } | {
            /** @description Key of an experiment, or its id. Whoever gets no variant of it goes on to the next rule. */
            experiment: string;
            /**
             * Format: uuid
             * @description Keep it, and who got something by the rule gets it again: it is the seed of the bucket. A new one when absent.
             */
            id: string;
            /** @enum {string} */
            kind: "experiment";
            name: string | null;
            targeting: components["schemas"]["Targeting"] | null;
            variants: {
                [key: string]: string;
            } | null;
        };
        FlagRuleInput: {
            /**
             * Format: uuid
             * @description Keep it, and who got something by the rule gets it again: it is the seed of the bucket. A new one when absent.
             */
            id?: string;
            /** @enum {string} */
            kind: "variant";
            name?: string | null;
            targeting?: components["schemas"]["Targeting"] | null;
            /** @description Key of a variant of the flag. */
            variant: string;
        } | {
            /** @description Share of those it is for who get something, at most two decimals; the others go on to the next rule. Raising it moves nobody. */
            coverage_pct: number;
            /**
             * Format: uuid
             * @description Keep it, and who got something by the rule gets it again: it is the seed of the bucket. A new one when absent.
             */
            id?: string;
            /** @enum {string} */
            kind: "rollout";
            name?: string | null;
            targeting?: components["schemas"]["Targeting"] | null;
            variants: {
                /** @description At most two decimals. All variants together: exactly 100. */
                allocation_pct: number;
                /** @description Key of a variant of the flag. */
                key: string;
            }[];
        } | {
            /** @description Key of an experiment, or its id. Whoever gets no variant of it goes on to the next rule. */
            experiment: string;
            /**
             * Format: uuid
             * @description Keep it, and who got something by the rule gets it again: it is the seed of the bucket. A new one when absent.
             */
            id?: string;
            /** @enum {string} */
            kind: "experiment";
            name?: string | null;
            targeting?: components["schemas"]["Targeting"] | null;
            variants?: {
                [key: string]: string;
            } | null;
        };
        GrowthBookError: {
            error: string;
            status: number;
        };
        GrowthBookFeatures: {
            /** @description Another one whenever anything else is another one. */
            dateUpdated: string;
            features: {
                [key: string]: {
                    /** @description Absent: use the default of the code. */
                    defaultValue?: unknown;
                    rules?: {
                        [key: string]: unknown;
                    }[];
                };
            };
            /** @description Flags and experiments that no SDK can evaluate as the server does, because of an attribute, a version or a hash that it knows otherwise. */
            left_out: string[];
            /** @constant */
            status: 200;
        };
        Holdout: {
            seed: string;
            share_pct: number;
            updated_at: string;
        };
        ImportAssignments: {
            assignments: {
                /**
                 * Format: date-time
                 * @description When the other system assigned the user.
                 */
                assigned_at: string;
                /** @description What is known of the user: up to 20 names with a text, number or boolean each. Kept with the assignment when it is made, and never changed; results can be broken down by them. */
                attributes?: {
                    [key: string]: string | number | boolean;
                };
                exposed_at?: string | null;
                /**
                 * Format: user-id
                 * @description 1 to 256 bytes of UTF-8, opaque, compared byte for byte.
                 */
                user_id: string;
                variant_key: string;
            }[];
            /** @enum {string} */
            on_conflict?: "earliest" | "contaminate";
        };
        ImportedAssignments: {
            /** @description Users who have another variant and keep it. */
            conflicts: number;
            /** @description Users new to the experiment. */
            imported: number;
            /** @description Users whose earlier assignment replaced a later imported one. */
            moved: number;
            rejected: {
                code: string;
                index: number;
                message: string;
                user_id: string | null;
            }[];
            unchanged: number;
        };
        Job: {
            created_at: string;
            error: string | null;
            experiment_id: string | null;
            finished_at: string | null;
            id: string;
            /** @enum {string} */
            kind: "recompute" | "verify" | "reconcile" | "partitions" | "lifecycle" | "erase";
            /** @description 0 to 1. */
            progress: number;
            /** @description Of verify and recompute: `drift`, and per table the rows that differ. Of erase: how many rows are gone. */
            result: unknown;
            started_at: string | null;
            /** @enum {string} */
            state: "waiting" | "active" | "completed" | "failed";
        };
        JobPage: {
            data: components["schemas"]["Job"][];
            next_cursor: string | null;
        };
        Layer: {
            created_at: string;
            description: string | null;
            /** @description What no slot takes. */
            free: {
                from_pct: number;
                /** @description Exclusive. */
                to_pct: number;
            }[];
            /**
             * Format: uuid
             * @description UUIDv7.
             */
            id: string;
            key: string;
            name: string;
            /** @description Of the hash that puts users into slots. It never changes. */
            seed: string;
            /** @description Of experiments that have not ended, by where they begin. */
            slots: {
                experiment_id: string;
                experiment_key: string;
                from_pct: number;
                /** @enum {string} */
                status: "draft" | "running" | "paused" | "completed" | "archived";
                /** @description Exclusive. */
                to_pct: number;
            }[];
            updated_at: string;
        };
        LayerPage: {
            data: components["schemas"]["Layer"][];
            next_cursor: string | null;
        };
        Ledger: {
            days: {
                /** @description `received` is the sum of the other four. */
                balanced: boolean;
                day: string;
                /** @description Events that could not be stored: dead letters. */
                dead: number;
                /** @description Copies of events that were stored, or dead, already. */
                duplicate: number;
                /** @description Events of erased people that came too late to be stored, or were dead letters. */
                erased: number;
                /** @description Events in jobs that workers were through with, copies included. */
                received: number;
                /** @description With `recount`: what the rows say; `drift` is how far the ledger is from it, and must be 0. */
                rows?: {
                    dead: number;
                    drift: number;
                    erased: number;
                    stored: number;
                };
                /** @description New events, also those that were erased since. */
                stored: number;
            }[];
            total: {
                /** @description `received` is the sum of the other four. */
                balanced: boolean;
                /** @description Events that could not be stored: dead letters. */
                dead: number;
                /** @description Copies of events that were stored, or dead, already. */
                duplicate: number;
                /** @description Events of erased people that came too late to be stored, or were dead letters. */
                erased: number;
                /** @description Events in jobs that workers were through with, copies included. */
                received: number;
                /** @description With `recount`: what the rows say; `drift` is how far the ledger is from it, and must be 0. */
                rows?: {
                    dead: number;
                    drift: number;
                    erased: number;
                    stored: number;
                };
                /** @description New events, also those that were erased since. */
                stored: number;
            };
        };
        MdePlan: {
            /** @description Control first. */
            arms: {
                allocation_pct: number;
                /** @description Key of the variant; `control`, `treatment_1`, … without an experiment. */
                arm: string;
                users: number;
            }[];
            comparisons: {
                /** @description The treatment that is compared with the control. */
                arm: string;
                /** @description How many standard errors from 0 the difference must lie to be found. */
                critical_value: number;
                /** @description Unreachable: not even the largest possible effect would be found with this power. */
                decrease: {
                    absolute: number | null;
                    reason: ("unreachable" | "no_baseline" | "baseline_not_positive") | null;
                    relative: number | null;
                    treatment_value: number | null;
                };
                /** @description Unreachable: not even the largest possible effect would be found with this power. */
                increase: {
                    absolute: number | null;
                    reason: ("unreachable" | "no_baseline" | "baseline_not_positive") | null;
                    relative: number | null;
                    treatment_value: number | null;
                };
                tuning_users: number | null;
            }[];
            /** @description Unreachable: not even the largest possible effect would be found with this power. */
            decrease: {
                absolute: number | null;
                reason: ("unreachable" | "no_baseline" | "baseline_not_positive") | null;
                relative: number | null;
                treatment_value: number | null;
            };
            /** @description Unreachable: not even the largest possible effect would be found with this power. */
            increase: {
                absolute: number | null;
                reason: ("unreachable" | "no_baseline" | "baseline_not_positive") | null;
                relative: number | null;
                treatment_value: number | null;
            };
            /** @description What was computed with, defaults and corrections included. */
            inputs: {
                /**
                 * @description Where the split comes from.
                 * @enum {string}
                 */
                allocation_source: "request" | "experiment" | "default";
                /** @description Of the whole experiment. */
                alpha: number;
                /** @description alpha / treatments; what each comparison is held to. */
                alpha_per_comparison: number;
                baseline: {
                    mean: number | null;
                    metric: string | null;
                    rate: number | null;
                    /**
                     * @description `experiment` as soon as one figure was read from it.
                     * @enum {string}
                     */
                    source: "request" | "experiment" | "default";
                    standard_deviation: number | null;
                };
                correction: {
                    /** @enum {string} */
                    method: "none" | "bonferroni";
                    note: string;
                };
                effect: {
                    absolute: number;
                    relative: number | null;
                    treatment_value: number | null;
                } | null;
                experiment: {
                    id: string;
                    key: string;
                } | null;
                /** @enum {string} */
                kind: "conversion" | "mean";
                /** @enum {string} */
                mode: "fixed" | "sequential";
                power: number | null;
                treatments: number;
                users_source: ("request" | "experiment" | "default") | null;
            };
            /**
             * @description `pooled_null`: the two-proportion z test that results report. `normal`: z test of means. `always_valid_normal`: the always-valid interval at the planned look, the estimate taken as normal.
             * @enum {string}
             */
            method: "pooled_null" | "normal" | "always_valid_normal";
            traffic: components["schemas"]["Traffic"] | null;
            users_total: number;
            warnings: {
                code: string;
                message: string;
            }[];
        };
        Metric: {
            created_at: string;
            definition: components["schemas"]["MetricDefinition"];
            description: string | null;
            /** @enum {string} */
            direction: "increase" | "decrease";
            id: string;
            key: string;
            /** @enum {string} */
            kind: "conversion" | "count" | "mean" | "ratio" | "retention" | "funnel";
            name: string;
            updated_at: string;
            /** @description Counts the changes of definition and direction, from 1. */
            version: number;
        };
        /** @description A property that is absent, null or of another type fails every test but `not_exists`. */
        MetricCondition: {
            /** @enum {string} */
            operator: "eq" | "neq" | "in" | "not_in" | "gt" | "gte" | "lt" | "lte" | "exists" | "not_exists";
            /** @description Name of a property of the event; nested ones have no name. */
            property: string;
            /** @description A list for `in` and `not_in`, a number for `gt`, `gte`, `lt` and `lte`, nothing for `exists` and `not_exists`. */
            value?: (string | number | boolean) | (string | number | boolean)[];
        };
        MetricDefinition: {
            /** @description An event of any of these types counts. */
            event_types: string[];
            /** @description All must hold. */
            filter?: components["schemas"]["MetricCondition"][];
            /** @constant */
            kind: "conversion";
            /** @description Only events less than so many hours after the anchor count. */
            window_hours?: number;
        } | {
            /** @description Totals of users beyond a bound count as the bound. Percentiles are over the users of all variants. */
            cap?: {
                lower?: number;
                lower_percentile?: number;
                upper?: number;
                upper_percentile?: number;
            };
            /** @description Keeps what each user did in so many times 24 hours before the anchor, to take out what has nothing to do with the experiment (CUPED). */
            covariate_days?: number;
            /** @description An event of any of these types counts. */
            event_types: string[];
            /** @description All must hold. */
            filter?: components["schemas"]["MetricCondition"][];
            /** @constant */
            kind: "count";
            /** @description Only events less than so many hours after the anchor count. */
            window_hours?: number;
        } | {
            /** @description Totals of users beyond a bound count as the bound. Percentiles are over the users of all variants. */
            cap?: {
                lower?: number;
                lower_percentile?: number;
                upper?: number;
                upper_percentile?: number;
            };
            /** @description Keeps what each user did in so many times 24 hours before the anchor, to take out what has nothing to do with the experiment (CUPED). */
            covariate_days?: number;
            /** @description An event of any of these types counts. */
            event_types: string[];
            /** @description All must hold. */
            filter?: components["schemas"]["MetricCondition"][];
            /** @constant */
            kind: "mean";
            /** @description Property that holds the value of an event without `value`; the usual four when absent. */
            value_property?: string;
            /** @description Only events less than so many hours after the anchor count. */
            window_hours?: number;
        } | {
            denominator: {
                /**
                 * @description Events, or their values.
                 * @enum {string}
                 */
                aggregation: "count" | "sum";
                /** @description An event of any of these types counts. */
                event_types: string[];
                /** @description All must hold. */
                filter?: components["schemas"]["MetricCondition"][];
                /** @description Property that holds the value of an event without `value`; the usual four when absent. */
                value_property?: string;
            };
            /** @constant */
            kind: "ratio";
            numerator: {
                /**
                 * @description Events, or their values.
                 * @enum {string}
                 */
                aggregation: "count" | "sum";
                /** @description An event of any of these types counts. */
                event_types: string[];
                /** @description All must hold. */
                filter?: components["schemas"]["MetricCondition"][];
                /** @description Property that holds the value of an event without `value`; the usual four when absent. */
                value_property?: string;
            };
            /** @description Only events less than so many hours after the anchor count. */
            window_hours?: number;
        } | {
            /** @description An event of any of these types counts. */
            event_types: string[];
            /** @description All must hold. */
            filter?: components["schemas"]["MetricCondition"][];
            /** @description Days after the day of the anchor. */
            from_day: number;
            /** @constant */
            kind: "retention";
            /** @description This day included. */
            to_day: number;
        } | {
            /** @constant */
            kind: "funnel";
            /** @description In the order in which users take them. */
            steps: {
                /** @description An event of any of these types counts. */
                event_types: string[];
                /** @description All must hold. */
                filter?: components["schemas"]["MetricCondition"][];
                /** Format: text */
                name?: string;
            }[];
            /** @description Only events less than so many hours after the anchor count. */
            window_hours?: number;
        };
        MetricPage: {
            data: components["schemas"]["Metric"][];
            next_cursor: string | null;
        };
        NewToken: {
            allowed_origins: string[];
            created_at: string;
            /** @description The id of the token that made it; `env-…` for one of BEARER_TOKENS. */
            created_by: string;
            expires_at: string;
            /** @description The last characters of its secret part, to tell tokens apart. */
            hint: string;
            id: string;
            /**
             * @description `secret` is for servers. `publishable` may be seen in a browser: it only writes events, asks for variants and evaluates flags.
             * @enum {string}
             */
            kind: "secret" | "publishable";
            last_used_at: string | null;
            limits: {
                /** @description Most answered assignments in one period. */
                assignments?: number;
                /** @description Most events in one period. */
                events?: number;
                /** @description Most requests in one period. */
                requests?: number;
            } | null;
            name: string;
            not_before: string | null;
            replaced_by: string | null;
            revoked_at: string | null;
            rotated_from: string | null;
            scopes: ("experiments:read" | "experiments:write" | "assignments:write" | "events:write" | "results:read" | "flags:read" | "flags:write" | "flags:evaluate" | "users:write" | "admin")[];
            secret: string | null;
            /**
             * @description Now: `replaced` still works and ends at `expires_at`; `expired` and `revoked` do not work any more.
             * @enum {string}
             */
            status: "active" | "not_yet_valid" | "replaced" | "expired" | "revoked";
            /** @description Requests that it came with; up to a minute late. */
            uses: number;
        };
        OfrepBulkEvaluation: {
            eventStreams?: {
                endpoint: {
                    /** @description Where `refetchEvaluation` is told, on the same server; good for a short while. */
                    requestUri: string;
                };
                inactivityDelaySec: number;
                /** @enum {string} */
                type: "sse";
            }[];
            flags: (components["schemas"]["OfrepEvaluation"] | components["schemas"]["OfrepError"])[];
        };
        OfrepError: {
            /** @enum {string} */
            errorCode: "PARSE_ERROR" | "TARGETING_KEY_MISSING" | "INVALID_CONTEXT" | "FLAG_NOT_FOUND" | "GENERAL";
            errorDetails?: string;
            /** @description The flag, when one flag was asked for. */
            key?: string;
        };
        OfrepEvaluation: {
            key: string;
            metadata: {
                [key: string]: boolean | string | number;
            };
            /** @enum {string} */
            reason: "STATIC" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "UNKNOWN";
            /** @description Absent: use the default of the code. */
            value?: unknown;
            variant?: string;
        };
        OfrepRequest: {
            /** @description What else is known of the user. Texts, numbers and booleans can be targeted. */
            context: {
                /**
                 * Format: user-id
                 * @description The user: 1 to 256 bytes of UTF-8, opaque, compared byte for byte.
                 */
                targetingKey: string;
            } & {
                [key: string]: unknown;
            };
        };
        OpenEpoch: {
            /** @description Share of all users taken in from now on. */
            coverage_pct: number;
            /** @description Whether the global holdout keeps users out; true unless told otherwise. */
            holdout?: boolean;
            /** @description The slot may grow where the layer is free. */
            layer?: {
                /** @description Where the slot begins; at most two decimals. */
                from_pct: number;
                /** @description Where it ends, exclusive. */
                to_pct: number;
            };
            /** @description Who may enter: a condition over what is known of a user, or null for everybody. */
            targeting?: components["schemas"]["Targeting"] | null;
            /** @description Every variant of the experiment. */
            variants: {
                /** @description Share of the users taken in, at most two decimals. All variants together: exactly 100. */
                allocation_pct: number;
                /**
                 * Format: identifier
                 * @description Unique within the experiment, whatever its case.
                 */
                key: string;
            }[];
        };
        PatchedMetric: {
            created_at: string;
            definition: components["schemas"]["MetricDefinition"];
            description: string | null;
            /** @enum {string} */
            direction: "increase" | "decrease";
            id: string;
            key: string;
            /** @enum {string} */
            kind: "conversion" | "count" | "mean" | "ratio" | "retention" | "funnel";
            name: string;
            /** @description Experiments whose totals are worked out anew; their results show the old numbers until then. */
            recomputing: {
                experiment_id: string;
                job_id: string;
            }[];
            updated_at: string;
            /** @description Counts the changes of definition and direction, from 1. */
            version: number;
        };
        PatchExperiment: {
            /**
             * @description `sequential`: a verdict may be read at any time. `fixed`: only at `horizon_at`, or with `planned_users`.
             * @enum {string}
             */
            analysis_mode?: "sequential" | "fixed";
            /** @enum {string} */
            analysis_population?: "assigned" | "exposed";
            /** @description Drafts only; later through POST /epochs. */
            coverage_pct?: number;
            description?: string | null;
            ends_at?: string | null;
            /** @description Whether the global holdout keeps users out; true unless told otherwise. */
            holdout?: boolean;
            horizon_at?: string | null;
            hypothesis?: string | null;
            layer?: {
                /** @description Where the slot begins; at most two decimals. */
                from_pct: number;
                /**
                 * Format: text
                 * @description Key or id of the layer.
                 */
                key: string;
                /** @description Where it ends, exclusive. */
                to_pct: number;
            } | null;
            /** @description What results show: keys, or `{key, role, direction}`. The role is `goal` and the direction that of the metric unless told otherwise. At most one is `primary`. */
            metrics?: (string | {
                direction?: ("increase" | "decrease") | null;
                /**
                 * Format: text
                 * @description Key of a declared metric, else an event type, or `<type>:value` for the values of its events.
                 */
                key: string;
                /** @enum {string} */
                role?: "primary" | "goal" | "guardrail";
            })[];
            /**
             * Format: text
             * @description For people.
             */
            name?: string;
            planned_users?: number | null;
            primary_metric?: string | null;
            starts_at?: string | null;
            /** @description Who may enter: a condition over what is known of a user, or null for everybody. */
            targeting?: components["schemas"]["Targeting"] | null;
            /**
             * Format: timezone
             * @description Drafts only.
             */
            timezone?: string;
            /** @description Of a draft: replaces all variants. Later: changes `name` and `config` of the variants named by key. */
            variants?: {
                /** @description Share of the users taken in, at most two decimals. All variants together: exactly 100. */
                allocation_pct?: number;
                /** @description Any JSON, handed to the application with the variant. */
                config?: unknown;
                /** @description What the others are compared with; the first variant when none is marked. */
                is_control?: boolean;
                /**
                 * Format: identifier
                 * @description Unique within the experiment, whatever its case.
                 */
                key: string;
                /**
                 * Format: text
                 * @description For people; the key when absent.
                 */
                name?: string;
            }[];
        };
        PatchFlag: {
            /** @description For whom no rule has anything; the first variant when absent. */
            default_variant?: string;
            description?: string | null;
            /**
             * Format: text
             * @description For people; the key when absent.
             */
            name?: string;
            off_variant?: string | null;
            /** @description Asked in this order; the first that has something decides. */
            rules?: components["schemas"]["FlagRuleInput"][];
            /**
             * @description Rules are asked only while it is enabled; `enabled` when absent.
             * @enum {string}
             */
            state?: "enabled" | "disabled" | "archived";
            variants?: {
                /** @description Unique within the flag. */
                key: string;
                /**
                 * Format: text
                 * @description For people; the key when absent.
                 */
                name?: string;
                /** @description Of the type of the flag; up to 64 KB. */
                value: unknown;
            }[];
        };
        PatchLayer: {
            description?: string | null;
            /**
             * Format: text
             * @description For people.
             */
            name?: string;
        };
        PatchMetric: {
            definition?: components["schemas"]["MetricDefinition"];
            description?: string | null;
            /**
             * @description Which way is better; `increase` when absent.
             * @enum {string}
             */
            direction?: "increase" | "decrease";
            /**
             * Format: text
             * @description For people; the key when absent.
             */
            name?: string;
        };
        PatchSegment: {
            description?: string | null;
            /**
             * Format: text
             * @description For people; the key when absent.
             */
            name?: string;
            targeting?: components["schemas"]["Targeting"];
        };
        PlanMde: {
            /** @description Share of each arm, control first, at most two decimals, exactly 100 together. Equal when absent. */
            allocation_pct?: number[];
            /** @description Users of each treatment per user in control, in place of `allocation_pct`. */
            allocation_ratio?: number;
            /**
             * @description Two-sided error of the whole experiment.
             * @default 0.05
             */
            alpha?: number;
            /** @description Mean only: what a user in control brings on average. Needed where effects are lifts. */
            baseline_mean?: number;
            /** @description Conversion only: share of the users in control that convert, above 0 and below 1. */
            baseline_rate?: number;
            /** @description Id or key. Whatever the request leaves out comes from it: baseline, allocation, users so far. Adds `traffic` to the answer. */
            experiment?: string;
            /** @enum {string} */
            kind: "conversion" | "mean";
            /**
             * Format: identifier
             * @description Event type in `experiment` whose figures in control are the baseline; its primary metric when absent.
             */
            metric?: string;
            /**
             * @description `fixed`: one look, at the end. `sequential`: the always-valid interval, which may be read at any time, at a planned look.
             * @default fixed
             * @enum {string}
             */
            mode?: "fixed" | "sequential";
            /**
             * @description Chance to find the effect if it is real. Above alpha.
             * @default 0.8
             */
            power?: number;
            /** @description Mean only: of the value per user, across all users, those without events as zeros. */
            standard_deviation?: number;
            /** @description Variants compared with the control; 1 when nothing says otherwise. */
            treatments?: number;
            /** @description Sequential only: N*, users of the two compared arms at which the interval is tightest. The planned look when absent. */
            tuning_users?: number;
            /** @description Users of all arms together, split by the allocation. */
            users?: number;
            /** @description Users of each arm, control first, in place of `users` and of any allocation. */
            users_per_arm?: number[];
        };
        PlanPower: {
            /** @description The hypothetical effect as treatment less control. Give this or `relative_lift`. */
            absolute_difference?: number;
            /** @description Share of each arm, control first, at most two decimals, exactly 100 together. Equal when absent. */
            allocation_pct?: number[];
            /** @description Users of each treatment per user in control, in place of `allocation_pct`. */
            allocation_ratio?: number;
            /**
             * @description Two-sided error of the whole experiment.
             * @default 0.05
             */
            alpha?: number;
            /** @description Mean only: what a user in control brings on average. Needed where effects are lifts. */
            baseline_mean?: number;
            /** @description Conversion only: share of the users in control that convert, above 0 and below 1. */
            baseline_rate?: number;
            /** @description Id or key. Whatever the request leaves out comes from it: baseline, allocation, users so far. Adds `traffic` to the answer. */
            experiment?: string;
            /** @enum {string} */
            kind: "conversion" | "mean";
            /**
             * Format: identifier
             * @description Event type in `experiment` whose figures in control are the baseline; its primary metric when absent.
             */
            metric?: string;
            /**
             * @description `fixed`: one look, at the end. `sequential`: the always-valid interval, which may be read at any time, at a planned look.
             * @default fixed
             * @enum {string}
             */
            mode?: "fixed" | "sequential";
            /** @description The hypothetical effect as a share of the baseline: 0.1 is 10% more, -0.1 is 10% less. */
            relative_lift?: number;
            /** @description Mean only: of the value per user, across all users, those without events as zeros. */
            standard_deviation?: number;
            /** @description Variants compared with the control; 1 when nothing says otherwise. */
            treatments?: number;
            /** @description Sequential only: N*, users of the two compared arms at which the interval is tightest. The planned look when absent. */
            tuning_users?: number;
            /** @description Users of all arms together, split by the allocation. */
            users?: number;
            /** @description Users of each arm, control first, in place of `users` and of any allocation. */
            users_per_arm?: number[];
        };
        PlanSampleSize: {
            /** @description The hypothetical effect as treatment less control. Give this or `relative_lift`. */
            absolute_difference?: number;
            /** @description Share of each arm, control first, at most two decimals, exactly 100 together. Equal when absent. */
            allocation_pct?: number[];
            /** @description Users of each treatment per user in control, in place of `allocation_pct`. */
            allocation_ratio?: number;
            /**
             * @description Two-sided error of the whole experiment.
             * @default 0.05
             */
            alpha?: number;
            /** @description Mean only: what a user in control brings on average. Needed where effects are lifts. */
            baseline_mean?: number;
            /** @description Conversion only: share of the users in control that convert, above 0 and below 1. */
            baseline_rate?: number;
            /** @description Id or key. Whatever the request leaves out comes from it: baseline, allocation, users so far. Adds `traffic` to the answer. */
            experiment?: string;
            /** @enum {string} */
            kind: "conversion" | "mean";
            /**
             * Format: identifier
             * @description Event type in `experiment` whose figures in control are the baseline; its primary metric when absent.
             */
            metric?: string;
            /**
             * @description `fixed`: one look, at the end. `sequential`: the always-valid interval, which may be read at any time, at a planned look.
             * @default fixed
             * @enum {string}
             */
            mode?: "fixed" | "sequential";
            /**
             * @description Chance to find the effect if it is real. Above alpha.
             * @default 0.8
             */
            power?: number;
            /** @description The hypothetical effect as a share of the baseline: 0.1 is 10% more, -0.1 is 10% less. */
            relative_lift?: number;
            /** @description Mean only: of the value per user, across all users, those without events as zeros. */
            standard_deviation?: number;
            /** @description Variants compared with the control; 1 when nothing says otherwise. */
            treatments?: number;
            /** @description Sequential only: N*, users of the two compared arms at which the interval is tightest. The planned look when absent. */
            tuning_users?: number;
        };
        PostAlias: {
            /**
             * Format: user-id
             * @description Another id of the same person, 1 to 256 bytes.
             */
            alias: string;
            /**
             * @description Say so when the alias is a known user as well: one that has aliases becomes an alias with all of them. Not with a publishable token.
             * @default false
             */
            merge?: boolean;
        };
        PosthogBatch: {
            /** @description The token, where no header brings it. */
            api_key?: unknown;
            batch: unknown[];
            /** @description Client clock at sending: corrects a wrong one. */
            sent_at?: unknown;
            /** @description The token, where no header brings it. */
            token?: unknown;
        } & {
            [key: string]: unknown;
        };
        PosthogCapture: {
            /** @description The token, where no header brings it. */
            api_key?: unknown;
            /** @description The user; may also stand among the properties. */
            distinct_id?: unknown;
            /** @description The type of the event. */
            event: unknown;
            properties?: unknown;
            /** @description Client clock at sending: corrects a wrong one. */
            sent_at?: unknown;
            /** @description RFC 3339; the time of receipt when absent. */
            timestamp?: unknown;
            /** @description The token, where no header brings it. */
            token?: unknown;
            /** @description The same event counts once, however often it is sent. */
            uuid?: unknown;
        } & {
            [key: string]: unknown;
        };
        PosthogCaptured: {
            /** @description Events that were not taken, and why; to send them again is of no use. */
            rejected?: {
                code: string;
                index: number;
                message: string;
            }[];
            /** @constant */
            status: 1;
        };
        PosthogError: {
            /** @description Where the first fault is. */
            attr: string | null;
            /** @description The code of the problem. */
            code: string;
            detail: string;
            /** @enum {string} */
            type: "validation_error" | "authentication_error" | "throttled_error" | "server_error";
        };
        PosthogFlags: {
            errorsWhileComputingFlags: boolean;
            /** @description Milliseconds since 1970. */
            evaluatedAt: number;
            flags: {
                [key: string]: {
                    enabled: boolean;
                    key: string;
                    metadata: {
                        has_experiment: boolean;
                        /** @description Of the flag, or of the experiment where no flag has the key. */
                        id: string;
                        /** @description The value, as JSON in a text. */
                        payload?: string;
                        version: number;
                    };
                    reason: {
                        code: string;
                        description: string;
                    };
                    /** @description Absent for a boolean flag. */
                    variant?: string;
                };
            };
            requestId: string;
        };
        PosthogFlagsRequest: {
            /** @description The same, of older clients. */
            api_key?: string;
            /**
             * Format: user-id
             * @description The user.
             */
            distinct_id: string;
            /** @description Only these. */
            flag_keys_to_evaluate?: string[];
            /** @description What is known of the user. Texts, numbers and booleans can be targeted. */
            person_properties?: {
                [key: string]: unknown;
            };
            /** @description The token, where no header brings it. */
            token?: string;
        };
        PowerPlan: {
            /** @description Control first. */
            arms: {
                allocation_pct: number;
                /** @description Key of the variant; `control`, `treatment_1`, … without an experiment. */
                arm: string;
                users: number;
            }[];
            comparisons: {
                /** @description The treatment that is compared with the control. */
                arm: string;
                /** @description How many standard errors from 0 the difference must lie to be found. */
                critical_value: number;
                power: number;
                tuning_users: number | null;
            }[];
            /** @description What was computed with, defaults and corrections included. */
            inputs: {
                /**
                 * @description Where the split comes from.
                 * @enum {string}
                 */
                allocation_source: "request" | "experiment" | "default";
                /** @description Of the whole experiment. */
                alpha: number;
                /** @description alpha / treatments; what each comparison is held to. */
                alpha_per_comparison: number;
                baseline: {
                    mean: number | null;
                    metric: string | null;
                    rate: number | null;
                    /**
                     * @description `experiment` as soon as one figure was read from it.
                     * @enum {string}
                     */
                    source: "request" | "experiment" | "default";
                    standard_deviation: number | null;
                };
                correction: {
                    /** @enum {string} */
                    method: "none" | "bonferroni";
                    note: string;
                };
                effect: {
                    absolute: number;
                    relative: number | null;
                    treatment_value: number | null;
                } | null;
                experiment: {
                    id: string;
                    key: string;
                } | null;
                /** @enum {string} */
                kind: "conversion" | "mean";
                /** @enum {string} */
                mode: "fixed" | "sequential";
                power: number | null;
                treatments: number;
                users_source: ("request" | "experiment" | "default") | null;
            };
            /**
             * @description `pooled_null`: the two-proportion z test that results report. `normal`: z test of means. `always_valid_normal`: the always-valid interval at the planned look, the estimate taken as normal.
             * @enum {string}
             */
            method: "pooled_null" | "normal" | "always_valid_normal";
            /** @description Of the hardest comparison, were the effect exactly the one named. */
            power: number;
            traffic: components["schemas"]["Traffic"] | null;
            users_total: number;
            warnings: {
                code: string;
                message: string;
            }[];
        };
        Problem: {
            /** @description What the state allows: of `invalid_transition`. */
            allowed_transitions?: string[];
            /** @description Stable; what programs should look at. */
            code: string;
            detail: string;
            errors?: {
                code: string;
                message: string;
                pointer: string;
            }[];
            /** @description What stands in the way: of `metric_in_use`, `layer_in_use` and, by key, `segment_in_use`. */
            experiments?: ({
                id: string;
                key: string;
                status: string;
            } | string)[];
            /** @description Keys of what stands in the way: of `segment_in_use`. */
            flags?: string[];
            /** @description How much the address takes: of `body_too_large`. */
            limit_bytes?: number;
            /** @description Leads to the line in the log. */
            request_id: string;
            /** @description Seconds to wait, as in the header `Retry-After`: of `rate_limited`. */
            retry_after?: number;
            status: number;
            title: string;
            type: string;
        };
        PutHoldout: {
            /**
             * Format: text
             * @description Another seed holds out other users. Without it the seed stays: a larger share only adds users.
             */
            seed?: string;
            /** @description Share of all users kept out of every experiment that is subject to the holdout; at most two decimals. */
            share_pct: number;
        };
        PutOverride: {
            variant_key: string;
        };
        PutUser: {
            /** @description What targeting may ask for, by name: texts, numbers, true or false. At most 50 names of 64 characters, texts of 256 bytes. */
            attributes: {
                [key: string]: string | number | boolean;
            };
        };
        Results: {
            analysis_population: string;
            breakdown: {
                attribute: string;
                /** @description Values that are together in the segment `is_other`. */
                other_values: number;
                segments: {
                    by_variant: {
                        [key: string]: number;
                    };
                    is_other: boolean;
                    metrics: {
                        /** @enum {string} */
                        backfill: "current" | "pending";
                        comparisons: {
                            adjusted_by: ("holm" | "benjamini_hochberg") | null;
                            bayes_method: ("beta_binomial" | "normal") | null;
                            chance_to_beat_control: number | null;
                            control: string;
                            cuped?: {
                                difference: {
                                    estimate: number | null;
                                    high?: number | null;
                                    low?: number | null;
                                    method: string;
                                    reason: string | null;
                                };
                                lift: {
                                    estimate: number | null;
                                    high?: number | null;
                                    low?: number | null;
                                    method: string;
                                    reason: string | null;
                                };
                                p_value: number | null;
                                reason: string | null;
                                sequential_p_value: number | null;
                                theta: number | null;
                                variance_reduction: number | null;
                            };
                            decision: {
                                adjusted_by: ("holm" | "benjamini_hochberg") | null;
                                alpha: number;
                                /** @enum {string} */
                                basis: "sequential" | "fixed";
                                p_value: number | null;
                            };
                            difference: {
                                estimate: number | null;
                                high?: number | null;
                                low?: number | null;
                                method: string;
                                reason: string | null;
                            };
                            expected_loss: number | null;
                            lift: {
                                estimate: number | null;
                                high?: number | null;
                                low?: number | null;
                                method: string;
                                reason: string | null;
                            };
                            low_counts: boolean;
                            method: string;
                            p_value: number | null;
                            p_value_adjusted: number | null;
                            power: {
                                days_left: number | null;
                                days_left_reason: string | null;
                                for_lift: number;
                                mde: number | null;
                                mde_relative: number | null;
                                reason: string | null;
                                users_needed_per_arm: number | null;
                            };
                            q_value: number | null;
                            reason: string | null;
                            sequential_interval?: {
                                high: number | null;
                                low: number | null;
                                method: string;
                            };
                            sequential_p_value: number | null;
                            strata?: {
                                difference: number | null;
                                epoch: number;
                                weight: number;
                            }[];
                            variant: string;
                            verdict: ("better" | "worse" | "inconclusive") | null;
                        }[];
                        declared: boolean;
                        /** @description As the totals hold it. Declared metrics only. */
                        definition?: unknown;
                        /** @enum {string} */
                        direction: "increase" | "decrease";
                        event_types: string[];
                        key: string;
                        /** @enum {string} */
                        kind: "conversion" | "count" | "mean" | "ratio" | "retention" | "funnel";
                        name: string;
                        novelty?: {
                            ages: {
                                /** @description Days since the anchor day of the user. */
                                age: number;
                                comparisons: {
                                    difference: {
                                        estimate: number | null;
                                        high?: number | null;
                                        low?: number | null;
                                        method: string;
                                        reason: string | null;
                                    };
                                    variant: string;
                                }[];
                                variants: {
                                    active_users: number;
                                    key: string;
                                    mean_per_user: number | null;
                                    rate: number | null;
                                    users: number;
                                }[];
                            }[];
                            horizon_days: number | null;
                            /** @enum {string} */
                            measure: "rate" | "mean_per_user";
                            reason: string | null;
                            trends: {
                                changes: boolean | null;
                                first: number | null;
                                last: number | null;
                                p_value: number | null;
                                variant: string;
                            }[];
                        };
                        /** @description Not part of what was registered when the experiment started. */
                        post_hoc: boolean;
                        /** @enum {string} */
                        role: "primary" | "goal" | "guardrail" | "other";
                        variants: {
                            cap?: {
                                lower: number | null;
                                upper: number | null;
                                users_capped: number;
                            };
                            /** @description Distinct users with a qualifying event in the range. */
                            conversions: number;
                            events: number | null;
                            interval?: {
                                high: number | null;
                                low: number | null;
                                method: string;
                                reason: string | null;
                            };
                            is_control: boolean;
                            key: string;
                            mean_interval?: {
                                high: number | null;
                                low: number | null;
                                method: string;
                                reason: string | null;
                            };
                            mean_per_user: number | null;
                            rate: number | null;
                            ratio?: {
                                denominator_sum: number | null;
                                estimate: number | null;
                                interval?: {
                                    high: number | null;
                                    low: number | null;
                                    method: string;
                                };
                                numerator_sum: number | null;
                                reason: string | null;
                            };
                            reason: string | null;
                            retention?: {
                                from_day: number;
                                to_day: number;
                            };
                            steps?: {
                                interval?: {
                                    high: number | null;
                                    low: number | null;
                                    method: string;
                                    reason: string | null;
                                };
                                name: string;
                                of_previous: number | null;
                                rate: number | null;
                                reason: string | null;
                                step: number;
                                /** @description Users who came this far. */
                                users: number;
                            }[];
                            /** @description The denominator; for retention only users whose window has closed. */
                            users: number;
                            value_sum: number | null;
                            variance: number | null;
                        }[];
                        version: number | null;
                    }[];
                    users: number;
                    value: string | null;
                }[];
                /** @description Values that have a segment of their own. */
                shown: number;
            } | null;
            confidence_level: number;
            experiment: {
                /** @enum {string} */
                analysis_mode: "sequential" | "fixed";
                days_running: number;
                ended_at: string | null;
                horizon_at: string | null;
                id: string;
                key: string;
                name: string;
                planned_users: number | null;
                primary_metric: string | null;
                started_at: string | null;
                status: string;
                timezone: string;
            };
            /** @description With `explain=sql` only. */
            explain: {
                /** @description JSON pointer (RFC 6901) into this answer. */
                pointer: string;
                sql: string;
            }[];
            /** @description View `monitoring` only. */
            flow: {
                day: string;
                events: {
                    [key: string]: number;
                };
                users: number;
            }[];
            freshness: {
                as_of: string | null;
                last_event_at: string | null;
                queue_lag_ms: number | null;
                stale: boolean;
                totals_version: number;
            };
            metrics: {
                /** @enum {string} */
                backfill: "current" | "pending";
                comparisons: {
                    adjusted_by: ("holm" | "benjamini_hochberg") | null;
                    bayes_method: ("beta_binomial" | "normal") | null;
                    chance_to_beat_control: number | null;
                    control: string;
                    cuped?: {
                        difference: {
                            estimate: number | null;
                            high?: number | null;
                            low?: number | null;
                            method: string;
                            reason: string | null;
                        };
                        lift: {
                            estimate: number | null;
                            high?: number | null;
                            low?: number | null;
                            method: string;
                            reason: string | null;
                        };
                        p_value: number | null;
                        reason: string | null;
                        sequential_p_value: number | null;
                        theta: number | null;
                        variance_reduction: number | null;
                    };
                    decision: {
                        adjusted_by: ("holm" | "benjamini_hochberg") | null;
                        alpha: number;
                        /** @enum {string} */
                        basis: "sequential" | "fixed";
                        p_value: number | null;
                    };
                    difference: {
                        estimate: number | null;
                        high?: number | null;
                        low?: number | null;
                        method: string;
                        reason: string | null;
                    };
                    expected_loss: number | null;
                    lift: {
                        estimate: number | null;
                        high?: number | null;
                        low?: number | null;
                        method: string;
                        reason: string | null;
                    };
                    low_counts: boolean;
                    method: string;
                    p_value: number | null;
                    p_value_adjusted: number | null;
                    power: {
                        days_left: number | null;
                        days_left_reason: string | null;
                        for_lift: number;
                        mde: number | null;
                        mde_relative: number | null;
                        reason: string | null;
                        users_needed_per_arm: number | null;
                    };
                    q_value: number | null;
                    reason: string | null;
                    sequential_interval?: {
                        high: number | null;
                        low: number | null;
                        method: string;
                    };
                    sequential_p_value: number | null;
                    strata?: {
                        difference: number | null;
                        epoch: number;
                        weight: number;
                    }[];
                    variant: string;
                    verdict: ("better" | "worse" | "inconclusive") | null;
                }[];
                declared: boolean;
                /** @description As the totals hold it. Declared metrics only. */
                definition?: unknown;
                /** @enum {string} */
                direction: "increase" | "decrease";
                event_types: string[];
                key: string;
                /** @enum {string} */
                kind: "conversion" | "count" | "mean" | "ratio" | "retention" | "funnel";
                name: string;
                novelty?: {
                    ages: {
                        /** @description Days since the anchor day of the user. */
                        age: number;
                        comparisons: {
                            difference: {
                                estimate: number | null;
                                high?: number | null;
                                low?: number | null;
                                method: string;
                                reason: string | null;
                            };
                            variant: string;
                        }[];
                        variants: {
                            active_users: number;
                            key: string;
                            mean_per_user: number | null;
                            rate: number | null;
                            users: number;
                        }[];
                    }[];
                    horizon_days: number | null;
                    /** @enum {string} */
                    measure: "rate" | "mean_per_user";
                    reason: string | null;
                    trends: {
                        changes: boolean | null;
                        first: number | null;
                        last: number | null;
                        p_value: number | null;
                        variant: string;
                    }[];
                };
                /** @description Not part of what was registered when the experiment started. */
                post_hoc: boolean;
                /** @enum {string} */
                role: "primary" | "goal" | "guardrail" | "other";
                variants: {
                    cap?: {
                        lower: number | null;
                        upper: number | null;
                        users_capped: number;
                    };
                    /** @description Distinct users with a qualifying event in the range. */
                    conversions: number;
                    events: number | null;
                    interval?: {
                        high: number | null;
                        low: number | null;
                        method: string;
                        reason: string | null;
                    };
                    is_control: boolean;
                    key: string;
                    mean_interval?: {
                        high: number | null;
                        low: number | null;
                        method: string;
                        reason: string | null;
                    };
                    mean_per_user: number | null;
                    rate: number | null;
                    ratio?: {
                        denominator_sum: number | null;
                        estimate: number | null;
                        interval?: {
                            high: number | null;
                            low: number | null;
                            method: string;
                        };
                        numerator_sum: number | null;
                        reason: string | null;
                    };
                    reason: string | null;
                    retention?: {
                        from_day: number;
                        to_day: number;
                    };
                    steps?: {
                        interval?: {
                            high: number | null;
                            low: number | null;
                            method: string;
                            reason: string | null;
                        };
                        name: string;
                        of_previous: number | null;
                        rate: number | null;
                        reason: string | null;
                        step: number;
                        /** @description Users who came this far. */
                        users: number;
                    }[];
                    /** @description The denominator; for retention only users whose window has closed. */
                    users: number;
                    value_sum: number | null;
                    variance: number | null;
                }[];
                version: number | null;
            }[];
            population: {
                by_variant: {
                    [key: string]: number;
                };
                excluded: {
                    by_variant: {
                        [key: string]: {
                            contaminated: number;
                            overridden: number;
                        };
                    };
                    /** @description Users found in two variants. */
                    contaminated: number;
                    /** @description Users forced into a variant. */
                    overridden: number;
                };
                srm: {
                    epochs: {
                        by_variant: {
                            [key: string]: number;
                        };
                        epoch: number;
                        expected: {
                            [key: string]: number | null;
                        };
                        opened_at: string;
                        p_value: number | null;
                        sequential_p_value: number | null;
                        /** @enum {string} */
                        status: "ok" | "warning" | "mismatch" | "insufficient";
                        users: number;
                    }[];
                    expected: {
                        [key: string]: number;
                    };
                    leaked: string[];
                    p_value: number | null;
                    reason: string | null;
                    sequential_p_value: number | null;
                    /** @enum {string} */
                    status: "ok" | "warning" | "mismatch" | "insufficient";
                };
                users: number;
            };
            preregistration: {
                analysis_mode: string;
                changes: {
                    field: string;
                    now: unknown;
                    planned: unknown;
                }[];
                horizon_at: string | null;
                hypothesis: string | null;
                metrics: {
                    /** @enum {string} */
                    direction: "increase" | "decrease";
                    key: string;
                    metric_id: string | null;
                    /** @enum {string} */
                    role: "primary" | "goal" | "guardrail";
                    version: number | null;
                }[];
                planned_users: number | null;
                primary: {
                    /** @enum {string} */
                    direction: "increase" | "decrease";
                    key: string;
                    metric_id: string | null;
                    version: number | null;
                } | null;
                sealed_at: string;
            } | null;
            range: {
                end: string | null;
                start: string | null;
            };
            summary: {
                /** @enum {string} */
                action: "ship" | "keep_control" | "continue" | "investigate" | "decide_by_hand";
                headline: string;
                recommendation: string;
                winner: string | null;
            };
            timeseries: {
                /** @description Of the cumulative figures. */
                comparisons: {
                    control: string;
                    difference: {
                        estimate: number | null;
                        high?: number | null;
                        low?: number | null;
                        method: string;
                        reason: string | null;
                    };
                    lift: {
                        estimate: number | null;
                        high?: number | null;
                        low?: number | null;
                        method: string;
                        reason: string | null;
                    };
                    p_value: number | null;
                    sequential_p_value: number | null;
                    variant: string;
                }[];
                day?: string;
                hour?: string;
                metric: string;
                variants: {
                    /** @description Distinct users active here; for retention and funnels: who came through here. */
                    conversions: number;
                    cumulative: {
                        conversions: number;
                        interval?: {
                            high: number | null;
                            low: number | null;
                            method: string;
                            reason: string | null;
                        };
                        mean: number | null;
                        mean_interval?: {
                            high: number | null;
                            low: number | null;
                            method: string;
                            reason: string | null;
                        };
                        rate: number | null;
                        reason: string | null;
                        users: number;
                    };
                    events: number | null;
                    interval?: {
                        high: number | null;
                        low: number | null;
                        method: string;
                        reason: string | null;
                    };
                    key: string;
                    mean_per_user: number | null;
                    rate: number | null;
                    reason: string | null;
                    /** @description Users whose anchor lies here; for retention: whose window closes here. */
                    users: number;
                    value_sum: number | null;
                }[];
            }[];
            warnings: {
                code: string;
                message: string;
                metric?: string;
                variant?: string;
            }[];
        };
        RotateToken: {
            /**
             * Format: date-time
             * @description Of the new token: one year from now when absent, five years at most.
             */
            expires_at?: string;
            /**
             * @description How long the old token still works, if it does not expire earlier.
             * @default 86400
             */
            overlap_seconds?: number;
        };
        SampleSizePlan: {
            /** @description Control first. */
            arms: {
                allocation_pct: number;
                /** @description Key of the variant; `control`, `treatment_1`, … without an experiment. */
                arm: string;
                users: number;
            }[];
            comparisons: {
                /** @description The treatment that is compared with the control. */
                arm: string;
                /** @description How many standard errors from 0 the difference must lie to be found. */
                critical_value: number;
                power: number;
                tuning_users: number | null;
            }[];
            /** @description What was computed with, defaults and corrections included. */
            inputs: {
                /**
                 * @description Where the split comes from.
                 * @enum {string}
                 */
                allocation_source: "request" | "experiment" | "default";
                /** @description Of the whole experiment. */
                alpha: number;
                /** @description alpha / treatments; what each comparison is held to. */
                alpha_per_comparison: number;
                baseline: {
                    mean: number | null;
                    metric: string | null;
                    rate: number | null;
                    /**
                     * @description `experiment` as soon as one figure was read from it.
                     * @enum {string}
                     */
                    source: "request" | "experiment" | "default";
                    standard_deviation: number | null;
                };
                correction: {
                    /** @enum {string} */
                    method: "none" | "bonferroni";
                    note: string;
                };
                effect: {
                    absolute: number;
                    relative: number | null;
                    treatment_value: number | null;
                } | null;
                experiment: {
                    id: string;
                    key: string;
                } | null;
                /** @enum {string} */
                kind: "conversion" | "mean";
                /** @enum {string} */
                mode: "fixed" | "sequential";
                power: number | null;
                treatments: number;
                users_source: ("request" | "experiment" | "default") | null;
            };
            /**
             * @description `pooled_null`: the two-proportion z test that results report. `normal`: z test of means. `always_valid_normal`: the always-valid interval at the planned look, the estimate taken as normal.
             * @enum {string}
             */
            method: "pooled_null" | "normal" | "always_valid_normal";
            /** @description Of the hardest comparison, at exactly these users. At least what was asked for. */
            power: number;
            traffic: components["schemas"]["Traffic"] | null;
            users_total: number;
            warnings: {
                code: string;
                message: string;
            }[];
        };
        Segment: {
            created_at: string;
            description: string | null;
            key: string;
            name: string;
            targeting: components["schemas"]["Targeting"];
            updated_at: string;
            /** @description Counts the changes of the condition, from 1. */
            version: number;
        };
        SegmentBatch: {
            batch: unknown[];
            /** @description Client clock at sending (RFC 3339): corrects the timestamps of a wrong clock. */
            sentAt?: unknown;
            /** @description The token, where no header can be sent. In a `text/plain` body a publishable one. */
            writeKey?: unknown;
        } & {
            [key: string]: unknown;
        };
        SegmentCall: {
            /** @description The user before the login. */
            anonymousId?: unknown;
            /** @description Of `track`: the type of the event. */
            event?: unknown;
            /** @description The same message counts once, however often it is sent. */
            messageId?: unknown;
            /** @description Of `alias`: the id that belongs to the user as well. */
            previousId?: unknown;
            properties?: unknown;
            /** @description Client clock at sending (RFC 3339): corrects the timestamps of a wrong clock. */
            sentAt?: unknown;
            /** @description RFC 3339; the time of receipt when absent. */
            timestamp?: unknown;
            /** @description Of `identify`: what is known of the user. */
            traits?: unknown;
            /** @description The user; needed unless there is an `anonymousId`. */
            userId?: unknown;
            /** @description The token, where no header can be sent. In a `text/plain` body a publishable one. */
            writeKey?: unknown;
        } & {
            [key: string]: unknown;
        };
        SegmentPage: {
            data: components["schemas"]["Segment"][];
            next_cursor: string | null;
        };
        SegmentRefusal: {
            /** @description As in the problems of the api. */
            code: string;
            errors?: {
                code: string;
                message: string;
                pointer: string;
            }[];
            message: string;
            request_id: string;
            /** @constant */
            success: false;
        };
        SegmentTaken: {
            /** @description Items of the batch that were not taken, and why; to send them again is of no use. */
            rejected?: {
                code: string;
                index: number;
                message: string;
            }[];
            /** @constant */
            success: true;
        };
        StoredEvent: {
            alias_id: string | null;
            event_id: string;
            experiment_id: string | null;
            original_timestamp: string | null;
            properties: {
                [key: string]: unknown;
            } | null;
            received_at: string;
            request_id: string | null;
            session_id: string | null;
            timestamp: string;
            type: string;
            user_id: string;
            value: number | null;
            variant_id: string | null;
        };
        StreamTicket: {
            /** @description A stream that is open by then stays open. */
            expires_at: string;
            ticket: string;
            /** @description Of the stream, with the ticket, on this host. */
            url: string;
        };
        /** @description A condition over what is known of a user: at most 5 levels deep, 100 conditions in all. */
        Targeting: {
            all: components["schemas"]["Targeting"][];
        } | {
            any: components["schemas"]["Targeting"][];
        } | {
            not: components["schemas"]["Targeting"];
        } | {
            /** @description Key of a segment, whose condition stands here. */
            segment: string;
        } | components["schemas"]["TargetingComparison"];
        /** @description What is not known, or of another type, fails every test but `not_exists`. */
        TargetingComparison: {
            /** @description What is known of the user by this name; `user_id` always is. */
            attribute: string;
            /** @enum {string} */
            operator: "eq" | "neq" | "in" | "not_in" | "gt" | "gte" | "lt" | "lte" | "exists" | "not_exists" | "contains" | "not_contains" | "starts_with" | "ends_with" | "before" | "after" | "version_eq" | "version_gt" | "version_gte" | "version_lt" | "version_lte";
            /** @description A list for `in` and `not_in`; a number for `gt`, `gte`, `lt` and `lte`; a text for `contains`, `not_contains`, `starts_with` and `ends_with`; a time with an offset for `before` and `after`; a version for `version_…`; nothing for `exists` and `not_exists`. */
            value?: (string | number | boolean) | (string | number | boolean)[];
        };
        Token: {
            allowed_origins: string[];
            created_at: string;
            /** @description The id of the token that made it; `env-…` for one of BEARER_TOKENS. */
            created_by: string;
            expires_at: string;
            /** @description The last characters of its secret part, to tell tokens apart. */
            hint: string;
            id: string;
            /**
             * @description `secret` is for servers. `publishable` may be seen in a browser: it only writes events, asks for variants and evaluates flags.
             * @enum {string}
             */
            kind: "secret" | "publishable";
            last_used_at: string | null;
            limits: {
                /** @description Most answered assignments in one period. */
                assignments?: number;
                /** @description Most events in one period. */
                events?: number;
                /** @description Most requests in one period. */
                requests?: number;
            } | null;
            name: string;
            not_before: string | null;
            replaced_by: string | null;
            revoked_at: string | null;
            rotated_from: string | null;
            scopes: ("experiments:read" | "experiments:write" | "assignments:write" | "events:write" | "results:read" | "flags:read" | "flags:write" | "flags:evaluate" | "users:write" | "admin")[];
            /**
             * @description Now: `replaced` still works and ends at `expires_at`; `expired` and `revoked` do not work any more.
             * @enum {string}
             */
            status: "active" | "not_yet_valid" | "replaced" | "expired" | "revoked";
            /** @description Requests that it came with; up to a minute late. */
            uses: number;
        };
        TokenPage: {
            data: components["schemas"]["Token"][];
            next_cursor: string | null;
        };
        /** @description The pace of the experiment, from its own totals, drawn on as a straight line. */
        Traffic: {
            days_left: number | null;
            days_needed: number | null;
            observed: {
                days: number;
                from: string;
                until: string;
            } | null;
            reason: ("not_taking_users" | "no_traffic" | "no_complete_day") | null;
            target_users: number;
            users_per_day: number | null;
            users_so_far: number;
        };
        User: {
            /** @description What targeting may ask for, by name: texts, numbers, true or false. At most 50 names of 64 characters, texts of 256 bytes. */
            attributes: {
                [key: string]: string | number | boolean;
            };
            created_at: string;
            updated_at: string;
            user_id: string;
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
    readFeatures: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the answer that is known. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A publishable token, or any text when a secret token comes in `Authorization`. */
                client_key: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All flags and experiments for SDKs of GrowthBook, which evaluate them where they run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrowthBookFeatures"];
                };
            };
            /** @description You have it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrowthBookError"];
                };
            };
            /** @description Refused. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrowthBookError"];
                };
            };
            /** @description Refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrowthBookError"];
                };
            };
            /** @description Refused. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrowthBookError"];
                };
            };
            /** @description Refused. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrowthBookError"];
                };
            };
            /** @description Refused. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrowthBookError"];
                };
            };
        };
    };
    assignExperiments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignExperiments"];
            };
        };
        responses: {
            /** @description All variants of one user at once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentResults"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description batch_too_large, body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAuditEntries: {
        parameters: {
            query?: {
                /** @description Such as `experiment.start`. */
                action?: string;
                /** @description The id of a token. */
                actor_id?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Done at this time or later. */
                from?: string;
                /** @description Most items on one page. */
                limit?: number;
                /** @description The id of what it was done to. */
                target_id?: string;
                /** @description Done before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who did what */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readBalance: {
        parameters: {
            query?: {
                /** @description The day after the last. */
                end_date?: string;
                /** @description Count the rows too, and compare. Reads every event id that was ever stored. */
                recount?: boolean;
                /** @description First day of receipt. */
                start_date?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of all delivered events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ledger"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
                /** @description SQLSTATE: PostgreSQL’s own, `22000` for what was no event at all, `XX000` for a reason without one. */
                sqlstate?: string;
                status?: "open" | "replayed" | "discarded";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List events that could not be stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the letter, which is that of its event. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read a dead letter */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the letter, which is that of its event. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: text
                     * @description Why nobody needs it.
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Settle a dead letter without storing its event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDeadLetter: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id of the letter, which is that of its event. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send a dead letter again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description queue_unavailable, overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description Letters that died at this time or later.
                     */
                    since?: string;
                    /** @description SQLSTATE: PostgreSQL’s own, `22000` for what was no event at all, `XX000` for a reason without one. */
                    sqlstate?: string;
                };
            };
        };
        responses: {
            /** @description Send open dead letters again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLettersReplayed"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description queue_unavailable, overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    countDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Count dead letters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterStats"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
                type?: string;
                /** @description 1 to 256 bytes of UTF-8, opaque, compared byte for byte. */
                user_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Look at stored events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendEvent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/cloudevents-batch+json": components["schemas"]["CloudEvent"][];
                "application/cloudevents+json": components["schemas"]["CloudEvent"];
                "application/json": components["schemas"]["Event"];
            };
        };
        responses: {
            /** @description Send an event */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedEvent"] | components["schemas"]["AcceptedEvents"];
                };
            };
            /** @description invalid_request, nothing_accepted, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description batch_too_large, body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description queue_unavailable, overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The UUID of the event. */
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read a stored event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredEvent"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readDisposition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The UUID of the event. */
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Why did this event count, or not? */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventDisposition"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/cloudevents-batch+json": components["schemas"]["CloudEvent"][];
                "application/json": components["schemas"]["EventBatch"];
            };
        };
        responses: {
            /** @description Send up to 1,000 events */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedEvents"];
                };
            };
            /** @description invalid_request, nothing_accepted, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description batch_too_large, body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description queue_unavailable, overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listExperiments: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
                /** @description Part of key or name. */
                q?: string;
                sort?: "-created_at" | "created_at";
                status?: "draft" | "running" | "paused" | "completed" | "archived";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List experiments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentPage"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createExperiment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateExperiment"];
            };
        };
        responses: {
            /** @description Create an experiment */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_taken, idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_experiment, idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description quota_exceeded, rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readExperiment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag you have; 304 when it is still right. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read an experiment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description You have it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a draft */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_transition */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchExperiment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the experiment you read. */
                "If-Match"?: string;
            };
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchExperiment"];
            };
        };
        responses: {
            /** @description Change an experiment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description precondition_failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_experiment, experiment_frozen */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description precondition_required */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archiveExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Put a completed experiment away */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_transition */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    assignUser: {
        parameters: {
            query?: {
                /** @description A flat JSON object, percent-encoded: `{"country":"DE","age":42}`. */
                attributes?: string;
                /** @description Also marks the exposure: the user meets the variant now. */
                enroll?: boolean;
                /** @description Reads the experiment anew instead of from a cache of one second. */
                refresh?: boolean;
            };
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
                /** @description 1 to 256 bytes, percent-encoded. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Which variant does this user get? */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Assignment"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainAssignment: {
        parameters: {
            query?: {
                /** @description A flat JSON object, percent-encoded: `{"country":"DE","age":42}`. */
                attributes?: string;
            };
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
                /** @description 1 to 256 bytes, percent-encoded. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Why does this user get this variant, or none? */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentExplanation"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAssignments: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
                /** @description Key of a variant. */
                variant?: string;
            };
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List assignments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentPage"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    assignUsers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignUsers"];
            };
        };
        responses: {
            /** @description Assign up to 1,000 users ahead of time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentResults"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description batch_too_large, body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    importAssignments: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportAssignments"];
            };
        };
        responses: {
            /** @description Bring assignments from another system */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportedAssignments"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_transition, idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readExperimentBalance: {
        parameters: {
            query?: {
                /** @description The day after the last. */
                end_date?: string;
                /** @description First day of receipt. */
                start_date?: string;
            };
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of the events of an experiment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentBalance"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CompleteExperiment"];
            };
        };
        responses: {
            /** @description End it: later events no longer count */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_transition */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_experiment */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openEpoch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenEpoch"];
            };
        };
        responses: {
            /** @description All of it is so already. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description Change the allocation of a started experiment */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_transition, idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_experiment, experiment_frozen, idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    overrideAssignment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
                /** @description 1 to 256 bytes, percent-encoded. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutOverride"];
            };
        };
        responses: {
            /** @description Force a variant on a user */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    liftOverride: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
                /** @description 1 to 256 bytes, percent-encoded. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lift an override */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Pause: users keep their variants, new users get none */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_transition */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recomputeExperiment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Rebuild all totals of an experiment */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readResults: {
        parameters: {
            query?: {
                /** @description An attribute of the users, fixed at their assignment. Top 20 values and the rest. */
                breakdown?: string;
                /** @description Of the intervals; 0.95 when absent. Verdicts do not depend on it. */
                confidence_level?: number;
                /** @description The day after the last one. */
                end_date?: string;
                /** @description The same as `metric`. */
                event_type?: string;
                /** @description `sql` adds the SQL over raw rows that gives the same figures. */
                explain?: "sql";
                format?: "json" | "csv";
                granularity?: "total" | "day" | "hour";
                /** @description `false` leaves intervals out. */
                include_ci?: boolean;
                /** @description Only this metric: a key of a selected metric or an event type. */
                metric?: string;
                /** @description Users that both arms of a comparison must have for a verdict; 100 when absent. It hides no count. */
                min_sample_size?: number;
                /** @description `true` adds the effect by days since the anchor. */
                novelty?: boolean;
                /** @description First day, in the timezone of the experiment. */
                start_date?: string;
                table?: "variants" | "comparisons" | "timeseries" | "breakdown" | "epochs";
                view?: "full" | "executive" | "monitoring" | "timeseries";
            };
            header?: {
                /** @description `text/csv` for a table. */
                Accept?: string;
                /** @description The ETag you have; 304 when nothing changed. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read the results */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Results"];
                    "text/csv": string;
                };
            };
            /** @description You have it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take new users again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_transition */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Start a draft */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_transition */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_experiment */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyExperiment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or key of the experiment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prove all totals of an experiment */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createExperiments: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateExperiments"];
            };
        };
        responses: {
            /** @description Create up to 100 experiments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkExperiments"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFlags: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
                /** @description Part of key or name. */
                q?: string;
                state?: "enabled" | "disabled" | "archived";
                type?: "boolean" | "string" | "number" | "json";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List flags */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagPage"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateFlag"];
            };
        };
        responses: {
            /** @description Create a flag */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flag"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_taken, idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_flag, idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description quota_exceeded, rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag you have; 304 when it is still right. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Id or key of the flag. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read a flag */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flag"];
                };
            };
            /** @description You have it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteFlag: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the flag. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete an archived flag */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_transition */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchFlag: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the flag you read; needed to replace `variants` or `rules`. */
                "If-Match"?: string;
            };
            path: {
                /** @description Id or key of the flag. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchFlag"];
            };
        };
        responses: {
            /** @description Change a flag */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flag"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_transition */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description precondition_failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_flag */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description precondition_required */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readFlagHistory: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id or key of the flag. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who changed a flag, when, and what it was then */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagHistory"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamFlags: {
        parameters: {
            query?: {
                /** @description Instead of the Authorization header, which an EventSource cannot send. */
                ticket?: string;
            };
            header?: {
                /** @description `text/event-stream`, or anything that allows it; nothing else can be had here. */
                Accept?: string;
                /** @description Sent by whoever was connected before: a change since then is told at once. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Hear when flags change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createStreamTicket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get a ticket for the stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamTicket"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readHoldout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read the global holdout */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Holdout"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putHoldout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutHoldout"];
            };
        };
        responses: {
            /** @description Set the global holdout */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Holdout"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List background jobs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From the `Location` of the request that started it. */
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read a background job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLayers: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List layers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayerPage"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createLayer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateLayer"];
            };
        };
        responses: {
            /** @description Create a layer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Layer"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_taken, idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readLayer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the layer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read a layer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Layer"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteLayer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the layer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a layer */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description layer_in_use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchLayer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the layer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchLayer"];
            };
        };
        responses: {
            /** @description Describe a layer anew */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Layer"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMetrics: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                kind?: "conversion" | "count" | "mean" | "ratio" | "retention" | "funnel";
                /** @description Most items on one page. */
                limit?: number;
                /** @description Part of key or name. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricPage"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createMetric: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateMetric"];
            };
        };
        responses: {
            /** @description Declare a metric */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Metric"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_taken, idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_metric, idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readMetric: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag you have; 304 when it is still right. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Id or key of the metric. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read a metric */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Metric"];
                };
            };
            /** @description You have it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteMetric: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the metric. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a metric */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description metric_in_use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchMetric: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the metric you read; without it, whatever is there is changed. */
                "If-Match"?: string;
            };
            path: {
                /** @description Id or key of the metric. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchMetric"];
            };
        };
        responses: {
            /** @description Change a metric */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PatchedMetric"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description precondition_failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_metric */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    planMde: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanMde"];
            };
        };
        responses: {
            /** @description How small an effect can be found? */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MdePlan"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    planPower: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanPower"];
            };
        };
        responses: {
            /** @description How likely is it to find an effect? */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PowerPlan"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    planSampleSize: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanSampleSize"];
            };
        };
        responses: {
            /** @description How many users does it take? */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleSizePlan"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSegments: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List segments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentPage"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSegment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSegment"];
            };
        };
        responses: {
            /** @description Name a condition */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Segment"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description key_taken, idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSegment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag you have; 304 when it is still right. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Key of the segment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read a segment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Segment"];
                };
            };
            /** @description You have it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSegment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Key of the segment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a segment */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description segment_in_use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchSegment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the segment you read; without it, whatever is there is changed. */
                "If-Match"?: string;
            };
            path: {
                /** @description Key of the segment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchSegment"];
            };
        };
        responses: {
            /** @description Change a segment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Segment"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description precondition_failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTokens: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most items on one page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPage"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateToken"];
            };
        };
        responses: {
            /** @description Create a token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description quota_exceeded, rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the token. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read a token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the token. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoke a token */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description last_admin_token */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id of the token. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateToken"];
            };
        };
        responses: {
            /** @description Rotate a token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description token_inactive, idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_mismatch */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description quota_exceeded, rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description overloaded, store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user, as your application names them. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is known of a user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user, as your application names them. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutUser"];
            };
        };
        responses: {
            /** @description Say what is known of a user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eraseUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user, as your application names them. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Erase a person */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureJob"];
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    linkAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The known id. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostAlias"];
            };
        };
        responses: {
            /** @description Another id of the same person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AliasAnswer"];
                };
            };
            /** @description invalid_request, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description alias_taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user, as your application names them. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything that is stored of a person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, origin_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description store_unavailable, overloaded */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description malformed_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description request_timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description headers_too_large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checks: {
                            /** @enum {string} */
                            database: "ok" | "failed";
                            /** @enum {string} */
                            process?: "stopping";
                            /** @enum {string} */
                            queue: "ok" | "failed";
                        };
                        /** @enum {string} */
                        status: "ok" | "unavailable";
                    };
                };
            };
            /** @description malformed_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description request_timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description headers_too_large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It cannot; `checks` says why. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checks: {
                            /** @enum {string} */
                            database: "ok" | "failed";
                            /** @enum {string} */
                            process?: "stopping";
                            /** @enum {string} */
                            queue: "ok" | "failed";
                        };
                        /** @enum {string} */
                        status: "ok" | "unavailable";
                    };
                };
            };
        };
    };
    evaluateOfrepFlags: {
        parameters: {
            query?: {
                /** @description A publishable token. */
                client_key?: string;
                /** @description Told by the stream. */
                flagConfigEtag?: string;
                /** @description Told by the stream. */
                flagConfigLastModified?: string;
            };
            header?: {
                /** @description The `ETag` of the answer that is known. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OfrepRequest"];
            };
        };
        responses: {
            /** @description Evaluate all flags of a user, in the words of OpenFeature (OFREP) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepBulkEvaluation"];
                };
            };
            /** @description You have it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Refused. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Refused. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Refused. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Refused. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Refused. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
        };
    };
    evaluateOfrepFlag: {
        parameters: {
            query?: {
                /** @description A publishable token. */
                client_key?: string;
            };
            header?: never;
            path: {
                /** @description Key of a flag or of an experiment. */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OfrepRequest"];
            };
        };
        responses: {
            /** @description Evaluate one flag, in the words of OpenFeature (OFREP) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepEvaluation"];
                };
            };
            /** @description Refused. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Refused. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Refused. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Refused. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Refused. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
            /** @description Refused. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfrepError"];
                };
            };
        };
    };
    capturePosthogBatch: {
        parameters: {
            query?: {
                /** @description A publishable token. */
                client_key?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PosthogBatch"];
                "text/plain": string;
            };
        };
        responses: {
            /** @description Take a batch of PostHog’s events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogCaptured"];
                };
            };
            /** @description Refused. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
        };
    };
    capturePosthogEvent: {
        parameters: {
            query?: {
                /** @description A publishable token. */
                client_key?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PosthogCapture"];
                "text/plain": string;
            };
        };
        responses: {
            /** @description Take an event of PostHog, as browsers call it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogCaptured"];
                };
            };
            /** @description Refused. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
        };
    };
    evaluatePosthogFlags: {
        parameters: {
            query?: {
                /** @description A publishable token. */
                client_key?: string;
                /** @description Version of the answer: 2, whatever is asked. */
                v?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PosthogFlagsRequest"];
                "text/plain": string;
            };
        };
        responses: {
            /** @description Evaluate the flags of a user, as the clients of PostHog ask */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogFlags"];
                };
            };
            /** @description Refused. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
        };
    };
    captureNewPosthogEvent: {
        parameters: {
            query?: {
                /** @description A publishable token. */
                client_key?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PosthogCapture"];
                "text/plain": string;
            };
        };
        responses: {
            /** @description Take an event of PostHog */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogCaptured"];
                };
            };
            /** @description Refused. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
            /** @description Refused. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PosthogError"];
                };
            };
        };
    };
    takeSegmentCall: {
        parameters: {
            query?: {
                /** @description A publishable token, where it can stand nowhere else. */
                client_key?: string;
            };
            header?: never;
            path: {
                /** @description `track`, `identify`, `page`, `screen`, `group` or `alias`, or its first letter. */
                call: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SegmentCall"];
                "text/plain": string;
            };
        };
        responses: {
            /** @description Take one of Segment’s calls */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentTaken"];
                };
            };
            /** @description Refused. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
        };
    };
    takeBrowserBatch: {
        parameters: {
            query?: {
                /** @description A publishable token, where it can stand nowhere else. */
                client_key?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SegmentBatch"];
                "text/plain": string;
            };
        };
        responses: {
            /** @description Take a batch of Segment’s calls, from a browser */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentTaken"];
                };
            };
            /** @description Refused. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
        };
    };
    takeSegmentBatch: {
        parameters: {
            query?: {
                /** @description A publishable token, where it can stand nowhere else. */
                client_key?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SegmentBatch"];
                "text/plain": string;
            };
        };
        responses: {
            /** @description Take a batch of Segment’s calls */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentTaken"];
                };
            };
            /** @description Refused. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
            /** @description Refused. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRefusal"];
                };
            };
        };
    };
}
