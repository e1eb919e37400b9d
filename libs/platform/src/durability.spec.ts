import pino from 'pino';
import { DurabilityWatch, UnsafeDurability, UnsafeSetting } from './durability';

const OFF: UnsafeSetting = { setting: 'PostgreSQL fsync', value: 'off', fix: 'set it to on' };
const EVERYSEC: UnsafeSetting = { setting: 'Redis appendfsync', value: 'everysec', fix: 'set it to always' };

/** A watch over two stores whose answers the test decides, and what it has logged. */
function watching(allowRelaxed = false) {
  const answers: Record<'postgres' | 'redis', UnsafeSetting[] | null | Error> = { postgres: [], redis: [] };
  const lines: { level: number; store?: string }[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const probe = (store: 'postgres' | 'redis') => () => {
    const answer = answers[store];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const probes = { postgres: probe('postgres'), redis: probe('redis') };
  const watch = new DurabilityWatch(probes, allowRelaxed, logger);
  return { answers, lines, watch, stop: () => watch.onApplicationShutdown() };
}

describe('watching durability', () => {
  it('starts on safe settings and says durable', async () => {
    const { watch, stop } = watching();
    await watch.onModuleInit();
    stop();
    expect(watch.of()).toBe('durable');
  });

  it('refuses to start on unsafe ones, naming each with its fix', async () => {
    const { watch, answers } = watching();
    Object.assign(answers, { postgres: [OFF], redis: [EVERYSEC] });
    const start = watch.onModuleInit();
    await expect(start).rejects.toThrow(UnsafeDurability);
    await expect(start).rejects.toThrow(
      /PostgreSQL fsync is off: set it to on\n.*Redis appendfsync is everysec: set it to always/,
    );
  });

  it('starts on them when told to, and never says durable', async () => {
    const { watch, answers, lines, stop } = watching(true);
    answers.redis = [EVERYSEC];
    await watch.onModuleInit();
    stop();
    expect([watch.of(), watch.of('postgres'), watch.of('redis')]).toEqual(['relaxed', 'durable', 'relaxed']);
    expect(lines).toContainEqual(expect.objectContaining({ level: 50, store: 'redis' }));
  });

  it('notices a setting that becomes unsafe later, logs it once, and notices when it is mended', async () => {
    const { watch, answers, lines, stop } = watching();
    await watch.onModuleInit();
    stop();
    answers.postgres = [OFF];
    await watch.check();
    await watch.check();
    expect(watch.of()).toBe('relaxed');
    expect(lines.filter(({ level }) => level === 50)).toHaveLength(1);
    answers.postgres = [];
    await watch.check();
    expect(watch.of()).toBe('durable');
  });

  it('does not claim what it does not know', async () => {
    const { watch, answers, lines, stop } = watching();
    Object.assign(answers, { redis: null });
    await watch.onModuleInit();
    stop();
    expect([watch.of(), watch.of('postgres')]).toEqual(['unknown', 'durable']);
    expect(lines).toContainEqual(expect.objectContaining({ level: 40, store: 'redis' }));
  });

  it('takes a store that is away for what it was, and for unknown when it was never there', async () => {
    const { watch, answers, stop } = watching();
    answers.redis = new Error('away');
    await watch.onModuleInit();
    stop();
    expect(watch.of()).toBe('unknown');
    answers.redis = [];
    await watch.check();
    answers.redis = new Error('away again');
    await watch.check();
    expect(watch.of()).toBe('durable');
  });
});
