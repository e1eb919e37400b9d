// Guards of the public functions. A value outside its domain is a caller's bug and throws a RangeError; data
// that are valid but too poor for a statistic never throw, they give null with a reason.

/** Throws unless `alpha`, the two-sided error, lies strictly between 0 and 1. */
export function requireAlpha(alpha: number): void {
  requireShare(alpha, 'alpha');
}

/** Throws unless the value lies strictly between 0 and 1. */
export function requireShare(value: number, name: string): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} must lie between 0 and 1, got ${value}`);
}

/** Throws unless the value is a probability, both ends included. */
export function requireProbability(value: number, name: string): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must lie in 0..1, got ${value}`);
}

/** Throws unless the value is a finite number above 0. */
export function requirePositive(value: number, name: string): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be above 0, got ${value}`);
}

/** Throws unless the value is a whole number of at least 0. */
export function requireCount(value: number, name: string): void {
  if (!(Number.isSafeInteger(value) && value >= 0)) {
    throw new RangeError(`${name} must be a whole number of at least 0, got ${value}`);
  }
}
