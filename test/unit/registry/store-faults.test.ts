import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { isPassing, postgresFault } from '../../../src/registry/postgres/postgres-fault.ts';
import { isBroken, isBusy, sqliteFault } from '../../../src/registry/sqlite/sqlite-fault.ts';

const withCode = (code: string) => Object.assign(new Error('/home/somebody says: secret'), { code });
const sqlite = (errcode: number) => Object.assign(withCode('ERR_SQLITE_ERROR'), { errcode });

describe('an error of PostgreSQL', () => {
  it.each<[string, unknown, boolean, RegExp]>([
    ['a refused connection', withCode('ECONNREFUSED'), true, /cannot be reached/],
    ['a broken pipe, five letters long', withCode('EPIPE'), true, /cannot be reached/],
    ['a lost connection', new Error('Connection terminated unexpectedly'), true, /cannot be reached/],
    ['a shutdown', withCode('57P01'), true, /restarting/],
    ['a start', withCode('57P03'), true, /restarting/],
    ['a broken protocol', withCode('08P01'), true, /restarting/],
    ['too many clients', withCode('53300'), true, /no connection left/],
    ['a standby', withCode('25006'), true, /read-only/],
    ['a full disk', withCode('53100'), false, /no room/],
    ['a slow statement', withCode('57014'), false, /too slowly/],
    ['a silent server', new Error('Query read timeout'), false, /too slowly/],
    ['a wrong password', withCode('28P01'), false, /refuses the login/],
    ['no such database', withCode('3D000'), false, /does not exist/],
    ['too few rights', withCode('42501'), false, /owner of the database/],
    ['a statement that is wrong', withCode('42703'), false, /refused a statement/],
  ])('as %s is told in words, and is worth another try or not', (_what, error, isWorthIt, sentence) => {
    expect(isPassing(error)).toBe(isWorthIt);
    const fault = postgresFault(error, false);
    expect(fault).toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      cause: error,
      message: expect.stringMatching(sentence),
    });
    expect(fault.message).not.toMatch(/secret|somebody/);
  });
});

describe('an error of SQLite', () => {
  it.each<[number, boolean, boolean, RegExp]>([
    [5, true, false, /locked/],
    [517, true, false, /locked/],
    [6, true, false, /locked/],
    [8, false, true, /cannot be written/],
    [1032, false, true, /cannot be written/],
    [10, false, true, /disk .* failed/],
    [11, false, true, /damaged/],
    [13, false, false, /full/],
    [14, false, true, /cannot be opened/],
    [26, false, true, /damaged/],
    [1, false, false, /cannot be used/],
  ])('of the code %i is told in words', (errcode, busy, broken, sentence) => {
    const error = sqlite(errcode);
    expect([isBusy(error), isBroken(error)]).toEqual([busy, broken]);
    const fault = sqliteFault(error);
    expect(fault).toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      cause: error,
      message: expect.stringMatching(sentence),
    });
    expect(fault.message).not.toMatch(/secret|somebody/);
  });
});

describe('a mistake of our own', () => {
  it.each([new TypeError('x is undefined'), new RangeError('too deep')])(
    'is no absence of the database: %s',
    (error) => {
      expect(sqliteFault(error)).toMatchObject({ code: 'INTERNAL', cause: error });
      expect(postgresFault(error, false)).toMatchObject({ code: 'INTERNAL', cause: error });
      expect(isPassing(error)).toBe(false);
    },
  );

  it('leaves a fault as it is', () => {
    const fault = new Fault('TOOL_UNKNOWN', 'There is none.');
    expect([sqliteFault(fault), postgresFault(fault, true)]).toEqual([fault, fault]);
    expect(isPassing(fault)).toBe(false);
  });
});
