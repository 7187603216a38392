import { describe, expect, it } from 'vitest';
import { startServer } from '../../attack/server/live-server.ts';
import { openSession } from '../../attack/server/raw-client.ts';

describe('a server whose database is not there when it starts', () => {
  it('is not ready and says which part, without its address, while programs run and metrics tell of it', async () => {
    const server = await startServer({
      settings: { registry: 'postgres' },
      env: { CODELOOM_REGISTRY_URL: 'postgres://loom:hunter2@127.0.0.1:1/secret_name' },
    });
    const ready = await fetch(new URL('/readyz', server.url));
    const answer = await ready.text();
    const registry = { part: 'registry', reason: 'the dynamic tools could not be read from the database yet' };
    expect([ready.status, JSON.parse(answer)]).toEqual([
      503,
      { ready: false, reason: registry.reason, unready: [registry] },
    ]);
    expect(answer).not.toMatch(/hunter2|secret_name|127\.0\.0\.1|loom:/);
    const session = await openSession(server);
    expect(await session.run('return 5')).toMatchObject({ result: 5 });
    expect(await session.call('system.health', {})).toMatchObject({ ok: false, registry: { ok: false } });
    const page = await (await fetch(new URL('/metrics', server.url))).text();
    expect(page).toContain('\ncodeloom_registry_up 0\n');
    expect(page).toContain('\ncodeloom_ready 0\n');
    expect((await fetch(new URL('/livez', server.url))).status).toBe(200);
    expect(await server.end()).toEqual([]);
  });
});
