import { describe, expect, it } from 'vitest';
import { Fault, type FaultCode, toFault } from '../../../src/base/fault.ts';

describe('Fault', () => {
  it('carries its code and one sentence, and is an Error to whoever catches it', () => {
    const fault = new Fault('CONFIG_INVALID', 'There is no such key.');
    expect(fault).toBeInstanceOf(Error);
    expect(fault).toMatchObject({ name: 'Fault', code: 'CONFIG_INVALID', message: 'There is no such key.' });
  });

  it('keeps its cause apart from its message, and has none where none was given', () => {
    const cause = new Error('/home/somebody/secret');
    expect(new Fault('INTERNAL', 'It failed.', cause)).toMatchObject({ message: 'It failed.', cause });
    expect(Object.hasOwn(new Fault('INTERNAL', 'It failed.'), 'cause')).toBe(false);
  });

  const codes: Readonly<Record<FaultCode, boolean>> = {
    CONFIG_INVALID: false,
    ARGUMENTS_INVALID: false,
    UPSTREAM_UNKNOWN: false,
    UPSTREAM_UNAVAILABLE: true,
    DEPENDENCY_REFUSED: false,
    DEPENDENCY_UNAVAILABLE: true,
    ENGINE_UNAVAILABLE: false,
    POOL_SATURATED: true,
    RATE_LIMITED: true,
    SANDBOX_LOST: true,
    PROTOCOL_VIOLATION: false,
    COMPILER_LOST: true,
    REGISTRY_CONFLICT: false,
    REGISTRY_READ_ONLY: false,
    REGISTRY_UNAVAILABLE: true,
    TOOL_UNKNOWN: false,
    SCOPE_MISSING: false,
    DENIED: false,
    SHUTTING_DOWN: true,
    INTERNAL: false,
  };
  it.each(Object.entries(codes) as [FaultCode, boolean][])('%s: worth the same request again is %s', (code, is) => {
    expect(new Fault(code, 'A sentence.').retryable).toBe(is);
  });
});

describe('toFault', () => {
  it('passes a fault through as it is', () => {
    const fault = new Fault('POOL_SATURATED', 'Come back later.');
    expect(toFault(fault)).toBe(fault);
  });

  it.each([new Error('/etc/passwd'), 'a text', undefined, null, Object.create(null), { code: 'SANDBOX_LOST' }])(
    'makes anything else INTERNAL and says nothing of it: %#',
    (thrown) => {
      const fault = toFault(thrown);
      expect(fault).toMatchObject({ code: 'INTERNAL', retryable: false });
      expect(fault.message).toBe('Codeloom failed internally; its log has the details.');
      expect(fault.cause).toBe(thrown);
    },
  );
});
