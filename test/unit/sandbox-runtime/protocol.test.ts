import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  GUEST_LIMIT_NAMES,
  GUEST_LOG_LEVELS,
  ProtocolError,
  parseHostMessage,
  parseSandboxMessage,
  type SandboxMessage,
} from '../../../sandbox-runtime/protocol.ts';

const id = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const ms = fc.double({ min: 0, max: 1e15, noNaN: true }).map((time) => time + 0);
const message: fc.Arbitrary<SandboxMessage> = fc.oneof(
  fc.record({ kind: fc.constant('ready'), version: id }),
  fc.record({ kind: fc.constant('call'), run: id, call: id, server: id, tool: id }),
  fc.record({ kind: fc.constant('log'), run: id, level: fc.constantFrom(...GUEST_LOG_LEVELS), atMs: ms }),
  fc.record({ kind: fc.constant('log-tail'), run: id }),
  fc.record({ kind: fc.constant('completed'), run: id, hasResult: fc.boolean() }),
  fc.record({ kind: fc.constant('threw'), run: id }),
  fc.record({ kind: fc.constant('limit'), run: id, limit: fc.constantFrom(...GUEST_LIMIT_NAMES), needed: id }),
) as fc.Arbitrary<SandboxMessage>;

/** JSON of anything, more often of what looks like a message than not. */
const key = fc.constantFrom(
  'kind',
  'run',
  'call',
  'server',
  'tool',
  'level',
  'atMs',
  'version',
  'limit',
  'needed',
  'lines',
  '__proto__',
);
const odd = fc.constantFrom(
  'call',
  'log',
  'ready',
  'info',
  'heapMb',
  -1,
  -0,
  0.5,
  2 ** 31,
  2 ** 53,
  1e308,
  null,
  true,
  [],
  {},
);
const lookalike = fc
  .array(fc.tuple(key, odd))
  .map((members) => `{${members.map(([name, it]) => `"${name}":${JSON.stringify(it)}`).join()}}`);
const anyText = fc.oneof(
  lookalike,
  fc.json(),
  fc.string({ unit: 'binary' }),
  message.map((each) => JSON.stringify(each).slice(0, -1)),
);

/** What the parser makes of a text, where a refusal is one of its answers and any other error is none. */
function refusedOr<Value>(parse: () => Value): Value | 'refused' {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    return 'refused';
  }
}

function refusal(header: unknown): string {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  try {
    return `accepted: ${JSON.stringify(parseSandboxMessage(text))}`;
  } catch (error) {
    if (error instanceof ProtocolError) return error.message;
    throw error;
  }
}

describe('parseSandboxMessage', () => {
  it('gives every message back as it was sent', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(parseSandboxMessage(JSON.stringify(sent))).toEqual(JSON.parse(JSON.stringify(sent)));
      }),
    );
  });

  it('gives a message or a ProtocolError for any text, and nothing else', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = refusedOr(() => parseSandboxMessage(text));
        if (parsed !== 'refused') expect(refusedOr(() => parseSandboxMessage(JSON.stringify(parsed)))).toEqual(parsed);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes over known fields only', () => {
    const parsed = parseSandboxMessage('{"kind":"threw","run":1,"extra":1,"__proto__":{"run":9},"constructor":2}');
    expect(Object.keys(parsed)).toEqual(['kind', 'run']);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });

  it('reads no field from a key __proto__', () => {
    expect(refusal('{"__proto__":{"kind":"threw","run":1}}')).toBe('A message has no valid run.');
    expect(refusal('{"kind":"threw","__proto__":{"run":1}}')).toBe('A message has no valid run.');
    expect(({} as { run?: unknown }).run).toBeUndefined();
  });

  it('takes the last of duplicated keys, as every JSON parser of ours does', () => {
    expect(parseSandboxMessage('{"kind":"log","kind":"threw","run":1,"run":2}')).toEqual({ kind: 'threw', run: 2 });
  });

  it.each<[unknown, string]>([
    ['', 'A message is not JSON.'],
    ['{"kind":"threw","run":1}{', 'A message is not JSON.'],
    [[], 'A message is no object.'],
    ['null', 'A message is no object.'],
    ['"threw"', 'A message is no object.'],
    [{ kind: 'toString', run: 1 }, 'A message has an unknown kind.'],
    [{ kind: ['threw'], run: 1 }, 'A message has an unknown kind.'],
    [{ run: 1 }, 'A message has an unknown kind.'],
    [{ kind: 'ready', version: '1' }, 'A message has no valid version.'],
    [{ kind: 'log', run: 1, level: 'fatal', atMs: 1 }, 'A message has no valid level.'],
    [{ kind: 'log', run: 1, level: 'constructor', atMs: 1 }, 'A message has no valid level.'],
    [{ kind: 'log', run: 1, level: 'info', atMs: -1 }, 'A message has no valid atMs.'],
    ['{"kind":"log","run":1,"level":"info","atMs":1e999}', 'A message has no valid atMs.'],
    [{ kind: 'limit', run: 1, limit: 'toolCalls', needed: 0 }, 'A message has no valid limit.'],
    [{ kind: 'limit', run: 1, limit: 'heapMb', needed: 1.5 }, 'A message has no valid needed.'],
    [{ kind: 'limit', run: 1, limit: 'heapMb', needed: 2 ** 53 }, 'A message has no valid needed.'],
  ])('refuses %j', (header, message) => {
    expect(refusal(header)).toBe(message);
  });

  it.each([-1, 0.5, 2 ** 31, 2 ** 53, '1', null, [1], {}, true])('refuses the id %j', (forged) => {
    for (const field of ['run', 'call', 'server', 'tool']) {
      const header = { kind: 'call', run: 1, call: 1, server: 0, tool: 0, [field]: forged };
      expect(refusal(header)).toBe(`A message has no valid ${field}.`);
    }
  });

  it.each(['NaN', '1e999', '-1e999', '01', '0x1'])('refuses the number %s as an id', (forged) => {
    expect(refusal(`{"kind":"threw","run":${forged}}`)).toMatch(/no valid run|not JSON/);
  });

  it('takes a header at the cap and none over it, and does not parse it first', () => {
    const header = '{"kind":"threw","run":1}';
    expect(refusal(header.padEnd(64 * 1024))).toMatch(/^accepted/);
    expect(refusal(header.padEnd(64 * 1024 + 1))).toBe('A message header is too long.');
    expect(refusal('['.repeat(10_000_000))).toBe('A message header is too long.');
  });

  it('takes completed without a result for anything but true', () => {
    for (const hasResult of [false, 'true', 1, null, undefined]) {
      const header = JSON.stringify({ kind: 'completed', run: 1, hasResult });
      expect(parseSandboxMessage(header)).toEqual({ kind: 'completed', run: 1, hasResult: false });
    }
  });
});

describe('parseHostMessage', () => {
  it('gives what the host sent', () => {
    expect(parseHostMessage('{"kind":"stop","run":3}')).toEqual({ kind: 'stop', run: 3 });
  });
});
