// Pure: named steps in, one statement out that a person can read from the top.

export interface Step {
  name: string;
  /** What its rows are. */
  note: string;
  body: string;
}

export interface Explanation {
  /** RFC 6901, into the answer. */
  pointer: string;
  sql: string;
}

export function statement(title: string[], steps: readonly Step[], select: string): string {
  const named = steps.map(
    ({ name, note, body }) => `${comment(note.split('\n'))}\n${name} AS (\n${indent(lines(body))}\n)`,
  );
  return `${comment(title)}\nWITH\n${named.join(',\n')}\n${lines(select)};\n`;
}

/** Conditions one below the other. */
export function all(conditions: readonly (string | null)[], first = 'WHERE'): string {
  return conditions
    .filter((condition): condition is string => condition !== null)
    .map((condition, index) => (index === 0 ? `${first} ${condition}` : `  AND ${condition}`))
    .join('\n');
}

function comment(remarks: readonly string[]): string {
  return remarks.map((line) => `-- ${line}`).join('\n');
}

function lines(body: string): string {
  return body.replace(/^\n+|\s+$/g, '');
}

/** Literals are on one line (literal.ts), so this changes none. */
function indent(body: string): string {
  return body.replace(/^(?=.)/gm, '  ');
}
