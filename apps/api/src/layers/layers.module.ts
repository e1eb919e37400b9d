import { Module } from '@nestjs/common';
import { HoldoutController } from './holdout.controller';
import { LayersController } from './layers.controller';
import { LayersService } from './layers.service';

@Module({ controllers: [LayersController, HoldoutController], providers: [LayersService] })
export class LayersModule {}
