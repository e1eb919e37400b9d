import { Injectable } from '@nestjs/common';
import {
  AssayError,
  Experiment,
  ExperimentRule,
  FieldError,
  Flag,
  FlagState,
  instantOfDate,
  notFound,
  segmentsIn,
  statusAt,
} from '@app/model';
import {
  Database,
  ExperimentsStore,
  FlagActor,
  FlagsStore,
  KeyTaken,
  NewFlag,
  SegmentsStore,
  Transaction,
} from '@app/store';
import { variantFor } from './evaluate';
import { changedFields, contradictory, patched, toNewFlag } from './flag.draft';
import { CreateFlag, PatchFlag } from './flags.schema';

/** All of them are held in memory, and evaluated for every page. */
const MOST_FLAGS = 2_000;
/** Lists that a change replaces as a whole. */
const LISTS = ['variants', 'rules'] as const;

export interface PatchedFlag {
  flag: Flag;
  changed: string[];
}

/** Whoever changes a flag, changes it here: with a version, and a row in its history, in one transaction. */
@Injectable()
export class FlagChangesService {
  constructor(
    private readonly db: Database,
    private readonly flags: FlagsStore,
    private readonly experiments: ExperimentsStore,
    private readonly segments: SegmentsStore,
  ) {}

  /** @throws AssayError invalid_request, invalid_flag, key_taken, quota_exceeded */
  async create(input: CreateFlag, actor: FlagActor): Promise<Flag> {
    const draft = toNewFlag(input);
    try {
      return await this.db.transaction(async (tx) => {
        if ((await this.flags.count(tx)) >= MOST_FLAGS)
          throw new AssayError('quota_exceeded', `There are ${MOST_FLAGS} flags, as many as there may be.`);
        const resolved = await this.resolve(tx, draft);
        await this.expectFree(tx, resolved);
        return this.flags.insert(tx, resolved, actor);
      });
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      throw new AssayError('key_taken', `A flag with the key ${JSON.stringify(draft.key)} exists already.`, {
        errors: [{ pointer: '/key', code: 'key_taken', message: 'Is used by another flag.' }],
      });
    }
  }

  /**
   * @param ifMatch the ETag of what the caller read; needed where a whole list is replaced, so that nobody undoes what he has not seen
   * @throws AssayError not_found, invalid_request, invalid_flag, invalid_transition, precondition_required, precondition_failed
   */
  async patch(
    idOrKey: string,
    input: PatchFlag,
    ifMatch: string | undefined,
    actor: FlagActor,
  ): Promise<PatchedFlag> {
    if (ifMatch === undefined && LISTS.some((name) => input[name] !== undefined))
      throw new AssayError('precondition_required', 'Send If-Match with the ETag of the flag that you read.');
    return this.db.transaction(async (tx): Promise<PatchedFlag> => {
      const before = await this.locked(tx, idOrKey);
      if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etagOf(before))
        throw new AssayError(
          'precondition_failed',
          'The flag is no longer the one that you read; read it again.',
        );
      checkState(before.state, input);
      const after = patched(before, input);
      const resolved =
        input.rules === undefined && input.variants === undefined ? after : await this.resolve(tx, after);
      const changed = changedFields(before, resolved);
      if (changed.length === 0) return { flag: before, changed };
      return { flag: await this.flags.update(tx, resolved, actor, changed), changed };
    });
  }

  /** @throws AssayError not_found, invalid_transition when it is not archived */
  async delete(idOrKey: string): Promise<Flag> {
    return this.db.transaction(async (tx) => {
      const found = await this.locked(tx, idOrKey);
      if (found.state !== 'archived')
        throw new AssayError(
          'invalid_transition',
          'Only an archived flag can be deleted: applications may ask for it.',
        );
      await this.flags.delete(tx, found.id);
      return found;
    });
  }

  private async locked(tx: Transaction, idOrKey: string): Promise<Flag> {
    const flag = await this.flags.findLocked(tx, idOrKey);
    if (flag === null) throw notFound('flag', idOrKey);
    return flag;
  }

  /** With the keys of its experiments for their ids, when everything that its rules name is there. @throws AssayError invalid_flag */
  private async resolve(tx: Transaction, flag: NewFlag): Promise<NewFlag> {
    const errors: FieldError[] = [];
    const rules = [];
    for (const [index, rule] of flag.rules.entries()) {
      const at = `/rules/${index}`;
      const named = rule.targeting === null ? [] : segmentsIn(rule.targeting);
      const held = await this.segments.hold(tx, named);
      const missing = named.find((key) => !held.has(key));
      if (missing !== undefined)
        errors.push({
          pointer: `${at}/targeting`,
          code: 'unknown_segment',
          message: `There is no segment ${missing}.`,
        });
      if (rule.kind !== 'experiment') {
        rules.push(rule);
        continue;
      }
      const experiment = await this.experiments.find(rule.experiment, tx);
      if (experiment === null)
        errors.push({
          pointer: `${at}/experiment`,
          code: 'unknown_experiment',
          message: 'There is no such experiment.',
        });
      else errors.push(...faultsOf(flag, rule, experiment, `${at}/variants`));
      rules.push({ ...rule, experiment: experiment?.key ?? rule.experiment });
    }
    if (errors.length > 0) throw contradictory(errors);
    return { ...flag, rules };
  }

  /** An experiment answers by its key where no flag does. @throws AssayError key_taken when one runs and the flag does not carry it */
  private async expectFree(tx: Transaction, { key, rules }: NewFlag): Promise<void> {
    if (rules.some((rule) => rule.kind === 'experiment' && rule.experiment === key)) return;
    const experiment = await this.experiments.find(key, tx);
    if (experiment?.key !== key) return;
    const status = statusAt(experiment, instantOfDate(new Date()));
    if (status !== 'running' && status !== 'paused') return;
    throw new AssayError(
      'key_taken',
      `The experiment ${JSON.stringify(key)} is ${status}, and its users would get this flag instead. Give the flag a rule for it, or another key.`,
      {
        errors: [
          { pointer: '/key', code: 'key_taken', message: 'Is used by an experiment that is not over.' },
        ],
      },
    );
  }
}

/** Strong: every change has another version, and a flag that comes after another one of the key has another time. */
export function etagOf({ version, updated_at }: Flag): string {
  return `"${version}-${updated_at}"`;
}

/** Each variant of the experiment must mean a value of the flag, and no other can be spoken of. */
function faultsOf(flag: NewFlag, rule: ExperimentRule, { variants }: Experiment, at: string): FieldError[] {
  const keys = new Set(variants.map(({ key }) => key));
  const strange = Object.keys(rule.variants ?? {})
    .filter((key) => !keys.has(key))
    .map((key) => ({
      pointer: `${at}/${key}`,
      code: 'unknown_variant',
      message: 'Is no variant of the experiment.',
    }));
  const without = variants
    .filter((variant) => variantFor(flag, rule, variant) === null)
    .map(({ key }) => ({
      pointer: at,
      code: 'missing_variant',
      message: `Say which variant of the flag ${key} is: its config is no ${flag.type}.`,
    }));
  return [...strange, ...without];
}

/** What is put away is brought back first, and on purpose. */
function checkState(state: FlagState, input: PatchFlag): void {
  const others = Object.keys(input).filter((name) => name !== 'state');
  if (state !== 'archived' || others.length === 0) return;
  throw new AssayError(
    'invalid_transition',
    'An archived flag can only be brought back: change its state first.',
  );
}
