import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import { Strategy } from 'passport-http-bearer';
import { Caller } from './caller';
import { Callers, Known } from './callers';

@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, 'bearer') {
  constructor(private readonly callers: Callers) {
    super();
  }

  async validate(token: string): Promise<Known | false> {
    return (await this.callers.find(token)) ?? false;
  }

  /**
   * Whose token this is; null without a valid one. The strategy also looks for tokens in query and body: it is shown the one header
   * that we believe, and nothing else of the request.
   */
  callerBy(authorization: string | undefined): Promise<Caller | null> {
    const shown = { headers: { authorization } };
    return new Promise((resolve, reject) => {
      const answer = (error: Error | null, known: Known | false): void => {
        if (error) return reject(error);
        if (known && authorization !== undefined) this.callers.remember(authorization, known);
        resolve(known ? known.caller : null);
      };
      // An object of its own for each request, because passport hangs the answer on it. By name it would be the strategy of whichever
      // api was made last in this process.
      const strategy = Object.create(this) as this;
      const authenticate = passport.authenticate(strategy, { session: false }, answer) as Middleware;
      authenticate(shown, {}, reject);
    });
  }
}

type Middleware = (request: object, response: object, next: (error: unknown) => void) => void;
