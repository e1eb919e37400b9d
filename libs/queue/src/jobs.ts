import { Static, TSchema, Type } from '@sinclair/typebox';
import { AcceptedEvent } from '@app/model';
import { validator } from '@app/platform';

// Payloads are a contract between processes of different versions: `v` says which, and a worker refuses what it does not know.

const text = Type.String();
/** Absent or null: nobody said. */
const said = <T extends TSchema>(type: T) => Type.Optional(Type.Union([type, Type.Null()]));

const IngestJob = Type.Object({
  v: Type.Literal(1),
  /** When the api made the job: RFC 3339, UTC. */
  received_at: text,
  events: Type.Array(
    Type.Object({
      event_id: text,
      /** When the api accepted this event, where it shares the job with others; jobs of one request have none. */
      received_at: Type.Optional(text),
      user_id: text,
      type: text,
      timestamp: text,
      original_timestamp: said(text),
      value: said(Type.Number()),
      properties: said(Type.Record(text, Type.Unknown())),
      experiment_id: said(text),
      variant_id: said(text),
      session_id: said(text),
      request_id: said(text),
    }),
    { minItems: 1 },
  ),
});
export interface IngestJob {
  v: 1;
  received_at: string;
  events: (AcceptedEvent & { received_at?: string })[];
}

const MaintenanceJob = Type.Object({
  v: Type.Literal(1),
  kind: Type.Union([
    Type.Literal('recompute'),
    Type.Literal('verify'),
    Type.Literal('reconcile'),
    Type.Literal('partitions'),
    Type.Literal('lifecycle'),
    Type.Literal('erase'),
  ]),
  /** The row in `jobs`; scheduled runs have none yet. */
  job_id: Type.Optional(text),
});
export type MaintenanceJob = Static<typeof MaintenanceJob>;

const checkIngest = validator(IngestJob);
const checkMaintenance = validator(MaintenanceJob);

/** @throws Error naming the first fault; the job stays in the queue. */
export function parseIngestJob(data: unknown): IngestJob {
  return accept(checkIngest(data));
}

/** @throws Error naming the first fault; the job stays in the queue. */
export function parseMaintenanceJob(data: unknown): MaintenanceJob {
  return accept(checkMaintenance(data));
}

function accept<T>(result: ReturnType<typeof checkIngest> | ReturnType<typeof checkMaintenance>): T {
  if (result.ok) return result.value as T;
  const [{ pointer, message }] = result.findings;
  throw new Error(`unknown job payload: ${pointer || '/'} ${message}`);
}
