import { Module } from '@nestjs/common';
import { AssignmentsController } from './assignments.controller';
import { AssignmentsService } from './assignments.service';
import { ClaimsService } from './claims.service';
import { DecisionFacts } from './decision-facts';
import { EligibilityCache } from './eligibility-cache';
import { ExplainController } from './explain.controller';
import { ExperimentCache } from './experiment-cache';
import { IdentityCache } from './identity-cache';
import { ImportsAssignmentsService } from './imports.service';
import { StoredAnswers } from './stored-answers';

@Module({
  controllers: [AssignmentsController, ExplainController],
  providers: [
    AssignmentsService,
    ImportsAssignmentsService,
    ClaimsService,
    ExperimentCache,
    EligibilityCache,
    IdentityCache,
    DecisionFacts,
    StoredAnswers,
  ],
  exports: [AssignmentsService, ClaimsService, EligibilityCache, IdentityCache],
})
export class AssignmentsModule {}
