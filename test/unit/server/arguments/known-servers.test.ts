import { describe, expect, it } from 'vitest';
import { knownServers, listServers } from '../../../../src/server/arguments/known-servers.ts';
import { smallParts } from '../small-parts.ts';

const { upstreams } = smallParts();

describe('names of servers', () => {
  it('come back each once, in the order given', () => {
    expect(knownServers(['my.clock', 'files', 'my.clock'], upstreams)).toEqual(['my.clock', 'files']);
  });

  it('are refused with the nearest and with all that there are', () => {
    expect(() => knownServers(['flies'], upstreams)).toThrow(
      'There is no server "flies". Did you mean "files"? The servers are: broken, files, my.clock.',
    );
  });

  it('are not found on a prototype', () => {
    expect(() => knownServers(['__proto__', 'constructor'], upstreams)).toThrow('There is no server "__proto__".');
  });

  it('come with advice where there are none', () => {
    expect(listServers([])).toContain('mcpServers');
  });
});
