import { expect, it } from 'vitest';
import { containersOf, describeWithDocker } from '../../docker/describe-with-docker.ts';

const MODULES = `
const fs = process.getBuiltinModule('node:fs');
const children = process.getBuiltinModule('node:child_process');
// The channel is the last descriptor that leads to a pipe and blocks on writing.
const channel = () => fs.readdirSync('/proc/self/fd').map(Number).sort((a, b) => a - b).filter((fd) => {
  try {
    const flags = parseInt(/flags:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/fdinfo/' + fd, 'utf8'))[1], 8);
    return fd > 2 && (flags & 0o4003) === 1 && fs.readlinkSync('/proc/self/fd/' + fd).startsWith('pipe:');
  } catch { return false; }
}).at(-1);
`;

describeWithDocker('a program that misbehaves in a container', (suite) => {
  const end = async (code: string, limits = {}) => (await suite().bench.run(MODULES + code, { limits })).end;

  it('ends a fork bomb at its deadline', async () => {
    const bomb = `const script = 'f() { f | f & }; f'; children.spawn('sh', ['-c', script], { detached: true }); await sleep(60_000);`;
    expect(await end(bomb, { wallMs: 1_500 })).toMatchObject({ kind: 'limit-exceeded', limit: 'wallMs' });
  });

  it('ends a memory bomb in a child process or in the program itself', async () => {
    const own = `const all = []; for (;;) all.push(Buffer.alloc(4_000_000, 1));`;
    expect(await end(own)).toMatchObject({ kind: 'limit-exceeded', limit: 'heapMb' });
    // The kernel picks the child, and the program goes on.
    const child = `const bomb = 'const a=[];for(;;)a.push(Buffer.alloc(4000000,1))';
      const { signal } = children.spawnSync('node', ['-e', bomb]); return signal`;
    expect(await end(child)).toMatchObject({ kind: 'completed', result: 'SIGKILL' });
  });

  it('reports a program that exits, with the line where it did', async () => {
    const code = 'const a = 1;\nprocess.exit(7);';
    const report = await suite().bench.run(code);
    const message = 'The program called process.exit(7) before it returned; return a value instead.';
    expect(report.end).toMatchObject({ kind: 'program-threw', error: { message } });
    expect(await suite().bench.thrownAt(code, report.end)).toMatchObject({ line: 2 });
  });

  it('reports a program that ends its process behind the runtime’s back', async () => {
    for (const [last, signal] of [
      [`process.kill(process.pid, 'SIGHUP')`, 'SIGHUP'],
      [`process.kill(process.pid, 'SIGKILL')`, 'SIGKILL'],
      [`process.abort()`, 'SIGABRT'],
    ] as const) {
      const message = expect.stringContaining(`The program's process was ended by signal ${signal} before it returned`);
      expect(await end(`${last}; await sleep(10_000);`)).toMatchObject({ kind: 'program-threw', error: { message } });
    }
  });

  it('ends a run that leaves in the middle of a frame', async () => {
    const code = `fs.writeSync(channel(), Buffer.from([0, 0, 1, 0, 1, 0])); process.kill(process.pid, 'SIGHUP'); await sleep(10_000);`;
    expect(await end(code)).toMatchObject({ kind: 'program-threw' });
  });

  it('ends a run that writes garbage into its channel with PROTOCOL_VIOLATION', async () => {
    for (const garbage of [`Buffer.alloc(64, 0xff)`, `Buffer.from([0, 0, 0, 7, 1, 0, 0, 0, 2, 0x7b, 0x7d])`]) {
      const run = suite().bench.run(`${MODULES}\nfs.writeSync(channel(), ${garbage}); await sleep(10_000);`);
      await expect(run).rejects.toMatchObject({ code: 'PROTOCOL_VIOLATION' });
    }
  });

  it('never lets a forged message name a tool that was not granted', async () => {
    const forge = `const header = Buffer.from(JSON.stringify({ kind: 'call', run: 1, call: 1, server: 0, tool: 99 }));
      const frame = Buffer.alloc(4 + 1 + 4 + header.length + 4 + 2);
      frame.writeUInt32BE(frame.length - 4, 0); frame.writeUInt8(2, 4); frame.writeUInt32BE(header.length, 5);
      header.copy(frame, 9); frame.writeUInt32BE(2, 9 + header.length); frame.write('{}', 13 + header.length);
      fs.writeSync(channel(), frame); await sleep(10_000);`;
    await expect(suite().bench.run(MODULES + forge)).rejects.toMatchObject({ code: 'PROTOCOL_VIOLATION' });
  });

  it('takes a gigabyte of output in its stride, and says what was left out', async () => {
    const code = `const line = 'x'.repeat(1_023) + '\\n'; const block = Buffer.from(line.repeat(1_024));
      for (let n = 0; n < 1_024; n++) fs.writeSync(1, block); return 'done'`;
    const before = process.memoryUsage().rss;
    const report = await suite().bench.run(MODULES + code);
    expect(report.end).toEqual({ kind: 'completed', result: 'done' });
    expect(report.logs.length + (report.truncated?.logLines ?? 0)).toBe(1_024 * 1_024);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  }, 60_000);

  it('loses nothing of the megabytes that a program prints within its limits', async () => {
    const code = `for (let n = 0; n < 3_000; n++) console.log(n + ' ' + 'y'.repeat(1_000));
      for (let n = 0; n < 1_000; n++) process.stdout.write('out ' + n + '\\n');
      children.execSync('seq 1 2000 >&2', { stdio: 'inherit' });`;
    const limits = { logBytes: 16 * 1024 * 1024, logLines: 20_000 };
    const { logs, truncated } = await suite().bench.run(MODULES + code, { limits });
    expect(truncated).toBeUndefined();
    expect(logs).toHaveLength(6_000);
    expect(logs.filter(({ text }) => text.startsWith('out ')).map(({ text }) => text)).toEqual(
      Array.from({ length: 1_000 }, (_, n) => `out ${n}`),
    );
  });

  it('keeps the first and the last of what children and libraries print, as log lines', async () => {
    for (const print of [
      `children.spawnSync('sh', ['-c', 'seq 1 100000; echo the end >&2'], { stdio: 'inherit' })`,
      `fs.writeSync(1, Array.from({ length: 100_000 }, (_, n) => n + 1 + '\\n').join('') + 'the end\\n')`,
    ]) {
      const { logs, truncated } = await suite().bench.run(`${MODULES} console.warn('first'); ${print}; return 1`);
      expect(logs.slice(0, 3)).toMatchObject([
        { level: 'warn', text: 'first' },
        { level: 'log', text: '1' },
        { level: 'log', text: '2' },
      ]);
      expect(logs.slice(-2).map(({ text }) => text)).toEqual(['100000', 'the end']);
      expect(truncated).toMatchObject({ logLines: 100_002 - logs.length, afterLogLine: 500 });
    }
  });

  it('ends children that ignore SIGTERM, are in sessions of their own, or were left behind', async () => {
    const code = `children.spawn('setsid', ['sh', '-c', 'trap "" TERM HUP INT; sleep 600'], { detached: true, stdio: 'inherit' }).unref();
      process.on('SIGTERM', () => {}); return 'left it'`;
    expect(await end(code)).toEqual({ kind: 'completed', result: 'left it' });
  });

  it('ends a program that makes calls without end and never takes a reply', async () => {
    const code = `for (let n = 0; n < 400; n++) mcp.kit.big({ chars: 2_000_000 }).catch(() => {}); for (;;);`;
    const run = suite().bench.run(code, { limits: { wallMs: 20_000 } });
    await expect(run).rejects.toMatchObject({
      code: 'SANDBOX_LOST',
      message: expect.stringMatching(/without taking their replies/),
    });
  });

  it('leaves no container of a run behind once it is over', async () => {
    const used: string[] = [];
    const callTool = async () => {
      used.push(...(await containersOf(suite().engine.instanceId)));
      return { kind: 'value', value: 1 } as const;
    };
    const hostname = await suite().bench.result(`await mcp.kit.echo({}); return process.env.HOSTNAME`, { callTool });
    const own = used.find((id) => id.startsWith(String(hostname)));
    expect(own).toBeDefined();
    await expect.poll(() => containersOf(suite().engine.instanceId)).not.toContain(own);
  });
});
