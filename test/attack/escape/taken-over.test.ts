/**
 * Input 32: what is left to whoever has broken out of V8 and owns a worker of the node engine. The worker here is
 * started by the very command line of the real one, and runs what it is told with all of Node at hand.
 *
 * A correction of the input: no namespace of processes stands around a worker, so it may signal processes of the same
 * user, and Node 24's permission model does not cover the network (SECURITY.md says both). What is held is the rest.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readProc } from '../fixtures/attacked.ts';
import { describeCompromised } from '../protocol/compromised-worker.ts';

const TRY = `
const builtin = (name) => process.getBuiltinModule(name);
const attempt = (work) => { try { return work() } catch (error) { return error.code ?? error.message } };
const fs = builtin('fs');`;

describeCompromised('a worker that has been taken over', ({ result }) => {
  it('32: has an empty environment', async () => {
    expect(await result(`w.done(Object.keys(process.env)); w.ready()`)).toEqual([]);
  });

  it('32: reads and writes no file but the runtime’s own, and lists no folder', async () => {
    const tried = await result(`${TRY}
      const work = [() => fs.readFileSync('/etc/passwd', 'utf8'), () => fs.readFileSync('/proc/self/environ'), () => fs.readdirSync('/'), () => fs.readFileSync('/proc/' + process.ppid + '/environ'),
        () => fs.writeFileSync('/tmp/codeloom-was-here', 'x'), () => fs.symlinkSync('/etc', '/tmp/codeloom-link'), () => fs.chmodSync(process.argv[1], 0o777), () => fs.writeFileSync(process.argv[1], ''),
        () => fs.readFileSync(process.execPath).length, () => process.binding('fs').internalModuleReadJSON?.('/etc/passwd') ?? 'ERR_ACCESS_DENIED'];
      w.done([...new Set(work.map((each) => attempt(each)))]); w.ready()`);
    expect((tried as string[]).filter((code) => !/^ERR_(?:ACCESS_DENIED|INVALID_MODULE)$/.test(code))).toEqual([]);
  });

  it('32: starts no process, no thread, no inspector and no WASI', async () => {
    const tried = await result(`${TRY}
      const work = [() => builtin('child_process').spawnSync('/bin/true').error.code, () => builtin('child_process').fork('x').pid, () => new (builtin('worker_threads').Worker)('1', { eval: true }).threadId,
        () => builtin('inspector').open(0), () => new (builtin('inspector').Session)().connect(), () => new (builtin('wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } }).constructor.name, () => builtin('cluster').fork().id];
      w.done([...new Set(work.map((each) => attempt(each)))]); w.ready()`);
    expect(tried).toEqual(['ERR_ACCESS_DENIED']);
  });

  it('32: gets nothing out of a file by loading it as a library', async () => {
    const tried = await result(`${TRY}
      const load = (file) => attempt(() => (process.dlopen({ exports: {} }, file), 'loaded'));
      w.done(['/etc/passwd', '/proc/self/environ', process.execPath].map((file) => load(file)).filter((answer) => answer === 'loaded' || /root:/.test(answer))); w.ready()`);
    expect(tried).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    '32: holds no descriptor but its pipes, and its program cannot be written',
    async () => {
      const pid = Number(await result('w.done(process.pid); w.ready()'));
      const held = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      expect(held.filter((target) => !/^(?:pipe|socket|anon_inode):|^\/dev\/(?:null|urandom)$/.test(target))).toEqual(
        [],
      );
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toBe('');
      expect(readProc(pid, 'cmdline')).toContain('--permission');
      expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
    },
  );
});
