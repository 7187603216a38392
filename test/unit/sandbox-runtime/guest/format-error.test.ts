import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatError } from '../../../../sandbox-runtime/guest/format-error.ts';
import { createGuestRealm } from './guest-realm.ts';

const thrower = (name: string) =>
  Object.defineProperty({}, name, {
    get() {
      throw new Error('a getter');
    },
  });

describe('formatError', () => {
  it('brings the cause along, and the cause of that, and the parts of an AggregateError', () => {
    const parts = new AggregateError([new TypeError('a'), 7, undefined], 'parts');
    const thrown = new Error('outer', { cause: new RangeError('middle', { cause: parts }) });
    expect(formatError(thrown)).toMatchObject({
      message: 'outer',
      cause: {
        name: 'RangeError',
        message: 'middle',
        cause: { name: 'AggregateError', errors: [{ name: 'TypeError' }, { message: '7' }, { message: 'undefined' }] },
      },
    });
    expect(formatError(new Error('x', { cause: undefined }))).not.toHaveProperty('cause');
  });

  it('brings sixteen other errors at most, with shorter texts, however they are nested', () => {
    const looped = new Error('x'.repeat(8_000));
    looped.cause = looped;
    let [depth, error] = [0, formatError(looped)];
    for (; error.cause !== undefined; depth += 1) error = error.cause;
    expect(depth).toBe(16);
    expect(error.message.length).toBeLessThanOrEqual(2 * 1024);
    const wide = formatError(new AggregateError(Array.from({ length: 100 }, (_, n) => new Error(String(n)))));
    expect(wide.errors).toHaveLength(16);
  });

  it('is silent about a cause that cannot be read', () => {
    const thrown = new Error('mine');
    Object.defineProperty(thrown, 'cause', {
      get: () => {
        throw new Error('trap');
      },
    });
    expect(formatError(thrown)).toMatchObject({ message: 'mine' });
    expect(formatError(thrown)).not.toHaveProperty('cause');
  });

  it('gives name, message and stack of an error', () => {
    const error = new TypeError('no');
    expect({ ...formatError(error) }).toEqual({ name: 'TypeError', message: 'no', stack: error.stack });
  });

  it('gives the name that a class of the program bears', () => {
    class OwnError extends Error {
      override name = 'OwnError';
    }
    expect(formatError(new OwnError('mine'))).toMatchObject({ name: 'OwnError', message: 'mine' });
  });

  it.each<[unknown, string]>([
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [42, '42'],
    [-0, '-0'],
    [10n, '10n'],
    [Symbol('s'), 'Symbol(s)'],
    [true, 'true'],
  ])('shows what is thrown without being an error: %s', (thrown, message) => {
    expect({ ...formatError(thrown) }).toEqual({ name: 'Error', message, stack: '' });
  });

  it.each<[string, unknown, string]>([
    ['an object', { code: 7 }, 'code'],
    ['an error without a message', new Error(''), 'Error'],
    ['a list', [1, 2], '1'],
    ['a function', function mine() {}, 'mine'],
  ])('shows %s where there is no message to quote', (_name, thrown, part) => {
    expect(formatError(thrown).message).toContain(part);
  });

  it.each<[string, unknown]>([
    ['a getter of the name that throws', thrower('name')],
    ['a getter of the message that throws', thrower('message')],
    ['a getter of the stack that throws', thrower('stack')],
    ['texts that are none', { name: 1, message: {}, stack: [] }],
    [
      'a proxy whose every trap throws',
      new Proxy(
        {},
        new Proxy(
          {},
          {
            get: () => () => {
              throw new Error('trap');
            },
          },
        ),
      ),
    ],
    [
      'a proxy that was revoked',
      (() => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      })(),
    ],
    ['an object without a prototype', Object.create(null)],
    [
      'an object that cannot be made a text',
      {
        [Symbol.toPrimitive]: () => {
          throw new Error('text');
        },
      },
    ],
    [
      'an object that is its own message',
      (() => {
        const own: { message?: unknown } = {};
        own.message = own;
        return own;
      })(),
    ],
  ])('survives %s', (_name, thrown) => {
    const { name, message, stack } = formatError(thrown);
    expect([typeof name, typeof message, typeof stack]).toEqual(['string', 'string', 'string']);
    expect(name).toBe('Error');
    expect(message.length).toBeGreaterThan(0);
  });

  it('keeps texts up to their caps', () => {
    const long = 'x'.repeat(100_000_000);
    const { name, message, stack } = formatError({ name: long, message: long, stack: long });
    expect([name.length, message.length, stack.length]).toEqual([200, 8 * 1024, 16 * 1024]);
    expect(formatError(long).message.length).toBeLessThanOrEqual(8 * 1024);
    expect(formatError({ message: 'x'.repeat(8 * 1024) }).message).toHaveLength(8 * 1024);
  });

  it('gives three texts within their caps for anything', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withSparseArray: true,
        }),
        (thrown) => {
          const { name, message, stack } = formatError(thrown);
          expect(name.length).toBeLessThanOrEqual(200);
          expect(message.length).toBeLessThanOrEqual(8 * 1024);
          expect(stack.length).toBeLessThanOrEqual(16 * 1024);
        },
      ),
    );
  });

  it('reads each text once: a getter gives no second answer', () => {
    const reads: string[] = [];
    const sly = new Proxy({}, { get: (_target, key) => `${String(key)} ${reads.push(String(key))}` });
    expect({ ...formatError(sly) }).toEqual({ name: 'name 1', message: 'message 2', stack: 'stack 3' });
  });
});

describe('a hostile program', () => {
  it('that replaced every builtin finds no way into the report of its error', () => {
    const realm = createGuestRealm();
    realm.run('guest.error = new TypeError("no"); guest.error.stack; guest.list = [1, { a: 2 }]');
    realm.sabotage();
    realm.run(
      'guest.first = guest.formatError(guest.error); guest.second = guest.formatError(guest.list); guest.third = guest.formatError("text")',
    );
    expect(realm.touched).toBe('');
    expect(realm.run('guest.first.message')).toBe('no');
    expect(realm.run('guest.second.message')).toContain('a: 2');
    expect(realm.run('guest.third.message')).toBe('text');
  });

  it.each([
    'Error.prepareStackTrace = () => { throw "stack" }',
    'Error.prepareStackTrace = () => ({})',
    'Object.defineProperty(Error.prototype, "message", { get() { throw "message" } })',
    'Object.defineProperty(Object.prototype, "name", { set() { throw "set" }, get: () => "forged" })',
    'Object.prototype.toJSON = () => "forged"',
  ])('that says %s still has its error told', (program) => {
    const realm = createGuestRealm();
    realm.run(program);
    const text = realm.run('guest.toText(guest.formatError(new TypeError("mine")))');
    expect(JSON.parse(String(text))).toMatchObject({ name: 'TypeError', message: 'mine', stack: expect.any(String) });
  });

  it('that throws while its stack is made says so itself, and nobody else does', () => {
    const realm = createGuestRealm();
    const text = realm.run(
      'const error = new Error("mine"); Object.defineProperty(error, "stack", { get() { throw 1 } }); guest.toText(guest.formatError(error))',
    );
    expect(JSON.parse(String(text))).toEqual({ name: 'Error', message: 'mine', stack: '' });
  });
});
