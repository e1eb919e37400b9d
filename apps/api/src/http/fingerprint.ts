import { createHash } from 'node:crypto';

/** The same for requests that ask for the same: the order of members and white space do not matter. */
export function fingerprint(query: string, body: unknown): string {
  return createHash('sha256').update(query).update('\n').update(canonical(body)).digest('hex');
}

/** Its own recursion goes as deep as the body does, which is checked before it gets here. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
