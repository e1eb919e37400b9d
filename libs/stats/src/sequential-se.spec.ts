import { sequentialSe } from './sequential-se';

const arm = (users: number, conversions: number) => ({ users, conversions });

describe('the standard error of always-valid numbers', () => {
  const errors = { se: 0.01, pooledSe: 0.02 };

  it('is the own one of the arms once each has 20 conversions and 20 users without', () => {
    const strata = [{ control: arm(1000, 100), treatment: arm(40, 20) }];
    expect(sequentialSe(errors, strata)).toBe(0.01);
  });

  it.each([
    ['few conversions', [{ control: arm(1000, 100), treatment: arm(1000, 19) }]],
    ['few users without', [{ control: arm(1000, 981), treatment: arm(1000, 100) }]],
    ['one young stratum', [{ control: arm(1000, 100), treatment: arm(1000, 100) }, { control: arm(500, 50), treatment: arm(3, 0) }]],
    ['means', undefined],
  ])('is the larger one with %s', (_, strata) => {
    expect(sequentialSe(errors, strata)).toBe(0.02);
    expect(sequentialSe({ se: 0.03, pooledSe: 0.02 }, strata)).toBe(0.03);
  }); // prettier-ignore

  it('leaves arms without users to the effect, which has none then', () => {
    expect(sequentialSe(errors, [{ control: arm(100, 50), treatment: arm(0, 0) }])).toBe(0.01);
    expect(sequentialSe({ se: null, pooledSe: null })).toBeNull();
  });
});
