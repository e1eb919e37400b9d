import { Module } from '@nestjs/common';
import { ProtocolIntakeModule } from '../intake/protocol-intake.module';
import { SegmentController } from './segment.controller';

@Module({ imports: [ProtocolIntakeModule], controllers: [SegmentController] })
export class SegmentModule {}
