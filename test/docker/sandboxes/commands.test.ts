/** Commands in a long-lived sandbox: what comes back of them, what stays, and how they are ended. */
import { beforeAll, expect, it } from 'vitest';
import { describeWithDocker } from '../describe-with-docker.ts';
import { openSandbox } from './open-sandbox.ts';

describeWithDocker('a command in a long-lived sandbox', (suite) => {
  let sandbox: Awaited<ReturnType<typeof openSandbox>>;
  beforeAll(async () => {
    sandbox = await openSandbox(suite().engine);
  });

  it('gives its exit code, stdout and stderr apart, also where it fails', async () => {
    const report = await sandbox.sh('echo out; echo err >&2; exit 3');
    expect(report).toMatchObject({ exitCode: 3, isTimedOut: false, stdout: 'out\n', stderr: 'err\n', artifacts: [] });
    expect(report).not.toHaveProperty('truncated');
  });

  it('runs without a shell where it is given as a list', async () => {
    const argv = ['node', '-p', 'process.argv.slice(1)', '--', '$HOME', 'a b'];
    const { stdout } = await sandbox.session.exec({ argv, timeoutMs: 60_000 }, new AbortController().signal);
    expect(stdout).toBe("[ '$HOME', 'a b' ]\n");
  });

  it('finds the files of the commands before it, and nothing of their variables', async () => {
    await sandbox.sh('echo kept > /workspace/state; export LOST=1; cd /tmp');
    expect(await sandbox.sh('cat state; pwd; echo "[$LOST]"')).toMatchObject({ stdout: 'kept\n/workspace\n[]\n' });
  });

  it('ends as a shell would say where it cannot be started, and with the signal that ended it', async () => {
    const run = (...argv: string[]) => sandbox.session.exec({ argv, timeoutMs: 60_000 }, new AbortController().signal);
    expect(await run('no-such-program')).toMatchObject({ exitCode: 127, stderr: 'no-such-program: not found\n' });
    expect(await run('/etc/passwd')).toMatchObject({ exitCode: 126, stderr: '/etc/passwd: not started (EACCES)\n' });
    expect(await run('a\0b')).toMatchObject({ exitCode: 126 });
    expect(await sandbox.sh('kill -KILL $$')).toMatchObject({ exitCode: 137, isTimedOut: false });
  });

  it('may open its own stdout and stderr again by name', async () => {
    const report = await sandbox.sh('echo again > /dev/stderr; echo twice >> /dev/stdout');
    expect(report).toMatchObject({ exitCode: 0, stdout: 'twice\n', stderr: 'again\n' });
  });

  it('that prints more than is kept gives its beginning and its end, with how much lies between', async () => {
    const { stdout, truncated } = await sandbox.sh('seq 1 200000');
    expect(stdout).toMatch(/^1\n2\n3\n/);
    expect(stdout).toMatch(/\n199999\n200000\n$/);
    expect(stdout).toContain(`… ${truncated?.stdoutBytes} bytes left out …`);
    expect(stdout.length).toBeLessThan(64 * 1024 + 100);
  });

  it('leaves what it started in the background running, and does not wait for it', async () => {
    expect(await sandbox.sh('sleep 600 & echo started')).toMatchObject({ exitCode: 0, stdout: 'started\n' });
    expect(await sandbox.processes()).toEqual(['sleep']);
    await sandbox.sh('kill $(pidof sleep)');
    await expect.poll(() => sandbox.processes()).toEqual([]);
  });

  it('goes on being read in the background, so that printing does not end it', async () => {
    await sandbox.sh('rm -f done; (sleep 0.3; seq 1 100000; echo ok > done) &');
    await expect.poll(async () => (await sandbox.sh('cat done')).stdout, { timeout: 20_000 }).toBe('ok\n');
  });

  it('is ended at its time with all that runs, in whatever session and with whatever it ignores, and no file is lost', async () => {
    const report = await sandbox.sh(
      `echo before; trap "" TERM HUP INT; (setsid sh -c 'trap "" TERM HUP INT; setsid sleep 600 & sleep 600' &); sleep 600`,
      1_500,
    );
    expect(report).toMatchObject({ isTimedOut: true, exitCode: 137, stdout: 'before\n' });
    expect(await sandbox.processes()).toEqual([]);
    expect(await sandbox.sh('cat state')).toMatchObject({ stdout: 'kept\n' });
  });

  it('that is cancelled is ended at once with all that it started', async () => {
    const cancel = new AbortController();
    const running = sandbox.sh('sleep 600 & sleep 600', 600_000, cancel.signal);
    cancel.abort(new Error('not wanted'));
    await expect(running).rejects.toThrow('not wanted');
    expect(await sandbox.processes()).toEqual([]);
  });

  it('waits for the one before it', async () => {
    const order = await Promise.all([
      sandbox.sh('sleep 0.2; echo a >> order'),
      sandbox.sh('echo b >> order'),
      sandbox.sh('cat order'),
    ]);
    expect(order[2]?.stdout).toBe('a\nb\n');
  });

  it('gives back the files of /workspace/out that are new or changed, and each once', async () => {
    const paths = async (command: string) => (await sandbox.sh(command)).artifacts.map(({ path }) => path);
    expect(await paths('mkdir -p out/sub; echo 1 > out/a.txt; echo 2 > out/sub/b.csv')).toEqual(['a.txt', 'sub/b.csv']);
    expect(await paths('true')).toEqual([]);
    expect(await paths('echo more >> out/a.txt')).toEqual(['a.txt']);
    expect(await paths('rm out/a.txt; echo 1 > out/a.txt')).toEqual(['a.txt']);
    const { artifacts } = await sandbox.sh('echo late > out/late.txt; sleep 600', 1_500);
    expect(artifacts.map(({ content }) => content.toString())).toEqual(['late\n']);
  });

  it('finds /workspace/out there, also after another removed it, and so does a program', async () => {
    expect(await sandbox.sh('rm -r out')).toMatchObject({ exitCode: 0 });
    expect((await sandbox.sh('echo 1 > /workspace/out/new.txt')).artifacts).toMatchObject([{ path: 'new.txt' }]);
    await sandbox.sh('rm -r out');
    const { createBench } = await import('../../contract/engine/bench.ts');
    const bench = createBench(suite().engine.sandboxes.engineOf(sandbox.session));
    const { artifacts } = await bench.run(`process.getBuiltinModule('node:fs').writeFileSync('out/own.txt', 'x')`);
    expect(artifacts).toMatchObject([{ path: 'own.txt' }]);
  });

  it('leaves out what may not come back, and says why once', async () => {
    const report = await sandbox.sh('head -c 3000000 /dev/zero > out/big; ln -s /dev/zero out/link; mkfifo out/pipe');
    expect(report.artifacts).toEqual([]);
    expect(report.truncated).toMatchObject({ artifacts: 3 });
    expect(report.notes).toContain(
      '/workspace/out/big does not come back: it has 3000000 bytes, more than 2097152 (limit artifactBytes).',
    );
    const next = await sandbox.sh('true');
    expect(next.notes).toEqual([]);
    expect(next).not.toHaveProperty('truncated');
    const changed = await sandbox.sh('rm out/link; ln -s /dev/null out/link');
    expect(changed.notes).toEqual(['/workspace/out/link does not come back: it is no plain file.']);
    expect((await sandbox.sh('rm out/link out/pipe; echo 1 > out/link')).artifacts).toMatchObject([{ path: 'link' }]);
  });

  it('shares its files with programs, which give theirs back too', async () => {
    const { engine } = suite();
    const { createBench } = await import('../../contract/engine/bench.ts');
    const bench = createBench(engine.sandboxes.engineOf(sandbox.session));
    await sandbox.sh('echo 41 > number');
    const report = await bench.run(`
      const fs = process.getBuiltinModule('node:fs');
      const number = Number(fs.readFileSync('number', 'utf8')) + 1;
      fs.writeFileSync('number', String(number));
      fs.writeFileSync('/workspace/out/answer.json', JSON.stringify({ number }));
      return [number, await mcp.kit.echo({ n: 1 })];`);
    expect(report.end).toEqual({ kind: 'completed', result: [42, { n: 1 }] });
    expect(report.artifacts?.map(({ path }) => path)).toEqual(['answer.json']);
    expect(await sandbox.sh('cat number')).toMatchObject({ stdout: '42', artifacts: [] });
    await expect.poll(() => sandbox.processes()).toEqual([]);
  });
});
