// What the clients sent and what they were told, kept outside the product: the oracle believes nothing else.
import fs from 'node:fs/promises';
import path from 'node:path';

export class Facts {
  /** Every event that was ever sent, by id. */
  sent = new Map();
  /** Ids that were answered 202. Each is on disk before its client goes on. */
  acknowledged = new Set();
  /** `<experiment> <user>` -> the variant that was answered first. */
  assigned = new Map();
  /** Imported assignments that were answered 200, `{ experiment, user, variant, at }`. */
  imported = [];
  /** Answers that contradict each other or the contract. */
  contradictions = [];
  /** `[from, to]` of requests with events that were answered 202. */
  acks = [];
  #file;

  static async in(dir) {
    const facts = new Facts();
    facts.file = path.join(dir, 'acknowledged.txt');
    facts.#file = await fs.open(facts.file, 'a');
    return facts;
  }

  async acknowledge(ids, from, to) {
    await this.#file.appendFile(`${ids.join('\n')}\n`);
    await this.#file.datasync();
    for (const id of ids) this.acknowledged.add(id);
    this.acks.push([from, to]);
  }

  note(experiment, user, variant) {
    const key = `${experiment} ${user}`;
    const before = this.assigned.get(key);
    if (before === undefined) this.assigned.set(key, variant);
    else if (before !== variant)
      this.contradictions.push(`${user} was in ${before} and is in ${variant} of ${experiment}`);
  }

  /** Reads the file back: what is compared in the end is what was on disk. */
  async acknowledgedOnDisk() {
    await this.#file.close();
    const text = await fs.readFile(this.file, 'utf8');
    return new Set(text.split('\n').filter((line) => line !== ''));
  }
}
