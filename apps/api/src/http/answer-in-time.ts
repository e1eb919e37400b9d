import { AssayError } from '@app/model';
import { DeadlineExceeded, inTime } from '@app/platform';

/** Whatever happens, a client has its answer in less than three seconds. */
const ANSWER_MS = 2_700;

/** @throws AssayError the refusal when it takes too long; what is under way goes on, and who asks again finds it done */
export async function answerInTime<T>(work: Promise<T>, refusal: (cause: unknown) => AssayError): Promise<T> {
  try {
    return await inTime(work, ANSWER_MS);
  } catch (error) {
    throw error instanceof DeadlineExceeded ? refusal(error) : error;
  }
}
