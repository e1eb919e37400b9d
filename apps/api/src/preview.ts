import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { createLogger, readEnv } from '@app/platform';
import { ApiModule } from './api.module';
import { openApiDocument } from './monitor/openapi';
import { placeRoutes } from './setup';

/** The OpenAPI document, from the routes alone: nothing is connected, nothing is started. */
export async function previewOpenApi(): Promise<OpenAPIObject> {
  const env = readEnv({ DATABASE_URL: 'postgres://nobody@localhost/nothing' });
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.forRoot(env, createLogger('preview', 'silent')),
    new FastifyAdapter(),
    { preview: true, bodyParser: false, logger: false, abortOnError: false },
  );
  placeRoutes(app);
  return openApiDocument(app);
}
