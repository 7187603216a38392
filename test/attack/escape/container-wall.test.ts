/**
 * Inputs 25 and 29 to 31 on the docker engine: what a program with all of Node finds of the host, what it asks of the
 * kernel, and what it leaves lying about. The flags themselves are held by test/contract/engine/docker-wall.test.ts.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { describeAttacks } from '../attack-bench.ts';

const MODULES = `
const [fs, children, net, dns, os, path] = ['fs', 'child_process', 'net', 'dns', 'os', 'path'].map((name) => process.getBuiltinModule(name));
const attempt = (work) => { try { return work() } catch (error) { return error.code ?? error.name } };
const sh = (command) => { const { status, stdout, stderr, signal, error } = children.spawnSync('sh', ['-c', command], { encoding: 'utf8' }); return { failed: status !== 0, said: stdout + stderr + (error?.code ?? '') } };
`;

describeAttacks('a program that takes its container apart', { engine: 'docker' }, ({ attack, looted }) => {
  it.concurrent('29: files about processes, mounts and devices tell of the container, and of nothing else', async () => {
    const files = (await looted(`${MODULES}
      const read = (file) => attempt(() => fs.readFileSync(file, 'utf8'));
      const found = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name));
      return {
        init: read('/proc/1/environ'), own: read('/proc/self/environ'), mounts: read('/proc/self/mountinfo'), cgroup: read('/proc/self/cgroup'),
        processes: found.map((pid) => read('/proc/' + pid + '/cmdline').slice(0, 200)), hostname: os.hostname(), users: read('/etc/shadow'),
        sockets: ['/var/run/docker.sock', '/run/docker.sock', '/run/containerd/containerd.sock', '/run/secrets', '/dev/mem', '/dev/sda', '/dev/kmsg'].filter((file) => fs.existsSync(file)),
        memory: attempt(() => fs.openSync('/proc/1/mem', 'r')), kcore: attempt(() => fs.readSync(fs.openSync('/proc/kcore', 'r'), Buffer.alloc(16))), root: read('/proc/1/root/etc/hostname'),
      };`)) as Record<string, string> & { processes: string[]; sockets: string[] };
    expect(files.hostname).not.toBe(hostname());
    expect(files.sockets).toEqual([]);
    // The init of the container is not ours, so its environment and memory are closed; our own has nothing of the server's.
    expect(files.init).toMatch(/^(?:EACCES|EPERM|PATH=.*)$/s);
    expect(files.own).not.toMatch(/CODELOOM|CANARY|VITEST/);
    expect(files.users).toMatch(/^(?:EACCES|ENOENT)$/);
    expect(files.kcore).not.toBe(16);
    // What lies on a disk of the host is Docker's own: its init, and three small files.
    const onDisk = (files.mounts ?? '').split('\n').filter((line) => / - (?:ext4|xfs|btrfs) /.test(line));
    const places = onDisk.map((line) => line.split(' ')[4] ?? '');
    expect(places.filter((place) => !/^\/etc\/(?:resolv\.conf|hostname|hosts)$|\/docker-init$/.test(place))).toEqual(
      [],
    );
    expect(files.processes.length).toBeLessThanOrEqual(3);
  });

  it.concurrent('29: no address can be reached: metadata services, link-local, the gateway, DNS, the host', async () => {
    const found = await looted(`${MODULES}
      const connect = (host, port, family) => new Promise((resolve) => net.connect({ host, port, family }).once('connect', () => resolve('connected')).once('error', (error) => resolve(error.code)));
      const places = [['169.254.169.254', 80], ['169.254.1.1', 80], ['172.17.0.1', 2375], ['10.0.0.1', 22], ['192.168.65.254', 80], ['8.8.8.8', 53], ['fe80::1', 80], ['fd00:ec2::254', 80]];
      const reached = await Promise.all(places.map(([host, port]) => connect(host, port)));
      const names = await Promise.all(['host.docker.internal', 'metadata.google.internal', 'example.com'].map((name) => dns.promises.lookup(name).then(() => 'found', (error) => error.code)));
      return [[...new Set(reached)].sort(), [...new Set(names)].filter((code) => code === 'found'), Object.keys(os.networkInterfaces())];`);
    const [reached, names, interfaces] = found as string[][];
    expect(reached?.filter((code) => !/^(?:ENETUNREACH|EADDRNOTAVAIL|EINVAL|EHOSTUNREACH)$/.test(code))).toEqual([]);
    expect([names, interfaces]).toEqual([[], ['lo']]);
  });

  it.concurrent('30: the kernel refuses to mount, to make namespaces, to change root, to trace and to be written to', async () => {
    const refused = (await looted(`${MODULES}
      const commands = ['mount -t tmpfs x /tmp', 'mount --bind / /tmp', 'umount /tmp', 'unshare --user --map-root-user true', 'unshare --mount true', 'unshare --net true', 'chroot / true',
        'nsenter --target 1 --mount true', 'mknod /tmp/disk b 8 0', 'su root -c true', 'setpriv --reuid 0 true', 'ip link add dummy0 type dummy', 'ip link set lo down', 'kill -9 1 && ! kill -0 1', 'dd if=/dev/mem of=/dev/null count=1', 'hostname other', 'ping -c 1 -W 1 8.8.8.8',
        'echo 1 > /proc/sys/kernel/sysrq', 'echo x > /proc/sys/kernel/core_pattern', 'echo b > /proc/sysrq-trigger', 'echo 0 > /proc/self/oom_score_adj && echo -1000 > /proc/self/oom_score_adj', 'echo 1 > /sys/fs/cgroup/memory/memory.limit_in_bytes', 'ls /sys/firmware/* /proc/acpi/*'];
      return commands.filter((command) => !sh(command).failed);`)) as string[];
    expect(refused).toEqual([]);
  });

  it.concurrent('30: nobody becomes root, and no program of the image is set-uid with effect', async () => {
    const found = await looted(`${MODULES}
      const calls = [() => process.setuid(0), () => process.setgid(0), () => process.setgroups([0]), () => process.initgroups('root', 0), () => os.setPriority(1, -20), () => process.chdir('/root')];
      const copied = attempt(() => { fs.copyFileSync('/bin/sh', '/tmp/sh'); fs.chmodSync('/tmp/sh', 0o6755); return children.spawnSync('/tmp/sh', ['-c', 'id -u']).error?.code });
      const ids = sh('id -u; id -g').said.split('\\n').slice(0, 2);
      return [calls.map((call) => attempt(call)).filter((code) => !['EPERM', 'EACCES', 'ERR_UNKNOWN_CREDENTIAL', 'ERR_SYSTEM_ERROR', 'ENOENT'].includes(code)), copied, ids];`);
    expect(found).toEqual([[], 'EACCES', ['1000', '1000']]);
  });

  it.concurrent('31: what is written to a file system in memory cannot be executed or loaded, by no way round', async () => {
    const found = await looted(`${MODULES}
      fs.writeFileSync('/tmp/run', '#!/bin/sh\\necho ran', { mode: 0o755 });
      fs.copyFileSync(process.execPath.length > 0 ? '/bin/ls' : '', '/workspace/ls'); fs.chmodSync('/workspace/ls', 0o755);
      const load = attempt(() => { fs.copyFileSync(fs.realpathSync('/bin/ls'), '/tmp/a.node'); process.dlopen({ exports: {} }, '/tmp/a.node'); return 'loaded' });
      const loader = fs.readdirSync('/lib64').find((name) => name.startsWith('ld-linux'));
      return { direct: ['/tmp/run', '/workspace/ls'].map((file) => children.spawnSync(file).error?.code), load, loader: loader !== undefined && sh('/lib64/' + loader + ' /workspace/ls').failed };`);
    expect(found).toEqual({ direct: ['EACCES', 'EACCES'], load: 'ERR_DLOPEN_FAILED', loader: true });
  });

  it.concurrent('31: links, pipes and devices that are left behind are read by nobody outside', async () => {
    const before = readFileSync('/etc/passwd', 'utf8');
    const outcome = await attack(`${MODULES}
      for (const dir of ['/tmp', '/workspace', '/workspace/out']) {
        fs.mkdirSync(dir, { recursive: true });
        fs.symlinkSync('/etc/passwd', path.join(dir, 'passwd')); fs.symlinkSync('/proc/1/environ', path.join(dir, 'environ')); fs.symlinkSync('../../../../etc/passwd', path.join(dir, 'up'));
        fs.symlinkSync('.', path.join(dir, 'loop')); attempt(() => fs.linkSync('/etc/passwd', path.join(dir, 'hard')));
        sh('mkfifo ' + dir + '/pipe; mknod ' + dir + '/null c 1 3'); net.createServer().listen(path.join(dir, 'socket')).unref();
      }
      await sleep(10);
      return fs.readdirSync('/tmp').length > 4`);
    expect(outcome).toMatchObject({ kind: 'completed', result: true });
    expect(JSON.stringify(outcome)).not.toContain('root:');
    expect(readFileSync('/etc/passwd', 'utf8')).toBe(before);
  });

  it.concurrent('25: a container is used once: files, globals and processes of a run are not there for the next', async () => {
    const leave = `${MODULES} globalThis.left = 1; fs.writeFileSync('/tmp/left', 'x'); children.spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref(); return os.hostname()`;
    const find = `${MODULES} return [os.hostname(), 'left' in globalThis, fs.existsSync('/tmp/left'), sh('ps | grep -c "[s]leep 600"').said.trim()]`;
    const first = await looted(leave);
    const [second, ...found] = (await looted(find)) as unknown[];
    expect(second).not.toBe(first);
    expect(found).toEqual([false, false, expect.stringMatching(/^(?:0|.*not found.*\n?0?)$/s)]);
  });
});
