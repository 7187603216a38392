import { expect, it } from 'vitest';
import { defaultSettings } from '../../../../src/config/assemble-settings.ts';
import type { CallContext } from '../../../../src/server/server-tool.ts';
import { systemHealthTool } from '../../../../src/server/tools/system-health.ts';

const NODE = { ok: true, detail: 'isolated-vm works', ready: 1, busy: 0 };
const AWAY = { ok: false, detail: 'No Docker daemon answers.', ready: 0, busy: 0 };

/** Of a server whose parts say this; all else of it is not asked. */
async function health(profile: 'mvp' | 'enterprise', engines: object) {
  const parts = {
    settings: defaultSettings({ profile }),
    version: '0.0.0',
    upstreams: { status: () => [] },
    health: () => ({ engine: { name: 'node', ...NODE }, engines }),
  };
  const { content, structuredContent } = await systemHealthTool().call({}, { parts } as unknown as CallContext);
  return { content, structuredContent };
}

it('says of each engine whether it works, and why not', async () => {
  expect(await health('mvp', { node: NODE, docker: AWAY })).toMatchObject({
    content: [{ text: expect.stringMatching(/^engine: ok, isolated-vm works\ndocker: not working, No Docker daemon/) }],
    structuredContent: {
      ok: true,
      profile: 'mvp',
      engines: { node: { ok: true }, docker: { ok: false, detail: AWAY.detail } },
    },
  });
});

it('says why the sandboxes that the profile enterprise wants are not to be had', async () => {
  expect(await health('enterprise', { node: NODE, docker: AWAY })).toMatchObject({
    content: [{ text: expect.stringContaining('sandboxes: not available, No Docker daemon answers.') }],
    structuredContent: { sandboxes: { ok: false, detail: AWAY.detail } },
  });
  expect((await health('enterprise', { node: NODE })).structuredContent).toMatchObject({
    sandboxes: { ok: false, detail: expect.stringContaining('switched off') },
  });
  expect((await health('mvp', { node: NODE, docker: AWAY })).structuredContent).not.toHaveProperty('sandboxes');
});
