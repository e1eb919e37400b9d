// Exact decimals for sums read from PostgreSQL numeric columns. In: decimal strings. Out: exact integers over a
// power of ten, and one correctly scaled division to a double at the very end.

/** The exact value digits / 10^scale. */
export interface Decimal {
  digits: bigint;
  scale: number;
}

const PATTERN = /^([+-]?)(\d+)(?:\.(\d*))?$/;

/** Parses what PostgreSQL prints for a finite numeric; anything else throws. */
export function parseDecimal(text: string): Decimal {
  const match = PATTERN.exec(text);
  if (!match) throw new RangeError(`not a decimal: ${JSON.stringify(text)}`);
  const [, sign, whole, fraction = ''] = match;
  return { digits: BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`), scale: fraction.length };
}

/** Prints a decimal the way PostgreSQL does. */
export function formatDecimal({ digits, scale }: Decimal): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const point = text.length - scale;
  const fraction = scale === 0 ? '' : `.${text.slice(point)}`;
  return `${digits < 0n ? '-' : ''}${text.slice(0, point)}${fraction}`;
}

export function wholeDecimal(value: number): Decimal {
  return { digits: BigInt(value), scale: 0 };
}

/** A finite double to 21 digits, four more than it holds. */
export function decimalOf(value: number): Decimal {
  const [mantissa, exponent] = value.toExponential(20).split('e');
  const scale = 20 - Number(exponent);
  const digits = BigInt(mantissa.replace('.', ''));
  return scale < 0 ? { digits: digits * tenTo(-scale), scale: 0 } : { digits, scale };
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.scale === b.scale) return { digits: a.digits + b.digits, scale: a.scale };
  const scale = Math.max(a.scale, b.scale);
  return { digits: a.digits * tenTo(scale - a.scale) + b.digits * tenTo(scale - b.scale), scale };
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, { digits: -b.digits, scale: b.scale });
}

export function multiplyDecimals(a: Decimal, ...others: Decimal[]): Decimal {
  return others.reduce(
    (product, other) => ({ digits: product.digits * other.digits, scale: product.scale + other.scale }),
    a,
  );
}

/** a / b as a double, off by at most one unit in the last place; b must not be 0. */
export function divideDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  return divideIntegers(a.digits * tenTo(scale - a.scale), b.digits * tenTo(scale - b.scale));
}

function divideIntegers(top: bigint, bottom: bigint): number {
  if (top === 0n) return 0;
  // Shift so that the quotient has at least 64 bits: the cut then falls far below a double's last bit.
  const shift = Math.max(0, bits(bottom) - bits(top) + 64);
  const quotient = Number((top << BigInt(shift)) / bottom);
  // In two factors, because 2^-shift alone may underflow.
  const half = Math.floor(shift / 2);
  return quotient * 2 ** -half * 2 ** -(shift - half);
}

/** Bit length, up to 3 too many. */
function bits(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

// A series by the day adds thousands of them.
const POWERS = Array.from({ length: 40 }, (_, power) => 10n ** BigInt(power));

function tenTo(power: number): bigint {
  return POWERS[power] ?? 10n ** BigInt(power);
}
