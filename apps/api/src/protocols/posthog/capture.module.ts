import { Module } from '@nestjs/common';
import { ProtocolIntakeModule } from '../intake/protocol-intake.module';
import { PosthogCaptureController } from './capture.controller';

@Module({ imports: [ProtocolIntakeModule], controllers: [PosthogCaptureController] })
export class PosthogCaptureModule {}
