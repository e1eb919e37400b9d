import type { Problem } from '../../http/problems';
import type { Refused } from '../dialect';
import type { SegmentRefusal } from './segment.schema';

/** A problem as clients of Segment read it: by its status they know whether to send again; the rest is for people. */
export function segmentRefusal({ status, code, detail, request_id, errors }: Problem): Refused {
  const body: SegmentRefusal = {
    success: false,
    code,
    message: detail,
    request_id,
    ...(errors && { errors }),
  };
  return { status, body };
}
