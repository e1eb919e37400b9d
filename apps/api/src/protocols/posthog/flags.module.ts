import { Module } from '@nestjs/common';
import { FlagsModule } from '../../flags/flags.module';
import { PosthogFlagsController } from './flags.controller';

@Module({ imports: [FlagsModule], controllers: [PosthogFlagsController] })
export class PosthogFlagsModule {}
