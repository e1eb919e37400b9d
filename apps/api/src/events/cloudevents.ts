import type { IncomingHttpHeaders } from 'node:http';
import { AssayError, FieldError } from '@app/model';
import { idOfName } from '@app/platform';
import { accept, Receipt, Verdict } from './accept';

// CloudEvents 1.0 (https://cloudevents.io): what describes an event there, and what it is called here.

export const STRUCTURED = 'application/cloudevents+json';
export const BATCH = 'application/cloudevents-batch+json';
const PREFIX = 'ce-';

type Fields = Record<string, unknown>;

/** Where a fault in our words is in those of the client. */
const POINTERS: Record<string, string> = {
  '/user_id': '/subject',
  '/timestamp': '/time',
  '/properties': '/data',
  '/experiment_id': '/experimentid',
  '/variant_id': '/variantid',
};

/** The CloudEvent of a request: its body, or its body as the data and its headers as the rest; undefined when it is none. */
export function cloudEventIn(headers: IncomingHttpHeaders, body: unknown): unknown {
  if (isOf(headers, STRUCTURED)) return body;
  return headers['ce-specversion'] === undefined ? undefined : { ...attributesOf(headers), data: body };
}

/** Whether the body is a list of CloudEvents. */
export function isBatch(headers: IncomingHttpHeaders): boolean {
  return isOf(headers, BATCH);
}

/** As `accept`, of a CloudEvent: the same source and id count once. */
export function acceptCloudEvent(input: unknown, receipt: Receipt): Verdict {
  if (!isObject(input)) return fault('', 'invalid_type', 'Must be an object.');
  const { id, source, specversion, type, subject, time, data, experimentid, variantid } = input;
  if (specversion !== '1.0') return fault('/specversion', 'invalid_choice', 'Must be 1.0.');
  if (!isName(id)) return fault('/id', 'required', 'Must be a text.');
  if (!isName(source)) return fault('/source', 'required', 'Must be a text.');
  if (!isName(subject)) return fault('/subject', 'required', 'Must be the id of the user.');
  if (input.data_base64 !== undefined)
    return fault('/data_base64', 'unknown_property', 'The data must be JSON.');
  const verdict = accept(
    {
      event_id: idOfName('cloudevents', JSON.stringify([source, id])),
      user_id: subject,
      type,
      ...(time !== undefined && time !== null && { timestamp: time }),
      properties: data ?? null,
      experiment_id: experimentid ?? null,
      variant_id: variantid ?? null,
    },
    receipt,
  );
  return 'fault' in verdict ? { fault: inTheirWords(verdict.fault) } : verdict;
}

/** The list is the body itself there, and a member of it here. */
export function pointingAtList(error: unknown): unknown {
  if (!(error instanceof AssayError) || error.extra.errors === undefined) return error;
  const errors = error.extra.errors.map((fault) => ({
    ...fault,
    pointer: fault.pointer.replace(/^\/events(?=\/|$)/, ''),
  }));
  return new AssayError(error.code, error.message, { ...error.extra, errors }, error.cause);
}

function isOf(headers: IncomingHttpHeaders, type: string): boolean {
  return headers['content-type']?.split(';', 1)[0].trim().toLowerCase() === type;
}

function attributesOf(headers: IncomingHttpHeaders): Fields {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(PREFIX))
      .map(([name, value]) => [name.slice(PREFIX.length), decoded(String(value))]),
  );
}

/** Characters that a header cannot hold are percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function inTheirWords({ pointer, ...rest }: FieldError): FieldError {
  const ours = Object.keys(POINTERS).find((one) => pointer === one || pointer.startsWith(`${one}/`));
  return { pointer: ours === undefined ? pointer : POINTERS[ours] + pointer.slice(ours.length), ...rest };
}

function fault(pointer: string, code: string, message: string): Verdict {
  return { fault: { pointer, code, message } };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
