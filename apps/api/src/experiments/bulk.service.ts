import { Injectable } from '@nestjs/common';
import { AssayError } from '@app/model';
import { Caller } from '../auth/caller';
import { problem, Problem } from '../http/problems';
import { CheckedBody } from '../http/schema';
import { toAnswer } from './experiment.answer';
import { CreateExperiment, ExperimentAnswer } from './experiments.schema';
import { ExperimentsService } from './experiments.service';

export interface BulkResult {
  index: number;
  status: number;
  experiment?: ExperimentAnswer;
  problem?: Problem;
}

@Injectable()
export class BulkService {
  private readonly body = new CheckedBody(CreateExperiment);

  constructor(private readonly experiments: ExperimentsService) {}

  /** Creates each on its own; a faulty one does not stop the rest. */
  async create(inputs: readonly unknown[], caller: Caller, requestId: string): Promise<BulkResult[]> {
    const results: BulkResult[] = [];
    for (const [index, input] of inputs.entries()) {
      try {
        const experiment = await this.experiments.create(checkHash(this.body.transform(input), caller));
        results.push({ index, status: 201, experiment: toAnswer(experiment, new Date()) });
      } catch (error) {
        if (!(error instanceof AssayError)) throw error;
        const refused = problem(error.code, error.message, requestId, error.extra);
        results.push({ index, status: refused.status, problem: refused });
      }
    }
    return results;
  }
}

/** To choose the hash is to choose who gets what, so it takes an administrator. */
export function checkHash(input: CreateExperiment, caller: Caller): CreateExperiment {
  if (input.hash === undefined || caller.scopes.includes('admin')) return input;
  throw new AssayError('insufficient_scope', 'The token needs the scope admin to choose the hash.');
}
