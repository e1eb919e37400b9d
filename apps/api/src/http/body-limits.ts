// Most bytes of a body, after it was inflated, by route. Reading costs memory and time before anything is known to be right, so every
// route takes as much as the largest body that makes sense there, and no more.

const KIB = 1024;
const MIB = 1024 * KIB;

const DEFAULT_LIMIT = 64 * KIB;

export const BODY_LIMITS: Readonly<Record<string, number>> = {
  'POST /api/v1/events': 128 * KIB,
  'POST /api/v1/events/batch': MIB,
  'POST /api/v1/experiments': 2 * MIB,
  'PATCH /api/v1/experiments/:id': 2 * MIB,
  'POST /api/v1/experiments/bulk': 4 * MIB,
  'POST /api/v1/experiments/:id/assignments/bulk': MIB,
  'POST /api/v1/experiments/:id/assignments/import': MIB,
  'POST /api/v1/metrics': MIB,
  'PATCH /api/v1/metrics/:id': MIB,
};

export function bodyLimit(method: string, route: string | undefined): number {
  return BODY_LIMITS[`${method} ${route}`] ?? DEFAULT_LIMIT;
}

/** 65536 as `64 KiB`. */
export function bytesInWords(bytes: number): string {
  return bytes >= MIB ? `${bytes / MIB} MiB` : `${bytes / KIB} KiB`;
}
