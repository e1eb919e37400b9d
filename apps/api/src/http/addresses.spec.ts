import { fits } from './addresses';

describe('an address', () => {
  it.each([
    ['/a/b', '/a/b', true],
    ['/a/b', '/a/:id', true],
    ['/a/b/c', '/a/:id', false],
    ['/a', '/a/:id', false],
    ['/a/', '/a/:id', false],
    ['/a/b/c', '/a/:id/c', true],
    ['/a/b/d', '/a/:id/c', false],
    ['/static/x/y.js', '/static/*', true],
    ['/static', '/static/*', false],
    ['/other/x', '/static/*', false],
    ['/A/b', '/a/:id', false],
  ])('%s of %s: %s', (path, pattern, expected) => {
    expect(fits(path.split('/'), pattern.split('/'))).toBe(expected);
  });
});
