import { AssayError } from '@app/model';
import { inTime, type Logger } from '@app/platform';
import { EventQueue } from './event-queue';
import { Gauge, Marks, pressedGauges, Reading } from './pressure';
import { QueueLink } from './queue-link';

const LOOK_EVERY_MS = 1_000;
const LOOK_DEADLINE_MS = 1_500;

/**
 * Looks at the queue every second, so that a request only has to read the answer: may events come in? A queue that does not answer is
 * known for it at once; nothing is piled up in front of it.
 */
export class QueueWatch {
  private pressed: ReadonlySet<Gauge> = new Set();
  private answers = true;
  private latest: Reading | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly queue: EventQueue,
    private readonly link: QueueLink,
    private readonly marks: Marks,
    private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.look();
    this.next();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** What the last look found; null while the queue does not answer. */
  get reading(): Reading | null {
    return this.answers ? this.latest : null;
  }

  get underPressure(): boolean {
    return this.pressed.size > 0;
  }

  get isAnswering(): boolean {
    return this.answers && this.link.isOpen;
  }

  /** @throws AssayError overloaded when events must wait outside */
  admit(): void {
    if (this.pressed.size === 0) return;
    throw new AssayError(
      'overloaded',
      'Too many events wait to be stored; send the same request again later.',
    );
  }

  /** Somebody waited in vain: nobody else shall, until the next look finds the queue answering. */
  suspect(): void {
    this.answers = false;
  }

  async look(): Promise<void> {
    try {
      const [state, memoryShare] = await inTime(
        Promise.all([this.queue.state(), this.link.memoryShare()]),
        LOOK_DEADLINE_MS,
      );
      this.latest = { jobs: state.waiting, lag_seconds: state.lagMs / 1_000, memory_share: memoryShare };
    } catch (error) {
      if (this.answers) this.logger.warn({ err: error }, 'the queue does not answer; events are refused');
      this.answers = false;
      return;
    }
    if (!this.answers) this.logger.info('the queue answers again');
    this.answers = true;
    this.judge(this.latest);
  }

  private judge(reading: Reading): void {
    const before = this.underPressure;
    this.pressed = pressedGauges(this.pressed, reading, this.marks);
    if (this.underPressure && !before)
      this.logger.error({ ...reading, pressed: [...this.pressed] }, 'too much waits; events are refused');
    if (!this.underPressure && before) this.logger.info(reading, 'events are accepted again');
  }

  private next(): void {
    this.timer = setTimeout(() => {
      void this.look().finally(() => this.timer !== undefined && this.next());
    }, LOOK_EVERY_MS).unref();
  }
}
