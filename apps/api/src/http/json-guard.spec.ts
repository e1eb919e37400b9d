import { faultInValue, JSON_LIMITS, scanJson } from './json-guard';

const scan = (text: string) => scanJson(Buffer.from(text));
/** As a body is read. */
const faultOf = (text: string) => {
  const { fault, hasOddities } = scan(text);
  if (fault !== null || !hasOddities) return fault;
  return faultInValue(JSON.parse(text));
};
const nested = (depth: number, open = '[', close = ']'): string => open.repeat(depth) + close.repeat(depth);
const keys = (count: number): string =>
  `{${Array.from({ length: count }, (_, index) => `"k${index}":0`).join(',')}}`;

describe('the guard of JSON', () => {
  it.each([
    ['nothing', ''],
    ['a number', '-12.5e+3'],
    ['quotes and brackets in texts', String.raw`{"a\"[[{":"\\\"]]}[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}`],
    ['the deepest nesting', nested(JSON_LIMITS.depth)],
    ['many side by side', `[${nested(31)},${nested(31)},${nested(31)}]`],
    ['the most keys, twice', `[${keys(JSON_LIMITS.keys)},${keys(JSON_LIMITS.keys)}]`],
    ['many elements', `[${'0,'.repeat(50_000)}0]`],
    ['the longest key', `{"${'é'.repeat(128)}":1}`],
    ['an escaped key of the longest length', `{"${String.raw`\u00e9`.repeat(128)}":1}`],
    ['__proto__ as a value', '{"a":"__proto__"}'],
    ['names of methods as keys', '{"toString":1,"then":2,"constructor":{"prototype":{}}}'],
    ['the largest number', '1.7976931348623157e308'],
    ['zeros after an exponent', '[1e0000000000005, 0e999]'],
    ['what is no JSON', '}}]],,:"'],
    ['a text that does not end', '{"a'],
  ])('lets %s pass', (_, text) => {
    expect(faultOf(text)).toBeNull();
  });

  it.each([
    ['one level too many', nested(33), '/0'.repeat(32), 'too_deep'],
    ['objects too deep', `{"a":${nested(40_000)}}`, `/a${'/0'.repeat(31)}`, 'too_deep'],
    ['brackets that never close', '['.repeat(100_000), '/0'.repeat(32), 'too_deep'],
    ['a key too many', `{"a":[1,${keys(1001)}]}`, '/a/1', 'too_many_keys'],
    ['the same key too often', `{${'"a":1,'.repeat(1001)}"b":2}`, '', 'too_many_keys'],
    ['a key too long', `{"${'é'.repeat(129)}":1}`, '', 'invalid_key'],
    ['a key of 10 KB', `[0,{"${'x'.repeat(10_240)}":1}]`, '/1', 'invalid_key'],
    ['an escaped key too long', `{"${String.raw`\u00e9`.repeat(129)}":1}`, '', 'invalid_key'],
    ['an empty key', '{"a":{"":1}}', '/a', 'invalid_key'],
    ['a key with NUL', String.raw`{"a":{"x\u0000":1}}`, '/a', 'invalid_key'],
    ['a key with half a character', String.raw`{"\ud800":1}`, '', 'invalid_key'],
    ['a prototype', '{"a":[{"__proto__":{}}]}', '/a/0', 'invalid_key'],
    ['a prototype in disguise', String.raw`{"__pr\u006fto__":{}}`, '', 'invalid_key'],
    ['infinity', '{"a/b":{"c":[1,2,1e400]}}', '/a~1b/c/2', 'out_of_range'],
    ['negative infinity', '[-1e309]', '/0', 'out_of_range'],
    ['400 digits', `[${'9'.repeat(400)}]`, '/0', 'out_of_range'],
    ['an exponent of many digits', `{"v":1e${'9'.repeat(100)}}`, '/v', 'out_of_range'],
  ])('finds %s', (_, text, pointer, code) => {
    expect(faultOf(text)).toEqual({ pointer, code, message: expect.any(String) });
  });

  it('says where, in few words, however long the keys are', () => {
    const key = '~'.repeat(256);
    const fault = faultOf(`${`{"${key}":`.repeat(31)}1e999${'}'.repeat(31)}`);
    expect(fault?.code).toBe('out_of_range');
    expect(fault?.pointer.length).toBeLessThan(600);
  });

  it('sees numbers that no calculation should meet', () => {
    for (const text of ['-0', '[-0.0]', '{"a":-0e5}', '1e-320', '[5e-324]', `0.${'0'.repeat(400)}1`])
      expect({ text, ...scan(text) }).toMatchObject({ text, fault: null, hasOddities: true });
    for (const text of ['0', '-1', '-10', '1e-200', '"-0"', '{"-0":1}', '[0.1,-0.5]'])
      expect({ text, ...scan(text) }).toMatchObject({ text, fault: null, hasOddities: false });
    const value = JSON.parse('{"a":[-0,1e-320,1,"-0",null],"b":{"c":-0}}');
    expect(faultInValue(value)).toBeNull();
    expect(value).toEqual({ a: [0, 0, 1, '-0', null], b: { c: 0 } });
  });

  it.each([
    [
      'events',
      JSON.stringify(
        Array.from({ length: 700 }, (_, n) => ({
          user_id: `user-${n}`,
          type: 'purchase',
          value: n / 7,
          properties: { currency: 'EUR' },
        })),
      ),
    ],
    ['empty objects', `{"events":[${'{},'.repeat(33_000)}{}]}`],
    ['numbers with exponents', `[${'1e5,'.repeat(25_000)}1]`],
    ['numbers at the edge', `[${'1e305,'.repeat(16_000)}1]`],
    ['short keys', `[${`${keys(900)},`.repeat(11)}0]`],
    ['escaped keys', `[${String.raw`{"\u0061":1},`.repeat(8_000)}0]`],
    ['one long text', JSON.stringify('x'.repeat(100_000))],
    ['escapes', JSON.stringify('"'.repeat(50_000))],
  ])('costs about as little as parsing: %s', (_, text) => {
    const bytes = Buffer.from(text);
    const cheapest = (work: () => unknown): number =>
      Math.min(
        ...Array.from({ length: 30 }, () => {
          const begin = process.hrtime.bigint();
          work();
          return Number(process.hrtime.bigint() - begin) / 1e6;
        }),
      );
    const parsing = cheapest(() => JSON.parse(bytes.toString()));
    const per100kb = cheapest(() => scanJson(bytes)) / (bytes.length / 100_000);
    // Alone it takes less than 1 ms; a busy machine slows both.
    expect(per100kb).toBeLessThan(Math.max(5, 10 * parsing));
  });
});
