import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { AssayError, FieldError } from '@app/model';
import { bodyLimit, bodyTypes, bytesInWords } from './body-limits';
import { faultInValue, scanJson } from './json-guard';
import { isLate } from '../auth/caller';
import { announcesBody } from './connections';
import { Refusal } from './problems';

// Bodies are read here and nowhere else: the type and the size are looked at before a byte is read, the bytes before anything is parsed.

const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const INFLATE = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
} as const;
const BODY = Symbol('body');

export function installBody(fastify: FastifyInstance): void {
  // In a hook and not in a parser: after a fault in a parser Fastify closes the connection, needed or not.
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    if (request.is404 || WITHOUT_BODY.has(request.method) || !announcesBody(request)) return done();
    return receive(request, reply, payload).then((body) => {
      (request as Carrier)[BODY] = body;
    });
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (request: FastifyRequest, _payload, done) => {
    done(null, (request as Carrier)[BODY]);
  });
}

interface Carrier extends FastifyRequest {
  [BODY]?: unknown;
}

async function receive(request: FastifyRequest, reply: FastifyReply, payload: Readable): Promise<unknown> {
  const route = request.routeOptions.url;
  requireJson(request.headers['content-type'], route);
  const unpack = unpackerOf(request.headers['content-encoding']);
  const limit = bodyLimit(request.method, route, isLate(request));
  if (Number(request.headers['content-length']) > limit) throw tooLarge(limit);
  if (request.headers.expect !== undefined) reply.raw.writeContinue();
  const received = await collect(payload, limit);
  return parse(unpack === null ? received : await unpacked(unpack, received, limit));
}

/** @throws Refusal when it is not JSON in UTF-8 */
function requireJson(contentType: string | undefined, route: string | undefined): void {
  if (contentType === 'application/json') return;
  const [type, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  const types = bodyTypes(route);
  if (!types.includes(type))
    throw new Refusal('unsupported_media_type', `Send the body as Content-Type: ${types.join(' or ')}.`);
  if (charset !== undefined && !['utf-8', '"utf-8"', 'utf8'].includes(charset))
    throw new Refusal('unsupported_media_type', 'Send the body in UTF-8.');
}

function unpackerOf(encoding: string | undefined): Unpacker | null {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity') return null;
  if (Object.hasOwn(INFLATE, name)) return INFLATE[name as keyof typeof INFLATE];
  throw new Refusal(
    'unsupported_media_type',
    'Send the body as it is, or with Content-Encoding gzip or deflate.',
  );
}

type Unpacker = (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

async function unpacked(unpack: Unpacker, packed: Buffer, limit: number): Promise<Buffer> {
  try {
    return await unpack(packed, { maxOutputLength: limit });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new Refusal('malformed_body', 'The body is not compressed as Content-Encoding says.');
  }
}

function collect(payload: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const cut = (): void => settle(() => reject(new Refusal('malformed_body', 'The body ended too early.')));
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) settle(() => reject(tooLarge(limit)));
      else chunks.push(chunk);
    };
    const finish = (): void =>
      settle(() => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size)));
    const settle = (how: () => void): void => {
      payload.off('data', take).off('end', finish).off('close', cut);
      how();
    };
    // An error may still come when the answer is on its way.
    payload.on('data', take).on('end', finish).on('close', cut).on('error', cut);
  });
}

/** Nothing at all is no body. @throws Refusal, AssayError */
function parse(received: Buffer): unknown {
  if (!isUtf8(received)) throw new Refusal('malformed_body', 'The body is not UTF-8.');
  const hasMark = received[0] === 0xef && received[1] === 0xbb && received[2] === 0xbf;
  const bytes = hasMark ? received.subarray(3) : received;
  if (bytes.length === 0) return undefined;
  const { fault, hasOddities } = scanJson(bytes);
  if (fault !== null) throw refused(fault);
  const value = parsed(bytes.toString());
  const hidden = hasOddities ? faultInValue(value) : null;
  if (hidden !== null) throw refused(hidden);
  return value;
}

function refused(fault: FieldError): AssayError {
  return new AssayError('invalid_request', fault.message, { errors: [fault] });
}

/** The words of the parser stay here: they hold pieces of the body. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('malformed_body', 'The body is not JSON.');
  }
}

function tooLarge(limit: number): Refusal {
  return new Refusal('body_too_large', `This address takes a body of at most ${bytesInWords(limit)}.`, {
    members: { limit_bytes: limit },
  });
}
