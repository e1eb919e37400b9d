import { Module } from '@nestjs/common';
import { MaterialService } from './material.service';
import { ResultsController } from './results.controller';
import { ResultsService } from './results.service';

@Module({ controllers: [ResultsController], providers: [ResultsService, MaterialService] })
export class ResultsModule {}
