import { describe, expect, it } from 'vitest';
import { createConsole, MAX_LINE_CHARS } from '../../../../sandbox-runtime/guest/console.ts';

type Name =
  | 'assert'
  | 'count'
  | 'countReset'
  | 'debug'
  | 'dir'
  | 'dirxml'
  | 'error'
  | 'group'
  | 'groupCollapsed'
  | 'groupEnd'
  | 'info'
  | 'log'
  | 'table'
  | 'time'
  | 'timeEnd'
  | 'timeLog'
  | 'trace'
  | 'warn';
type Methods = { readonly [Method in Name]: (...args: unknown[]) => void };

function listen(clock: () => number = () => 0) {
  const lines: string[] = [];
  const console = createConsole((level, text) => lines.push(`${level}: ${text}`), clock) as Methods;
  return { console, lines };
}

describe('createConsole', () => {
  it('writes each level as what it is, from methods without their object', () => {
    const { console, lines } = listen();
    const { log, info, debug, warn, error, dir, dirxml } = console;
    log('a', 1);
    info('b');
    debug('c');
    warn('d');
    error('%s', 'e');
    dir('%s');
    dirxml({ x: 1 });
    expect(lines).toEqual(['log: a 1', 'info: b', 'debug: c', 'warn: d', 'error: e', "log: '%s'", 'log: { x: 1 }']);
  });

  it('indents groups, also within a text, and caps how deep that shows', () => {
    const { console, lines } = listen();
    console.group('outer');
    console.log('one\ntwo');
    console.groupCollapsed();
    console.warn('inner');
    console.groupEnd();
    console.groupEnd();
    console.groupEnd();
    console.log('back');
    for (let level = 0; level < 10_000; level++) console.group();
    console.log('deep');
    expect(lines).toEqual([
      'log: outer',
      'log:   one\n  two',
      'warn:     inner',
      'log: back',
      `log: ${' '.repeat(20)}deep`,
    ]);
  });

  it('measures times, and says so where there is nothing to measure', () => {
    let now = 100;
    const { console, lines } = listen(() => now);
    console.time();
    console.time('load');
    now = 112.346;
    console.timeLog('load', { step: 1 });
    console.timeEnd('load');
    console.timeEnd('load');
    console.time();
    console.timeEnd();
    expect(lines).toEqual([
      'log: load: 12.35 ms { step: 1 }',
      'log: load: 12.35 ms',
      'warn: There is no timer "load": call console.time first.',
      'warn: The timer "default" is running already.',
      'log: default: 12.35 ms',
    ]);
  });

  it('counts by label, names of builtins among them', () => {
    const { console, lines } = listen();
    for (const label of [undefined, '__proto__', undefined, '__proto__', 'toString']) console.count(label);
    console.countReset('__proto__');
    console.countReset('none');
    console.count('__proto__');
    expect(lines).toEqual([
      'log: default: 1',
      'log: __proto__: 1',
      'log: default: 2',
      'log: __proto__: 2',
      'log: toString: 1',
      'warn: There is no count "none".',
      'log: __proto__: 1',
    ]);
  });

  it('keeps a bounded number of timers', () => {
    const { console, lines } = listen();
    for (let at = 0; at <= 1_000; at++) console.time(`t${at}`);
    expect(lines).toEqual(['warn: There are 1000 timers already; "t1000" was not started.']);
  });

  it('speaks of assertions only when they fail', () => {
    const { console, lines } = listen();
    console.assert(true, 'unseen');
    console.assert(false, 'sum is %d', 3);
    console.assert(false, { a: 1 });
    console.assert(false);
    expect(lines).toEqual([
      'error: Assertion failed: sum is 3',
      'error: Assertion failed { a: 1 }',
      'error: Assertion failed',
    ]);
  });

  it('gives a trace the frames of the caller', () => {
    const { console, lines } = listen();
    const here = () => console.trace('at %s', 'work');
    here();
    expect(lines[0]).toMatch(/^log: Trace: at work\n {4}at /);
    expect(lines[0]).toContain('at here (');
  });

  it('draws tables of rows, lists, maps, sets and records', () => {
    const { console, lines } = listen();
    console.table([
      { id: 1, name: 'x' },
      { id: 2, ok: true },
    ]);
    console.table(['a', { n: 1 }]);
    console.table(new Map([['k', { v: 1 }]]));
    console.table(new Set(['s']));
    console.table([{ a: 1, b: 2 }], ['b']);
    expect(lines.map((line) => line.slice(5))).toEqual([
      "┌─────────┬────┬──────┬──────┐\n│ (index) │ id │ name │ ok   │\n├─────────┼────┼──────┼──────┤\n│ 0       │ 1  │ 'x'  │      │\n│ 1       │ 2  │      │ true │\n└─────────┴────┴──────┴──────┘",
      "┌─────────┬───┬────────┐\n│ (index) │ n │ Values │\n├─────────┼───┼────────┤\n│ 0       │   │ 'a'    │\n│ 1       │ 1 │        │\n└─────────┴───┴────────┘",
      "┌───────────────────┬─────┬───┐\n│ (iteration index) │ Key │ v │\n├───────────────────┼─────┼───┤\n│ 0                 │ 'k' │ 1 │\n└───────────────────┴─────┴───┘",
      "┌───────────────────┬────────┐\n│ (iteration index) │ Values │\n├───────────────────┼────────┤\n│ 0                 │ 's'    │\n└───────────────────┴────────┘",
      '┌─────────┬───┐\n│ (index) │ b │\n├─────────┼───┤\n│ 0       │ 2 │\n└─────────┴───┘',
    ]);
  });

  it('bounds tables in rows, columns and cells, calls no getter, and falls back to plain text', () => {
    const { console, lines } = listen();
    const wide = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`c${at}`, at]));
    console.table(Array.from({ length: 1_000 }, () => ({ n: 1 })));
    console.table([wide]);
    console.table([
      {
        long: 'x'.repeat(500),
        'line\nbreak': 'a\nb\u001b',
        get got() {
          throw new Error('called');
        },
      },
    ]);
    console.table('no table');
    console.table(
      new Proxy([], {
        getOwnPropertyDescriptor() {
          throw new Error('no');
        },
        ownKeys() {
          throw new Error('no');
        },
      }),
    );
    expect(lines[0]).toMatch(/\n\.\.\. 950 more rows$/);
    expect(lines[1]).toMatch(/c11 │\n(?:.*\n)+\.\.\. more columns$/);
    expect(lines[2]).toMatch(/│ 0 {7}│ 'x{38}… │ 'a\\nb\\x1B' │ \[Getter\] │/);
    expect(lines[3]).toBe('log: no table');
    expect(lines.length).toBe(5);
  });

  it('holds every text to its cap, indentation and all, and says that it did', () => {
    const { console, lines } = listen();
    console.group('\n'.repeat(9_000));
    console.log('y\n'.repeat(6_000));
    console.log({ a: 'x'.repeat(20_000) });
    console.table(
      Array.from({ length: 50 }, () =>
        Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`c${at}`, 'x'.repeat(100)])),
      ),
    );
    console.time('l'.repeat(10_000));
    console.timeEnd('l'.repeat(10_000));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(MAX_LINE_CHARS + 7);
    expect(lines.slice(0, 4).every((line) => /… \(.*\)$/.test(line))).toBe(true);
  });
});
