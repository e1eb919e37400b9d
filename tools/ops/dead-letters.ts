import { Client } from '../import/client';

// The dead letters of a running Assay, over its public API: one function for each command, each giving the text to print.

interface Summary {
  id: string;
  status: string;
  sqlstate: string;
  reason: string;
  first_seen_at: string;
  replay_count: number;
  note: string | null;
}

interface Page {
  data: Summary[];
  next_cursor: string | null;
}

export interface Filter {
  status?: string;
  sqlstate?: string;
  since?: string;
}

const LARGEST_PAGE = 100;

export async function list(client: Client, filter: Filter, limit: number): Promise<string> {
  const letters: Summary[] = [];
  for (let cursor: string | null = ''; cursor !== null && letters.length < limit;) {
    const query = new URLSearchParams({
      limit: String(Math.min(LARGEST_PAGE, limit - letters.length)),
      ...filter,
      ...(cursor === '' ? {} : { cursor }),
    });
    const page: Page = await client.get<Page>(`/dead-letters?${query}`);
    letters.push(...page.data);
    cursor = page.next_cursor;
  }
  if (letters.length === 0) return 'No dead letters.';
  return letters.map(lineOf).join('\n');
}

function lineOf({ id, status, sqlstate, reason, first_seen_at, replay_count }: Summary): string {
  const words = reason.replaceAll(/\p{Cc}/gu, ' ').slice(0, 100);
  return [id, status.padEnd(9), sqlstate, first_seen_at, `replays: ${replay_count}`, words].join('  ');
}

export async function show(client: Client, id: string): Promise<string> {
  const { payload, ...letter } = await client.get<Summary & { payload: string }>(pathOf(id));
  return JSON.stringify({ ...letter, event: JSON.parse(payload) }, null, 2);
}

export async function replay(client: Client, id: string): Promise<string> {
  const letter = await client.post<Summary>(`${pathOf(id)}/replay`);
  return letter.status === 'open'
    ? `${id} is on the queue.`
    : `${id} is ${letter.status} already; nothing was changed.`;
}

export async function replayAll(client: Client, { sqlstate, since }: Filter): Promise<string> {
  const { queued, more } = await client.post<{ queued: number; more: boolean }>('/dead-letters/replay', { sqlstate, since }); // prettier-ignore
  return `${queued} letters are on the queue${more ? '; there may be more' : ''}.`;
}

export async function discard(client: Client, id: string, reason: string): Promise<string> {
  const letter = await client.post<Summary>(`${pathOf(id)}/discard`, { reason });
  return `${id} is ${letter.status}${letter.note === null ? '' : `: ${letter.note}`}.`;
}

export async function stats(client: Client): Promise<string> {
  const { letters, dead_jobs } = await client.get<{
    letters: { status: string; sqlstate: string; letters: number; oldest: string }[];
    dead_jobs: number;
  }>('/dead-letters/stats');
  const lines = letters.map((row) => `${row.status.padEnd(9)}  ${row.sqlstate}  ${String(row.letters).padStart(7)}  since ${row.oldest}`); // prettier-ignore
  return [...(lines.length === 0 ? ['No dead letters.'] : lines), `Dead jobs: ${dead_jobs}`].join('\n');
}

const pathOf = (id: string): string => `/dead-letters/${encodeURIComponent(id)}`;
