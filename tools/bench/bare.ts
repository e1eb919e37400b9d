// The least that an authenticated answer costs on this stack: Nest on Fastify with the api's own door and guard before a handler that
// always says the same.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger, readEnv } from '@app/platform';
import { ChangeFeed, TokensStore } from '@app/store';
import { BearerStrategy } from '../../apps/api/src/auth/bearer.strategy';
import { Callers } from '../../apps/api/src/auth/callers';
import { installDoor } from '../../apps/api/src/auth/door';
import { FailedAuth } from '../../apps/api/src/auth/failed-auth';
import { TokenGuard } from '../../apps/api/src/auth/token.guard';
import { TokenUsage } from '../../apps/api/src/auth/token-usage';
import { Describe } from '../../apps/api/src/http/describe';
import { installHeaders } from '../../apps/api/src/http/headers';
import { ENV, LOGGER } from '../../apps/api/src/injected';

const token = randomBytes(24).toString('base64url');
const env = readEnv({
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  BEARER_TOKENS: JSON.stringify([token]),
  LOG_LEVEL: 'warn',
});
const logger = createLogger('bare', env.LOG_LEVEL);
const ANSWER = {
  experiment_id: '0198c0de-1111-7000-8000-000000000001',
  variant: { key: 'control', config: null },
};

@Controller()
class BareController {
  @Get('bare')
  @Describe({ summary: 'Always the same', scopes: ['assignments:write'], status: 200 })
  same(): object {
    return ANSWER;
  }
}

@Module({
  controllers: [BareController],
  providers: [
    { provide: ENV, useValue: env },
    { provide: LOGGER, useValue: logger },
    // Tokens of the environment need neither.
    { provide: TokensStore, useValue: null },
    { provide: ChangeFeed, useValue: null },
    Callers,
    BearerStrategy,
    TokenUsage,
    { provide: APP_GUARD, useClass: TokenGuard },
  ],
})
class BareModule {}

async function main(): Promise<void> {
  const adapter = new FastifyAdapter({ logger: false });
  const app = await NestFactory.create<NestFastifyApplication>(BareModule, adapter, { logger: false });
  app.setGlobalPrefix('api/v1');
  const fastify = app.getHttpAdapter().getInstance();
  installHeaders(fastify);
  installDoor(fastify, {
    bearer: app.get(BearerStrategy),
    callers: app.get(Callers),
    tickets: { callerBy: () => Promise.resolve(null) },
    failedAuth: new FailedAuth(null),
    usage: app.get(TokenUsage),
    logger,
  });
  await app.listen(Number(process.argv[2]), '127.0.0.1');
  process.send?.({ token });
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
