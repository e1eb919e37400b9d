import { readJob } from './read-job';

const RECEIVED = '2026-11-21T12:00:00.000Z';
const EVENT = {
  event_id: '0198c0de-1111-7000-8000-000000000001',
  user_id: 'u',
  type: 'purchase',
  timestamp: RECEIVED,
  original_timestamp: null,
  value: null,
  properties: null,
  experiment_id: null,
  variant_id: null,
  session_id: null,
  request_id: null,
};
const job = (events: unknown, more: object = {}) => ({ v: 1, received_at: RECEIVED, events, ...more });

describe('reading a job', () => {
  it('gives every event its time of receipt: its own, else that of the job', () => {
    const own = '2026-11-20T00:00:00.000Z';
    const read = readJob(job([EVENT, { ...EVENT, received_at: own }]));
    expect(read?.events.map((event) => event.received_at)).toEqual([RECEIVED, own]);
    expect(read?.misshapen).toEqual([]);
  });

  it('sorts out what is no event, as it was', () => {
    const half = { event_id: 'x', user_id: 7 };
    const read = readJob(job([half, EVENT, 'text', null]));
    expect(read?.events).toEqual([{ ...EVENT, received_at: RECEIVED }]);
    expect(read?.misshapen).toEqual([
      { event: { received_at: RECEIVED, ...half }, reason: expect.stringContaining('/events/0/') },
      { event: { received_at: RECEIVED, item: 'text' }, reason: expect.any(String) },
      { event: { received_at: RECEIVED, item: null }, reason: expect.any(String) },
    ]);
  });

  it.each([[undefined], [null], ['text'], [[]], [{}], [job([])], [job('events')], [{ v: 1, events: [EVENT] }], [{ events: [EVENT] }]])(
    'finds no job in %j',
    (data) => {
      expect(readJob(data)).toBeNull();
    },
  ); // prettier-ignore

  it('leaves a job of another version to those who know it', () => {
    expect(() => readJob(job([EVENT], { v: 2 }))).toThrow('unknown job payload: /v');
  });
});
