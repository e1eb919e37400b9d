import { Module } from '@nestjs/common';
import { AssignmentsController } from './assignments.controller';
import { AssignmentsService } from './assignments.service';
import { ExperimentCache } from './experiment-cache';
import { ImportsAssignmentsService } from './imports.service';

@Module({
  controllers: [AssignmentsController],
  providers: [AssignmentsService, ImportsAssignmentsService, ExperimentCache],
})
export class AssignmentsModule {}
