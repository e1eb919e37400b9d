// Clients: they send events, ask for variants and import assignments, and say the same again until they are heard.
import crypto from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashed, imported } from './experiments.mjs';

const minute = 60_000;
const day = 24 * 60 * minute;
const users = 600;
const givingUp = 60_000; // after the faults are over: the system should have healed long before

/** Shares of what clients do; the rest is sending again what was sent before. */
const shares = {
  sendBatch: 0.55,
  sendOne: 0.17,
  askForVariant: 0.14,
  assignMany: 0.03,
  importSome: 0.04,
  override: 0.005,
  recompute: 0.0015,
};

export class Load {
  delivered = 0;
  repeats = 0;
  #recent = [];

  constructor({ client, facts, ids, random, signal, batch = [10, 100] }) {
    Object.assign(this, { client, facts, ids, random, signal, batch });
  }

  /** Resolves when every client has been answered for what it had begun. */
  async run(clients) {
    const began = Date.now();
    await Promise.all(Array.from({ length: clients }, () => this.#client(this.random.child())));
    this.ms = Date.now() - began;
  }

  async #client(random) {
    while (!this.signal.aborted) {
      await this.#act(random);
    }
  }

  /** What a client does next. */
  async #act(random) {
    let dice = random.next();
    for (const [action, share] of Object.entries(shares)) {
      if (dice < share) return this[action](random);
      dice -= share;
    }
    return this.sendAgain(random);
  }

  async sendBatch(random) {
    const events = Array.from({ length: random.between(...this.batch) }, () => this.#event(random));
    await this.#deliver(events, random.chance(0.1) ? 2 : 1);
    this.#recent.push(events);
    if (this.#recent.length > 50) this.#recent.shift();
  }

  async sendOne(random) {
    const event = this.#event(random);
    const answer = await this.#insist('POST', '/events', event);
    if (answer) await this.facts.acknowledge([event.event_id], answer.from, answer.to);
  }

  /** Events of several earlier batches in new company: no queue can know them by their job. */
  async sendAgain(random) {
    if (this.#recent.length < 2) return;
    const mixed = [random.pick(this.#recent), random.pick(this.#recent)].flat();
    const again = [...new Set(random.shuffled(mixed))].slice(0, random.between(1, 100));
    this.repeats += again.length;
    await this.#deliver(again, random.chance(0.3) ? 2 : 1);
  }

  /** `copies` requests with the same events at the same time. */
  async #deliver(events, copies) {
    const ids = events.map(({ event_id: id }) => id);
    await Promise.all(
      Array.from({ length: copies }, async () => {
        const answer = await this.#insist('POST', '/events/batch', { events });
        if (!answer) return;
        if (answer.body.rejected.length > 0)
          this.facts.contradictions.push(`rejected: ${JSON.stringify(answer.body.rejected[0])}`);
        await this.facts.acknowledge(ids, answer.from, answer.to);
      }),
    );
  }

  async askForVariant(random) {
    const experiment = random.pick(hashed);
    const user = userOf(random);
    const enroll = random.chance(0.4) ? '?enroll=true' : '';
    const answer = await this.#insist('GET', `/experiments/${experiment}/assignment/${user}${enroll}`);
    if (answer && answer.body.source === 'hash') this.facts.note(experiment, user, answer.body.variant.key);
  }

  async assignMany(random) {
    const experiment = random.pick(hashed);
    const user_ids = [...new Set(Array.from({ length: 20 }, () => userOf(random)))];
    const answer = await this.#insist('POST', `/experiments/${experiment}/assignments/bulk`, { user_ids });
    for (const { user_id, source, variant } of answer?.body.data ?? [])
      if (source === 'hash') this.facts.note(experiment, user_id, variant.key);
  }

  async importSome(random) {
    const rows = new Map();
    for (let i = 0; i < 10; i++) {
      const user = userOf(random);
      const at = new Date(Date.now() - random.below(4 * day)).toISOString();
      rows.set(user, { user_id: user, variant_key: random.pick(['control', 'treatment']), assigned_at: at });
    }
    const assignments = [...rows.values()];
    const answer = await this.#insist('POST', `/experiments/${imported}/assignments/import`, { assignments });
    if (answer) this.facts.imported.push(...assignments);
  }

  /** A few users only: those who are overridden count nowhere. */
  async override(random) {
    const route = `/experiments/assigned/overrides/qa-${random.below(5)}`;
    await this.#insist('PUT', route, { variant_key: 'treatment' });
    if (random.chance(0.7)) await this.#insist('DELETE', route, undefined, [404]);
  }

  async recompute(random) {
    await this.#insist('POST', `/experiments/${random.pick([...hashed, imported])}/recompute`);
  }

  #event(random) {
    const type = random.pick([
      'view',
      'view',
      'view',
      'purchase',
      'purchase',
      'signup',
      'exposure',
      'refund',
    ]);
    const names = type === 'exposure' ? random.pick([...hashed, imported]) : null;
    const event = {
      event_id: crypto.randomUUID(),
      user_id: random.chance(0.01) ? `qa-${random.below(5)}` : userOf(random),
      type,
      timestamp: new Date(Date.now() + offsetOf(random)).toISOString(),
      ...(type === 'purchase' || type === 'refund' ? { value: random.between(-500, 20_000) / 100 } : {}),
      ...(random.chance(0.5) ? { properties: { plan: random.pick(['free', 'pro']) } } : {}),
      ...(names || random.chance(0.1) ? { experiment_id: this.ids[names ?? random.pick(hashed)] } : {}),
    };
    this.facts.sent.set(event.event_id, event);
    return event;
  }

  /** Until the answer is a yes; undefined when it never came. Anything but "later" and "yes" is a contradiction. */
  async #insist(method, route, body, alsoFine = []) {
    for (let attempt = 0; ; attempt++) {
      const answer = await this.client.call(method, route, body).catch(() => undefined);
      if (answer && (answer.status < 300 || alsoFine.includes(answer.status))) {
        this.delivered++;
        return answer;
      }
      if (answer && ![408, 429, 502, 503, 504].includes(answer.status)) {
        const said = JSON.stringify(answer.body).slice(0, 300);
        this.facts.contradictions.push(`${answer.status} for ${method} ${route}: ${said}`);
        if (answer.status < 500) return undefined;
      }
      if (this.signal.aborted && Date.now() > this.signal.reason.at + givingUp) {
        this.facts.contradictions.push(`never answered: ${method} ${route}`);
        return undefined;
      }
      await sleep(Math.min(50 * 2 ** attempt, 500));
    }
  }
}

const userOf = (random) => `user-${random.below(users)}`;

/** Mostly now; also days late, a little early, and so early that the time of receipt stands in. */
function offsetOf(random) {
  const dice = random.next();
  if (dice < 0.6) return -random.below(5_000);
  if (dice < 0.9) return -random.below(5 * day);
  if (dice < 0.97) return random.below(4 * minute);
  return 10 * minute + random.below(60 * minute);
}
