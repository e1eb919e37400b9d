import {
  AcceptedEvent,
  correctClock,
  FieldError,
  formatInstant,
  isCanonical,
  MAX_VALUE,
  mostBytes,
  parseInstant,
} from '@app/model';
import { timeOrderedId, validator } from '@app/platform';
import { FORMATS } from '../http/schema';
import { EventInput } from './events.schema';

// Pure but for the id it makes up: one raw event in, an accepted event or the first thing wrong with it out. Whatever PostgreSQL could
// refuse is refused here, so that the worker never meets it.

const MAX_PROPERTIES_BYTES = 65_536;
/** Properties that give an event its value when it has none of its own. */
const VALUE_PROPERTIES = ['value', 'revenue', 'price', 'amount'];

// The timestamp is read below, once.
const check = validator(EventInput, { ...FORMATS, 'date-time': () => true });

export type Verdict = { event: AcceptedEvent } | { fault: FieldError };

export interface Receipt {
  receivedUs: number;
  /** What the client's clock said when it sent the request. */
  sentUs: number | null;
}

export function accept(input: unknown, { receivedUs, sentUs }: Receipt): Verdict {
  const checked = check(input);
  if (!checked.ok) return { fault: checked.findings[0] };
  const raw = checked.value;
  const fault = faultInProperties(raw.properties ?? null);
  if (fault !== null) return { fault };

  const original = raw.timestamp === undefined ? receivedUs : parseInstant(raw.timestamp);
  if (original === null) {
    return {
      fault: { pointer: '/timestamp', code: 'invalid_format', message: 'Must be a valid date-time.' },
    };
  }
  const timestamp = raw.timestamp === undefined ? receivedUs : correctClock(original, sentUs, receivedUs);
  if (timestamp === null) {
    const message = 'Lies more than 24 hours in the future.';
    return { fault: { pointer: '/timestamp', code: 'event_in_future', message } };
  }
  return {
    event: {
      event_id: raw.event_id?.toLowerCase() ?? timeOrderedId(),
      user_id: raw.user_id,
      type: raw.type,
      timestamp: textOf(timestamp, original, raw.timestamp),
      // What is undefined here is absent when the job is written.
      original_timestamp: original === timestamp ? undefined : formatInstant(original),
      value: raw.value ?? undefined,
      properties: raw.properties ?? undefined,
      experiment_id: raw.experiment_id?.toLowerCase(),
      variant_id: raw.variant_id ?? undefined,
      session_id: raw.session_id ?? undefined,
      request_id: raw.request_id ?? undefined,
    },
  };
}

/** The client's own text when it is what we would write. */
function textOf(timestamp: number, original: number, text: string | undefined): string {
  return timestamp === original && text !== undefined && isCanonical(text) ? text : formatInstant(timestamp);
}

function faultInProperties(properties: Record<string, unknown> | null): FieldError | null {
  if (properties === null) return null;
  const most = mostBytes(properties);
  if (most === Infinity) {
    const message = 'Must nest at most 32 deep and hold no NUL and no lone surrogate.';
    return { pointer: '/properties', code: 'invalid_properties', message };
  }
  if (most > MAX_PROPERTIES_BYTES && Buffer.byteLength(JSON.stringify(properties)) > MAX_PROPERTIES_BYTES) {
    return { pointer: '/properties', code: 'properties_too_large', message: 'Must be at most 64 KB.' };
  }
  const wild = VALUE_PROPERTIES.find((name) => {
    const value = properties[name];
    return typeof value === 'number' && Math.abs(value) > MAX_VALUE;
  });
  if (wild === undefined) return null;
  return { pointer: `/properties/${wild}`, code: 'out_of_range', message: `Must lie within ±${MAX_VALUE}.` };
}
