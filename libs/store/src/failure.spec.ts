import { Conflict } from './database';
import { classify, FailureClass } from './failure';

const coded = (code: string): Error => Object.assign(new Error('x'), { code });

describe('why the database did not do it', () => {
  it.each<[string, unknown, FailureClass]>([
    ['serialization failure', coded('40001'), 'conflict'],
    ['deadlock', coded('40P01'), 'conflict'],
    ['a lost race of ours', new Conflict('x'), 'conflict'],
    ['a row that somebody else wrote first', coded('23505'), 'conflict'],
    ['connection failure', coded('08006'), 'unavailable'],
    ['protocol violation', coded('08P01'), 'unavailable'],
    ['admin shutdown', coded('57P01'), 'unavailable'],
    ['crash shutdown', coded('57P02'), 'unavailable'],
    ['starting up', coded('57P03'), 'unavailable'],
    ['too many connections', coded('53300'), 'unavailable'],
    ['read-only', coded('25006'), 'unavailable'],
    ['no connections allowed', coded('55000'), 'unavailable'],
    ['refused', coded('ECONNREFUSED'), 'unavailable'],
    ['reset', coded('ECONNRESET'), 'unavailable'],
    ['broken pipe, five capitals like an SQLSTATE', coded('EPIPE'), 'unavailable'],
    ['terminated', new Error('Connection terminated unexpectedly'), 'unavailable'],
    ['the pool is exhausted', new Error('timeout exceeded when trying to connect'), 'unavailable'],
    ['the server is frozen', new Error('Query read timeout'), 'unavailable'],
    ['disk full', coded('53100'), 'resource'],
    ['out of memory', coded('53200'), 'resource'],
    ['lock not available', coded('55P03'), 'resource'],
    ['statement timeout', coded('57014'), 'resource'],
    ['input or output error', coded('58030'), 'resource'],
    ['NUL in a text', coded('22021'), 'data'],
    ['no such date', coded('22007'), 'data'],
    ['NUL in JSON', coded('22P05'), 'data'],
    ['null where none may be', coded('23502'), 'data'],
    ['a check failed', coded('23514'), 'data'],
    ['index row too large', coded('54000'), 'data'],
    ['JSON too deep', coded('54001'), 'data'],
    ['no such table', coded('42P01'), 'program'],
    ['no such column', coded('42703'), 'program'],
    ['no right', coded('42501'), 'program'],
    ['no such schema', coded('3F000'), 'program'],
    ['no such database', coded('3D000'), 'program'],
    ['wrong password', coded('28P01'), 'program'],
    ['a defect of ours', new TypeError('x is not a function'), 'program'],
    ['internal error', coded('XX000'), 'unknown'],
    ['raised by a function', coded('P0001'), 'unknown'],
    ['anything else', new Error('odd'), 'unknown'],
    ['nothing', undefined, 'unknown'],
  ])('%s', (_, error, expected) => {
    expect(classify(error)).toBe(expected);
  });
});
