import { Module } from '@nestjs/common';
import { AssignmentsController } from './assignments.controller';
import { AssignmentsService } from './assignments.service';
import { ExperimentCache } from './experiment-cache';
import { ImportsAssignmentsService } from './imports.service';
import { StoredAnswers } from './stored-answers';

@Module({
  controllers: [AssignmentsController],
  providers: [AssignmentsService, ImportsAssignmentsService, ExperimentCache, StoredAnswers],
  exports: [AssignmentsService],
})
export class AssignmentsModule {}
