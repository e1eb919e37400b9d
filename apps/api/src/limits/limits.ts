import { Inject, Injectable, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Env, Logger } from '@app/platform';
import { RateLimitsStore } from '@app/store';
import type { Caller } from '../auth/caller';
import { ENV, LOGGER } from '../injected';
import { Account, Limit, Verdict } from './account';
import { LocalCredit } from './local-credit';
import type { RouteClass } from './route-class';
import { PostgresCredit } from './postgres-credit';
import { RedisCredit } from './redis-credit';
import { CreditStore, SharedCredit } from './shared-credit';

const MOST_ACCOUNTS = 100_000;

/** What each token may still do. Shared through Redis, or PostgreSQL where there is none; while that does not answer each process limits alone. */
@Injectable()
export class Limits implements OnModuleInit, OnApplicationShutdown {
  /** Requests refused since the start. */
  readonly refused: Record<RouteClass, number> = { events: 0, assignments: 0, requests: 0 };
  /** Verdicts reached without the others, because what they share did not answer. */
  decidedAlone = 0;
  private readonly defaults: Record<RouteClass, Limit>;
  private readonly accounts = new Map<string, Account>();
  private readonly shared: SharedCredit | null;
  private readonly alone: LocalCredit;

  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) logger: Logger,
    store: RateLimitsStore,
  ) {
    const periodMs = env.RATE_LIMIT_PERIOD * 1000;
    this.defaults = {
      events: { max: env.RATE_LIMIT_EVENTS, periodMs },
      assignments: { max: env.RATE_LIMIT_ASSIGNMENTS, periodMs },
      requests: { max: env.RATE_LIMIT_REQUESTS, periodMs },
    };
    this.shared = this.areEnabled ? new SharedCredit(creditOf(env, store), logger) : null;
    this.alone = new LocalCredit(env.RATE_LIMIT_EXPECTED_PROCESSES);
  }

  get areEnabled(): boolean {
    return this.env.RATE_LIMIT_ENABLED;
  }

  limitOf(caller: Pick<Caller, 'limits'>, routeClass: RouteClass): Limit {
    const own = caller.limits?.[routeClass];
    const limit = this.defaults[routeClass];
    return own === undefined ? limit : { max: own, periodMs: limit.periodMs };
  }

  /** Never throws: what cannot be asked is decided here. */
  take(
    caller: Pick<Caller, 'id' | 'limits'>,
    routeClass: RouteClass,
    cost: number,
  ): Verdict | Promise<Verdict> {
    const key = `${routeClass}:${caller.id}`;
    const limit = this.limitOf(caller, routeClass);
    const decideAlone = (): Verdict => {
      this.decidedAlone += 1;
      return this.alone.take(key, limit, cost);
    };
    if (this.shared === null || !this.shared.isThere) return decideAlone();
    const verdict = this.accountOf(key, limit, this.shared).take(cost);
    return verdict instanceof Promise ? verdict.catch(decideAlone) : verdict;
  }

  /** For the first request as for all others: no process begins by limiting alone. */
  async onModuleInit(): Promise<void> {
    await this.shared?.connected();
  }

  onApplicationShutdown(): void {
    this.shared?.close();
  }

  private accountOf(key: string, limit: Limit, shared: SharedCredit): Account {
    const known = this.accounts.get(key);
    if (known?.limit.max === limit.max) return known;
    const account = new Account(
      limit,
      (cost) => shared.take(key, limit, cost),
      () => performance.now(),
    );
    this.accounts.set(key, account);
    if (this.accounts.size > MOST_ACCOUNTS) this.accounts.delete(this.accounts.keys().next().value as string);
    return account;
  }
}

function creditOf({ REDIS_URL: url, QUEUE_PREFIX: prefix }: Env, store: RateLimitsStore): CreditStore {
  return url === undefined ? new PostgresCredit(store) : new RedisCredit(url, prefix);
}
