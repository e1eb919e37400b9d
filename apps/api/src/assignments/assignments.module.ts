import { Module } from '@nestjs/common';
import { AssignmentsController } from './assignments.controller';
import { AssignmentsService } from './assignments.service';
import { DecisionFacts } from './decision-facts';
import { EligibilityCache } from './eligibility-cache';
import { ExperimentCache } from './experiment-cache';
import { ImportsAssignmentsService } from './imports.service';
import { StoredAnswers } from './stored-answers';

@Module({
  controllers: [AssignmentsController],
  providers: [
    AssignmentsService,
    ImportsAssignmentsService,
    ExperimentCache,
    EligibilityCache,
    DecisionFacts,
    StoredAnswers,
  ],
  exports: [AssignmentsService, EligibilityCache],
})
export class AssignmentsModule {}
