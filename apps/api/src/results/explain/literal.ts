import type { Scalar } from '@app/model';

// Pure: values in, SQL literals out. Nothing that a caller wrote reaches a statement in any other way.

/** As quote_literal, safe whatever standard_conforming_strings says; on one line and without tabs, so that it survives a terminal. */
export function text(value: string): string {
  const quoted = value.replaceAll("'", "''");
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what this looks for
  if (!/[\\\u0001-\u001f\u007f]/.test(quoted)) return `'${quoted}'`;
  // oxlint-disable-next-line no-control-regex -- as above
  const escaped = quoted.replaceAll('\\', '\\\\').replace(/[\u0001-\u001f\u007f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `E'${escaped}'`;
}

export function texts(values: readonly string[]): string {
  return values.map(text).join(', ');
}

/** The shortest decimal that is this double, which is also how it stands in JSON. */
export function number(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`not a finite number: ${value}`);
  return Object.is(value, -0) ? '0' : String(value);
}

export function day(value: string): string {
  return `DATE ${text(value)}`;
}

/** In a comment: on one line, because the next one would be SQL again. */
export function remark(value: string): string {
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029]/g, ' ');
}

export function kindOf(value: Scalar): 'string' | 'number' | 'boolean' {
  return typeof value as 'string' | 'number' | 'boolean';
}
