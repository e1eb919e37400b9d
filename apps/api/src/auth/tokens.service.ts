import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Env } from '@app/platform';
import { ENV } from '../injected';
import { Caller } from './caller';
import { SCOPES } from './scopes';

const LONGEST_TOKEN = 256;

/** Knows which tokens are valid. Those of BEARER_TOKENS have every scope. */
@Injectable()
export class TokensService {
  private readonly known: { hash: Buffer; caller: Caller }[];

  constructor(@Inject(ENV) env: Env) {
    this.known = env.BEARER_TOKENS.map((token) => {
      const hash = sha256(token);
      return { hash, caller: { id: hash.toString('hex').slice(0, 12), scopes: SCOPES } };
    });
  }

  find(token: unknown): Caller | null {
    if (typeof token !== 'string' || token.length > LONGEST_TOKEN) return null;
    const hash = sha256(token);
    // Every known token is compared, so the time taken tells nothing.
    return this.known.filter((entry) => timingSafeEqual(entry.hash, hash))[0]?.caller ?? null;
  }

  /** The caller of a browser or a scraper: a bearer token, or the token as the password of basic authentication. */
  findByHeader(header: string | undefined): Caller | null {
    const [, scheme, credentials] = /^(Bearer|Basic) ([^ ]+)$/i.exec(header ?? '') ?? [];
    if (scheme === undefined) return null;
    if (scheme.toLowerCase() === 'bearer') return this.find(credentials);
    return this.find(
      Buffer.from(credentials, 'base64')
        .toString()
        .replace(/^[^:]*:/, ''),
    );
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
