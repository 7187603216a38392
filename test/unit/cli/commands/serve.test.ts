import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../../src/base/log.ts';
import { serveCommand } from '../../../../src/cli/commands/serve.ts';
import { defaultSettings } from '../../../../src/config/assemble-settings.ts';
import { createCodeloom, NEVER } from '../command-bench.ts';

const LOADED = {
  settings: defaultSettings(),
  configFile: '/home/me/mcp.json',
  hasConfigFile: false,
  notes: ['x is ignored.'],
};

describe('codeloom serve', () => {
  it('ends when the client has gone', async () => {
    expect(await serveCommand(createCodeloom(), LOADED, NEVER)).toBe(0);
  });

  it.each(['before', 'after'])('closes when a signal comes %s serving began, and waits for the drain', async (when) => {
    const stop = new AbortController();
    if (when === 'before') stop.abort();
    const events: string[] = [];
    const closed = Promise.withResolvers<void>();
    const serving = Promise.withResolvers<void>();
    const codeloom = createCodeloom({
      serve: async () => {
        serving.resolve();
        const close = async () => {
          events.push('close');
          await Promise.resolve();
          events.push('drained');
          closed.resolve();
        };
        return { closed: closed.promise, close };
      },
    });
    const ended = serveCommand(codeloom, LOADED, stop.signal);
    await serving.promise;
    stop.abort();
    expect(await ended).toBe(0);
    expect(events).toEqual(['close', 'drained']);
  });

  it('logs how to add upstreams, and what of the config file has no effect', async () => {
    const lines: string[] = [];
    const destination = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    await serveCommand(createCodeloom({ log: createLog('info', destination) }), LOADED, NEVER);
    expect(lines.join('')).toMatch(/"x is ignored\."/);
    expect(lines.join('')).toMatch(/No servers .* by creating \/home\/me\/mcp\.json/);
  });
});
