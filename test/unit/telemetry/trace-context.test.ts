import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTraceContext } from '../../../src/base/gate/trace-context.ts';

const IDS = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const ZERO = '0'.repeat(32);

describe('parseTraceContext', () => {
  it('takes what the W3C has as an example', () => {
    expect(parseTraceContext(`00-${IDS}`, 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE')).toEqual({
      traceparent: `00-${IDS}`,
      tracestate: 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
    });
  });

  it('takes a later version for what it knows of it', () => {
    expect(parseTraceContext(`cc-${IDS}-what-the-future-will-be-like`, undefined)).toEqual({
      traceparent: `00-${IDS}`,
    });
  });

  it.each([
    ['nothing', undefined],
    ['what is no text', 17],
    ['an object', { toString: () => `00-${IDS}` }],
    ['an empty text', ''],
    ['version ff', `ff-${IDS}`],
    ['more fields in version 00', `00-${IDS}-more`],
    ['capitals', `00-${IDS.toUpperCase()}`],
    ['a trace id of zeros', `00-${ZERO}-b7ad6b7169203331-01`],
    ['a span id of zeros', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`],
    ['a line end in it', `00-${IDS}\r\nx: y`],
    ['a text of a megabyte', `00-${IDS}-${'a'.repeat(1_000_000)}`],
    ['a text of a megabyte of zeros', '0'.repeat(1_000_000)],
  ])('takes %s for no trace', (_what, traceparent) => {
    expect(parseTraceContext(traceparent, 'a=b')).toBeUndefined();
  });

  it.each([
    ['no text', 3],
    ['empty', ' , '],
    ['too long', `a=${'b'.repeat(512)}`],
    ['of too many', Array.from({ length: 33 }, (_, at) => `k${at}=1`).join()],
    ['without a value', 'a'],
    ['with a line end', 'a=b\nc=d'],
    ['with capitals in a key', 'A=b'],
  ])('leaves out a tracestate that is %s, and keeps the parent', (_what, tracestate) => {
    expect(parseTraceContext(`00-${IDS}`, tracestate)).toEqual({ traceparent: `00-${IDS}` });
  });

  it('gives only what it would take again, whatever it is given', () => {
    const near = fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[ -~]{0,9})?$/);
    const member = fc
      .tuple(fc.stringMatching(/^[a-zA-Z0-9_@-]{0,5}$/), fc.string({ maxLength: 5 }))
      .map((pair) => pair.join('='));
    const state = fc.array(member, { maxLength: 40 }).map((members) => members.join());
    fc.assert(
      fc.property(fc.oneof(near, fc.anything()), fc.oneof(state, fc.anything()), (traceparent, tracestate) => {
        const parsed = parseTraceContext(traceparent, tracestate);
        if (parsed === undefined) return;
        expect(parsed.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
        expect(parsed.tracestate ?? 'a=b').toMatch(/^[!-~][ -~]*$/);
        expect(parseTraceContext(parsed.traceparent, parsed.tracestate)).toEqual(parsed);
      }),
    );
  });
});
