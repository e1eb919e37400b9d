import type { FastifyReply } from 'fastify';

/** Says which state the answer shows. @returns whether the client has it already, and is answered 304 without a body */
export function isKnown(reply: FastifyReply, etag: string, ifNoneMatch: string | undefined): boolean {
  void reply.header('ETag', etag);
  if (!names(ifNoneMatch ?? '', etag)) return false;
  void reply.status(304);
  return true;
}

/** RFC 9110, 13.1.2: one of a list, `*` for any, and weak tags are as good as strong ones. */
function names(ifNoneMatch: string, etag: string): boolean {
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag.replace(/^W\//, ''));
}
