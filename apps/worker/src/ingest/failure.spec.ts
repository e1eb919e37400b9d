import { ACTIONS, classify, Flood } from './failure';

describe('what becomes of a job whose batch was not stored', () => {
  it('is told by the class of the failure, and more dead than can be an accident are a class of their own', () => {
    expect(classify(new Flood('x'))).toBe('flood');
    expect(classify(Object.assign(new Error('x'), { code: '57P01' }))).toBe('unavailable');
  });

  it('buries nothing but data, and burns attempts for what nobody knows alone', () => {
    const withJob = (job: string) => Object.entries(ACTIONS).filter(([, action]) => action.job === job).map(([name]) => name); // prettier-ignore
    expect(withJob('bisect')).toEqual(['data']);
    expect(withJob('attempt')).toEqual(['unknown']);
    expect(ACTIONS.program).toMatchObject({ pauseAfter: 1, probeMs: 30_000, alarm: true });
    expect(ACTIONS.unavailable).toMatchObject({ pauseAfter: 5, probeMs: 1_000, alarm: false });
  });
});
