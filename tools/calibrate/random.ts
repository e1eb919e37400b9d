import { logGamma } from '@app/stats';

/** Seeded random numbers, the same on every machine. All samplers are exact up to the resolution of a double. */
export class Random {
  private a = 0x9e3779b9;
  private b = 0x243f6a88;
  private c = 0xb7e15162;
  private counter: number;

  constructor(seed: number) {
    this.counter = seed | 0;
    for (let i = 0; i < 20; i++) this.word();
  }

  /** Uniform on (0, 1), never an end, with 53 bits. */
  uniform(): number {
    return (this.word() * 2 ** 21 + (this.word() >>> 11) + 0.5) / 2 ** 53;
  }

  /** Mean 1. */
  exponential(): number {
    return -Math.log(this.uniform());
  }

  /** Successes in n trials of probability p. */
  binomial(n: number, p: number): number {
    if (n === 0 || p === 0) return 0;
    if (p > 0.5) return n - this.binomial(n, 1 - p);
    return n * p < 10 ? this.byInversion(n, p) : this.byRejection(n, p);
  }

  /** Counts the probabilities down from 0 successes. */
  private byInversion(n: number, p: number): number {
    const odds = p / (1 - p);
    for (;;) {
      let left = this.uniform();
      let mass = Math.exp(n * Math.log1p(-p));
      for (let k = 0; k <= n; k++) {
        if (left < mass) return k;
        left -= mass;
        mass *= (odds * (n - k)) / (k + 1);
      }
    }
  }

  /** Transformed rejection, Hoermann 1993 (J Stat Comput Simul 46:101), algorithm BTRS; n p at least 10. */
  private byRejection(n: number, p: number): number {
    const sd = Math.sqrt(n * p * (1 - p));
    const b = 1.15 + 2.53 * sd;
    const a = -0.0873 + 0.0248 * b + 0.01 * p;
    const sure = 0.92 - 4.2 / b;
    const alpha = (2.83 + 5.1 / b) * sd;
    const mode = Math.floor((n + 1) * p);
    const logOdds = Math.log(p / (1 - p));
    const logWays = (k: number) => -logGamma(k + 1) - logGamma(n - k + 1);
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = this.uniform();
      const edge = 0.5 - Math.abs(u);
      const k = Math.floor(((2 * a) / edge + b) * u + n * p + 0.5);
      if (edge >= 0.07 && v <= sure) return k;
      if (k < 0 || k > n) continue;
      const accept = logWays(k) - logWays(mode) + (k - mode) * logOdds;
      if (Math.log((v * alpha) / (a / (edge * edge) + b)) <= accept) return k;
    }
  }

  /** Doty-Humphrey's sfc32: 32 random bits. */
  private word(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}
