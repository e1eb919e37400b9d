import type { Logger } from 'pino';

/** One setting of a store under which a crash loses what was acknowledged. */
export interface UnsafeSetting {
  setting: string;
  value: string;
  fix: string;
}

/** What a store says about itself; null when it will not tell. Throws when it cannot be asked. */
export type DurabilityProbe = () => Promise<UnsafeSetting[] | null>;

/** `unknown`: the store has not been asked yet, or does not let itself be asked. */
export type Durability = 'durable' | 'relaxed' | 'unknown';

const CHECK_EVERY_MS = 30_000;

export class UnsafeDurability extends Error {
  constructor(readonly settings: UnsafeSetting[]) {
    super(
      'Settings under which acknowledged events can be lost:\n' +
        settings.map(({ setting, value, fix }) => `  - ${setting} is ${value}: ${fix}\n`).join('') +
        'Change them, or set ALLOW_RELAXED_DURABILITY=true to accept the loss; answers then say so.',
    );
  }
}

/**
 * Asks the stores at the start and every half minute whether what they acknowledge survives a crash. Unsafe settings keep a process
 * from starting; settings that become unsafe later do not end it, but no acknowledgement claims more than is true.
 */
export class DurabilityWatch {
  private readonly known = new Map<string, UnsafeSetting[] | null>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly probes: Record<string, DurabilityProbe>,
    private readonly allowRelaxed: boolean,
    private readonly logger: Logger,
  ) {}

  /** @throws UnsafeDurability naming every unsafe setting, unless that is allowed */
  async onModuleInit(): Promise<void> {
    await this.check();
    const unsafe = this.unsafe();
    if (unsafe.length > 0 && !this.allowRelaxed) throw new UnsafeDurability(unsafe);
    this.timer = setInterval(() => void this.check(), CHECK_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Asks every store again. One that does not answer is taken for what it was. */
  async check(): Promise<void> {
    await Promise.all(Object.entries(this.probes).map(([store, probe]) => this.ask(store, probe)));
  }

  /** How durable an acknowledgement is that rests on these stores; on all of them when none is named. */
  of(...stores: string[]): Durability {
    const answers = (stores.length > 0 ? stores : Object.keys(this.probes)).map((name) =>
      this.known.get(name),
    );
    if (answers.some((settings) => (settings?.length ?? 0) > 0)) return 'relaxed';
    return answers.every((settings) => settings?.length === 0) ? 'durable' : 'unknown';
  }

  private unsafe(): UnsafeSetting[] {
    return [...this.known.values()].flatMap((settings) => settings ?? []);
  }

  private async ask(store: string, probe: DurabilityProbe): Promise<void> {
    let settings: UnsafeSetting[] | null;
    try {
      settings = await probe();
    } catch (error) {
      this.logger.debug({ err: error, store }, 'durability could not be checked');
      return;
    }
    const before = this.known.get(store);
    this.known.set(store, settings);
    if (settings === null && before === undefined)
      this.logger.warn({ store }, 'the settings of a store cannot be read; its durability is unknown');
    if (settings !== null && settings.length > 0 && JSON.stringify(settings) !== JSON.stringify(before))
      this.logger.error({ store, settings }, 'acknowledged events can be lost under these settings');
  }
}
