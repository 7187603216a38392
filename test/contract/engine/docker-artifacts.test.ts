/** Files that a program leaves in /workspace/out: what comes back, and that nothing there can hang or flood a run. */
import { expect, it } from 'vitest';
import type { Limits } from '../../../src/base/limits.ts';
import { describeWithDocker } from '../../docker/describe-with-docker.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const MODULES = `
const fs = process.getBuiltinModule('node:fs');
const children = process.getBuiltinModule('node:child_process');
const out = '/workspace/out';
fs.mkdirSync(out, { recursive: true });
`;

describeWithDocker('files in /workspace/out', (suite) => {
  const run = (code: string, limits: Partial<Limits> = {}) => suite().bench.run(MODULES + code, { limits });
  const paths = async (code: string, limits: Partial<Limits> = {}) => {
    const { end, artifacts = [], truncated, logs } = await run(code, limits);
    expect(end.kind).toBe('completed');
    return {
      paths: artifacts.map(({ path }) => path),
      leftOut: truncated?.artifacts,
      reasons: logs.map(({ text }) => text),
    };
  };

  it('come back byte for byte, with their folders and kinds, sorted', async () => {
    const { end, artifacts, truncated } = await run(`
      fs.mkdirSync(out + '/a/b', { recursive: true });
      fs.writeFileSync(out + '/a/b/data.bin', Buffer.from([0, 255, 1, 254]));
      fs.writeFileSync(out + '/picture.png', Buffer.from('${PNG}', 'base64'));
      fs.writeFileSync(out + '/empty.txt', '');
      fs.writeFileSync(out + '/ümlaut 1.csv', 'a;b\\n');
      return 1`);
    expect(end).toEqual({ kind: 'completed', result: 1 });
    expect(truncated).toBeUndefined();
    expect(artifacts?.map(({ path, mimeType, bytes }) => [path, mimeType, bytes])).toEqual([
      ['a/b/data.bin', 'application/octet-stream', 4],
      ['empty.txt', 'text/plain', 0],
      ['picture.png', 'image/png', 70],
      ['ümlaut 1.csv', 'text/csv', 4],
    ]);
    expect([...(artifacts?.[0]?.content ?? [])]).toEqual([0, 255, 1, 254]);
  });

  it('need no folder to be made for them: it is there when the program starts', async () => {
    const code = `process.getBuiltinModule('node:fs').writeFileSync('/workspace/out/x.txt', 'x'); return process.cwd()`;
    const { end, artifacts } = await suite().bench.run(code);
    expect(end).toEqual({ kind: 'completed', result: '/workspace' });
    expect(artifacts?.map(({ path }) => path)).toEqual(['x.txt']);
  });

  it('come back from a program that throws or exits, and there are none where it wrote none', async () => {
    for (const last of ['throw new Error("late")', 'process.exit(3)']) {
      const { end, artifacts } = await run(`fs.writeFileSync(out + '/a.txt', 'kept'); ${last}`);
      expect(end.kind).toBe('program-threw');
      expect(artifacts?.map(({ content }) => content.toString())).toEqual(['kept']);
    }
    expect(await suite().bench.run('return 1')).not.toHaveProperty('artifacts');
  });

  it('are never links, pipes, sockets, or anything that leads elsewhere', async () => {
    const found = await paths(`
      fs.symlinkSync('/dev/zero', out + '/zero'); fs.symlinkSync('/etc/passwd', out + '/passwd'); fs.symlinkSync('/etc', out + '/etc');
      fs.symlinkSync('..', out + '/up');
      children.execSync('mkfifo ' + out + '/pipe');
      await new Promise((done) => process.getBuiltinModule('node:net').createServer().unref().listen(out + '/socket', done));
      fs.writeFileSync(out + '/real.txt', 'x')`);
    expect(found.paths).toEqual(['real.txt']);
    expect(found.leftOut).toBe(6);
    expect(found.reasons).toContain('/workspace/out/pipe does not come back: it is no plain file.');
  });

  it('are not looked for where the folder itself is a link', async () => {
    const found = await paths(`fs.rmdirSync(out); fs.symlinkSync('/etc', out)`);
    expect(found).toEqual({ paths: [], leftOut: undefined, reasons: [] });
  });

  it('are left out, each with the limit, where one is too large, all together are, or there are too many', async () => {
    const limits = { artifacts: 3, artifactBytes: 4_096, artifactTotalBytes: 10_000 };
    const found = await paths(
      `fs.writeFileSync(out + '/0-sparse', ''); fs.truncateSync(out + '/0-sparse', 30_000_000);
       for (const n of [1, 2, 3]) fs.writeFileSync(out + '/' + n, Buffer.alloc(4_000));
       for (const n of [4, 5]) fs.writeFileSync(out + '/' + n, 'small');`,
      limits,
    );
    expect(found.paths).toEqual(['1', '2', '4']);
    expect(found.leftOut).toBe(3);
    expect(found.reasons).toEqual([
      '/workspace/out/0-sparse does not come back: it has 30000000 bytes, more than 4096 (limit artifactBytes).',
      '/workspace/out/3 does not come back: its 4000 bytes and those before it are more than 10000 (limit artifactTotalBytes).',
      '/workspace/out/5 does not come back: 3 files have come before it (limit artifacts).',
    ]);
  });

  it('may be ten thousand in folders without end, and the run ends in time', async () => {
    const found = await paths(
      `let dir = out; for (let n = 0; n < 40; n++) { dir += '/d'; fs.mkdirSync(dir); }
       fs.writeFileSync(dir + '/deep.txt', 'x');
       for (let n = 0; n < 12_000; n++) fs.writeFileSync(out + '/' + String(n).padStart(5, '0'), '');`,
    );
    expect(found.paths).toHaveLength(32);
    expect(found.leftOut).toBeGreaterThan(9_000);
    expect(found.reasons).toHaveLength(10);
  });

  it('do not hang a run in which a child puts other things in their place without end', async () => {
    const { end, artifacts = [] } = await run(
      `const swap = 'const fs=require("fs"),p="/workspace/out/x";for(;;){try{fs.writeFileSync(p,"fine");fs.unlinkSync(p);fs.symlinkSync("/dev/zero",p);fs.unlinkSync(p)}catch{}}';
       children.spawn(process.execPath, ['-e', swap], { stdio: 'ignore', detached: true }).unref();
       await sleep(300); return 'done'`,
    );
    expect(end).toEqual({ kind: 'completed', result: 'done' });
    for (const { content } of artifacts) expect(['', 'fine']).toContain(content.toString());
  });

  it('are none where the operator takes none', async () => {
    const report = await run(`fs.writeFileSync(out + '/a.txt', 'x')`, { artifacts: 0 });
    expect(report.end.kind).toBe('completed');
    expect(report).not.toHaveProperty('artifacts');
    expect(report).not.toHaveProperty('truncated');
  });

  it('are refused where the program claims more of them than there may be', async () => {
    const forge = (path: string, content: string) => `
      const channel = fs.readdirSync('/proc/self/fd').map(Number).sort((a, b) => a - b).filter((fd) => {
        try {
          const flags = parseInt(/flags:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/fdinfo/' + fd, 'utf8'))[1], 8);
          return fd > 2 && (flags & 0o4003) === 1 && fs.readlinkSync('/proc/self/fd/' + fd).startsWith('pipe:');
        } catch { return false; }
      }).at(-1);
      const parts = [JSON.stringify({ kind: 'artifact', run: 1 }), ${path}, ${content}].map((part) => Buffer.from(part));
      const body = Buffer.concat([Buffer.from([parts.length]), ...parts.flatMap((part) => {
        const length = Buffer.alloc(4); length.writeUInt32BE(part.length); return [length, part];
      })]);
      const length = Buffer.alloc(4); length.writeUInt32BE(body.length);
      fs.writeSync(channel, Buffer.concat([length, body])); await sleep(10_000);`;
    for (const [path, content] of [
      [`'../../etc/passwd'`, `''`],
      [`'/etc/passwd'`, `''`],
      [`'a.txt'`, `'no base64!'`],
      [`'a.txt'`, `'A'.repeat(1_000_000)`],
    ] as const) {
      const ended = run(forge(path, content), { artifactBytes: 4_096 });
      await expect(ended, path).rejects.toMatchObject({ code: 'PROTOCOL_VIOLATION' });
    }
  });
});
