import { AssayError, Facts, invalid, readAttributes } from '@app/model';
import type { Question } from './assignments.service';

type Words = Pick<Question, 'attributes' | 'said'>;

/** What a request says of a user: texts to be kept with the assignment, and as they are, for targeting. @throws AssayError invalid_request */
export function wordsIn(input: unknown, at = '/attributes'): Words {
  const read = readAttributes(input, at);
  if ('attributes' in read) return { attributes: read.attributes, said: (input ?? {}) as Facts };
  throw new AssayError('invalid_request', 'The attributes are not valid.', { errors: read.errors });
}

/** The same from the text of a query string. */
export function wordsOf(text: string | undefined): Words {
  return wordsIn(text === undefined ? undefined : parsed(text));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('/attributes', 'invalid_format', 'Must be a JSON object, percent-encoded.');
  }
}
