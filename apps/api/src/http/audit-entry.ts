import type { FastifyRequest } from 'fastify';
import type { AuditEntry } from '@app/store';

/** What a handler knows better than its request and its answer tell. */
export interface Audited {
  targetId?: string;
  details?: Record<string, unknown>;
}

const AUDITED = Symbol('what was done');

/** One row of the audit log for each; none when nothing was done. Without a word of the handler there is one row. */
export function audited(request: FastifyRequest, ...rows: Audited[]): void {
  (request as unknown as Record<symbol, Audited[]>)[AUDITED] = rows;
}

/** Of the longest row, in bytes of JSON. */
const MOST_BYTES = 4_096;
const SECRET = /secret|token|password|authorization|^user_ids?$/i;

/**
 * What is written of a request that succeeded: under the name of its route, whose first word says what kind of thing it is about.
 * Neither secrets nor ids of users get here.
 */
export function entriesOf(
  { audit: action = '', body }: { audit?: string; body?: object },
  request: FastifyRequest,
  answer: unknown,
): AuditEntry[] {
  const rows = (request as unknown as Record<symbol, Audited[] | undefined>)[AUDITED] ?? [{}];
  const { id, user_id } = request.params as { id?: string; user_id?: string };
  const answered = (answer as { id?: unknown } | null | undefined)?.id;
  return rows.map(({ targetId, details }) => ({
    action,
    targetType: action.split('.', 1)[0],
    targetId: targetId ?? (typeof answered === 'string' ? answered : (id ?? null)),
    userId: user_id ?? null,
    // Of a body that the route does not take, nobody knows what it is.
    details: bounded(details ?? asked(body === undefined ? null : request.body)),
  }));
}

function asked(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? { asked: body } : {};
}

/** The named fields that are not what they were. */
export function changesOf<T extends object>(
  before: T,
  after: T,
  fields: readonly string[],
): Record<string, { from: unknown; to: unknown }> {
  const of = (whole: T, field: string): unknown => (whole as Record<string, unknown>)[field] ?? null;
  return Object.fromEntries(
    fields
      .filter((field) => JSON.stringify(of(before, field)) !== JSON.stringify(of(after, field)))
      .map((field) => [field, { from: of(before, field), to: of(after, field) }]),
  );
}

/** As much of it as fits, without secrets; `omitted` names what does not. */
export function bounded(details: Record<string, unknown>): Record<string, unknown> {
  const clean = withoutSecrets(details) as Record<string, unknown>;
  if (bytesOf(clean) <= MOST_BYTES) return clean;
  const omitted: string[] = [];
  const fitting = Object.entries(clean).map(([name, value]) => [name, trim(value, name, omitted)]);
  return trimToNames(Object.fromEntries(fitting) as Record<string, unknown>, omitted);
}

/** Leaves out the largest members of an object until what is left takes half the room. */
function trim(value: unknown, name: string, omitted: string[]): unknown {
  if (bytesOf(value) <= MOST_BYTES / 2) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    omitted.push(name);
    return null;
  }
  const kept = Object.entries(value).sort(([, a], [, b]) => bytesOf(a) - bytesOf(b));
  while (kept.length > 0 && bytesOf(Object.fromEntries(kept)) > MOST_BYTES / 2)
    omitted.push(`${name}/${kept.pop()?.[0] ?? ''}`);
  return Object.fromEntries(kept);
}

function trimToNames(details: Record<string, unknown>, omitted: string[]): Record<string, unknown> {
  const whole = { ...details, omitted: omitted.map((name) => name.slice(0, 40)).slice(0, 20) };
  return bytesOf(whole) <= MOST_BYTES
    ? whole
    : {
        omitted: Object.keys(details)
          .map((name) => name.slice(0, 40))
          .slice(0, 20),
      };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  // A condition may name users.
  const isAboutUsers = (value as { attribute?: unknown }).attribute === 'user_id';
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [
    storable(name),
    SECRET.test(name) || (name === 'value' && isAboutUsers) ? '(left out)' : withoutSecrets(member),
  ]);
  return Object.fromEntries(members);
}

/** PostgreSQL has no text with NUL, and none that is not Unicode. */
function storable(text: string): string {
  return Buffer.from(text).toString().replaceAll('\u0000', '\uFFFD');
}
