import { parseIngestJob, parseMaintenanceJob } from './jobs';
import { backoffMs, JOB_OPTIONS, WORKER_OPTIONS } from './queues';

const EVENT = {
  event_id: '0198c0de-1111-7000-8000-000000000001',
  user_id: 'u',
  type: 'purchase',
  timestamp: '2026-11-21T12:00:00.000Z',
  original_timestamp: null,
  value: null,
  properties: null,
  experiment_id: null,
  variant_id: null,
  session_id: null,
  request_id: null,
};

describe('a job payload', () => {
  it('passes when this version knows it', () => {
    const job = { v: 1, received_at: '2026-11-21T12:00:00.000Z', events: [EVENT] };
    expect(parseIngestJob(job)).toEqual(job);
    expect(parseMaintenanceJob({ v: 1, kind: 'verify', job_id: 'x' }).kind).toBe('verify');
  });

  it.each([
    ['of a later version', { v: 2, received_at: 'x', events: [EVENT] }],
    ['without a version', { received_at: 'x', events: [EVENT] }],
    ['without events', { v: 1, received_at: 'x', events: [] }],
    ['with half an event', { v: 1, received_at: 'x', events: [{ event_id: 'x' }] }],
    ['that is nothing', undefined],
  ])('%s is refused, so that the job stays', (_, job) => {
    expect(() => parseIngestJob(job)).toThrow('unknown job payload');
  });

  it('of an unknown kind is refused', () => {
    expect(() => parseMaintenanceJob({ v: 1, kind: 'format-disk' })).toThrow('unknown job payload');
  });
});

describe('retrying', () => {
  it('waits longer each time and never more than 37.5 seconds', () => {
    const waits = Array.from({ length: 100 }, (_, attempt) => backoffMs(attempt + 1));
    expect(waits[0]).toBeLessThan(waits[6]);
    for (const wait of [...waits, backoffMs(1_000_000)]) expect(wait).toBeLessThanOrEqual(37_500);
  });

  it('waits whole milliseconds, because BullMQ stores times in bigint columns', () => {
    for (let i = 0; i < 100; i++) expect(Number.isInteger(backoffMs(i))).toBe(true);
  });

  it('does not end: a job that ended in failed would be lost', () => {
    expect(JOB_OPTIONS).toMatchObject({ attempts: 1_000_000, removeOnFail: false });
    expect(WORKER_OPTIONS.maxStalledCount).toBe(1_000_000);
  });

  it('hands the jobs of a killed worker on after at most 20 seconds', () => {
    expect((WORKER_OPTIONS.lockDuration ?? Infinity) + (WORKER_OPTIONS.stalledInterval ?? Infinity)).toBe(
      20_000,
    );
  });
});
