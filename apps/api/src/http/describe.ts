import { applyDecorators, HttpCode, SetMetadata, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
} from '@nestjs/swagger';
import { TObject, TSchema } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { groupBy } from '@app/model';
import { Scope, SCOPES_KEY } from '../auth/scopes';
import { Shown, WorkedOut } from './examples';
import { exampleOfStatus, problemContent } from './problem-examples';
import { problem, Problem, ProblemCode } from './problems';
import { openApi } from './schema';
import { InUnitOfWork, UnitOfWork, UnitOptions } from './unit-of-work';
import { WithoutBody } from './without-body';
import { WithoutQuery } from './without-query';

export interface Route extends UnitOptions, Shown {
  summary: string;
  description?: string;
  /** Scopes the token needs, all of them. */
  scopes: Scope[];
  params?: Record<string, string>;
  query?: TObject;
  headers?: Record<string, string>;
  body?: TSchema;
  /** Whether it may be left out. */
  bodyOptional?: boolean;
  status: number;
  answer?: TSchema;
  /** An answer of each media type besides JSON, or instead of it when there is no `answer`. */
  alsoAs?: Record<string, string | WorkedOut>;
  problems?: ProblemCode[];
  /** What is answered instead of problems, by status, where a protocol has words of its own. */
  refusals?: Record<number, TSchema>;
  /** How it says what would have been a problem. */
  dialect?: (problem: Problem, request: FastifyRequest) => { body: unknown };
}

const EVERYWHERE: ProblemCode[] = [
  'invalid_request',
  'unauthenticated',
  'insufficient_scope',
  'origin_not_allowed', // of a token for browsers, before its scopes are looked at
  'rate_limited',
  'internal',
  'overloaded',
  'store_unavailable',
];
const OF_BODIES: ProblemCode[] = ['malformed_body', 'body_too_large', 'unsupported_media_type'];
const OF_RETRIES: ProblemCode[] = ['idempotency_mismatch', 'idempotency_in_progress'];

const NOBODYS_REQUEST = { params: {}, url: '' } as FastifyRequest;

const IDEMPOTENCY_KEY = {
  'Idempotency-Key':
    'Makes a retry safe: the same key and body get the first answer again, for 24 hours. 1 to 255 visible ASCII characters.',
};

/** Says everything about a route in one place: who may call it, what goes in, what comes out. */
export function Describe(route: Route): MethodDecorator {
  const decorators: (MethodDecorator | PropertyDecorator)[] = [
    SetMetadata(SCOPES_KEY, route.scopes),
    HttpCode(route.status),
    ApiSecurity('bearer', route.scopes),
    ApiOperation({
      summary: route.summary,
      description:
        `${route.description ?? ''}\n\nScopes: ${route.scopes.map((scope) => `\`${scope}\``).join(', ')}.`.trim(),
    }),
    ApiResponse({
      status: route.status,
      description: route.summary,
      ...((route.answer ?? route.alsoAs) && {
        content: {
          ...(route.answer && json(route.answer, route.answerExamples ?? { example: route.answerExample })),
          ...texts(route.alsoAs),
        },
      }),
    }),
  ];
  if (route.headers?.['If-None-Match'] !== undefined) {
    decorators.push(ApiResponse({ status: 304, description: 'You have it already.' }));
  }
  for (const [name, description] of Object.entries(route.params ?? {}))
    decorators.push(ApiParam({ name, description }));
  if (route.idempotent === true || route.audit !== undefined)
    decorators.push(InUnitOfWork(route), UseInterceptors(UnitOfWork));
  for (const [name, description] of Object.entries({
    ...(route.idempotent && IDEMPOTENCY_KEY),
    ...route.headers,
  })) {
    decorators.push(ApiHeader({ name, description, required: false }));
  }
  for (const [name, schema] of Object.entries(route.query?.properties ?? {})) {
    const { description, ...rest } = schema as TSchema & { description?: string };
    const required = route.query?.required?.includes(name) ?? false;
    decorators.push(ApiQuery({ name, description, required, schema: openApi(rest) }));
  }
  if (route.query === undefined) decorators.push(UseGuards(WithoutQuery));
  if (route.body === undefined) decorators.push(UseGuards(WithoutBody));
  if (route.body) {
    const examples = byName(route.examples ?? { example: route.example });
    decorators.push(
      ApiBody({ schema: openApi(route.body), examples, required: route.bodyOptional !== true }),
    );
  }
  for (const [status, schema] of Object.entries(route.refusals ?? {})) {
    const example = route.dialect?.(exampleOfStatus(Number(status)), NOBODYS_REQUEST).body;
    const content = json(schema, { example });
    decorators.push(ApiResponse({ status: Number(status), description: 'Refused.', content }));
  }
  decorators.push(...problemAnswers(route.refusals ? [] : problemsOf(route)));
  return applyDecorators(...(decorators as MethodDecorator[]));
}

/** An answer for each status, with an example for each code. */
export function problemAnswers(codes: ProblemCode[]): MethodDecorator[] {
  return [...byStatus(codes)].map(([status, some]) =>
    ApiResponse({ status, description: some.join(', '), content: problemContent(some) }),
  );
}

function problemsOf(route: Route): ProblemCode[] {
  return [
    ...(route.problems ?? []),
    ...EVERYWHERE,
    ...(route.body ? OF_BODIES : []),
    ...(route.idempotent ? OF_RETRIES : []),
  ];
}

function texts(answers: Record<string, string | WorkedOut> = {}): Record<string, object> {
  return Object.fromEntries(
    Object.entries(answers).map(([type, example]) => [
      type,
      { schema: { type: 'string' }, examples: byName({ example }) },
    ]),
  );
}

/** @param examples by name */
export function json(schema: TSchema, examples: Record<string, unknown>): Record<string, object> {
  return { 'application/json': { schema: openApi(schema), examples: byName(examples) } };
}

function byName(examples: Record<string, unknown>): Record<string, { value: unknown } | { $ref: string }> {
  const given = Object.entries(examples).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => [
      name,
      value instanceof WorkedOut ? { $ref: `#/components/examples/${value.name}` } : { value },
    ]),
  );
}

function byStatus(codes: ProblemCode[]): Map<number, ProblemCode[]> {
  return groupBy(new Set(codes), (code) => problem(code, '', '').status);
}
