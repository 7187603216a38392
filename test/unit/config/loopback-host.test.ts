import { describe, expect, it } from 'vitest';
import { isLoopbackHost } from '../../../src/config/assemble-settings.ts';

describe('a loopback host', () => {
  it.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.9.9.9', '::1', '[::1]'])('is %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '127.0.0.1.nip.io', 'localhost.evil.com', '10.0.0.1', ''])('is not %s', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});
