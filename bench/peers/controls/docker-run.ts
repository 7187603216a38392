/**
 * A control: `docker run` of the image that Codeloom's containers have, once for each program and with the same walls. It
 * has no tools to give, and no clock: nothing ends a program but the bounds of the container.
 */
import { spawn } from 'node:child_process';
import { failed, type Peer, type PeerEnd } from '../peer.ts';

const IMAGE = 'node:24-slim';
/** What stands before the value on stdout; no program of the suite prints it. */
const MARK = '\u0001value ';
/** The last of the output, which is where the value is. */
const KEPT_CHARS = 32 * 1024 * 1024;
/** So that no container outlives the suite, whatever becomes of whoever started it. */
const CPU_SECONDS = 8;

const WALLS = [
  '--network=none',
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--memory=256m',
  '--memory-swap=256m',
  '--pids-limit=64',
  `--ulimit=cpu=${CPU_SECONDS}`,
];

export const dockerRun: Peer = {
  name: 'docker run',
  isolation: 'container, one for each run',
  call: (tool) => `(() => { throw new Error('there is no tool ${tool} in a bare container') })()`,
  open: async () => ({ run: runOnce, close: async () => {} }),
};

function runOnce(program: string): Promise<PeerEnd> {
  const code = `(async () => {${program}\n})().then((value) => process.stdout.write(${JSON.stringify(MARK)} + JSON.stringify(value ?? null)))`;
  const child = spawn('docker', ['run', '--rm', '--init', ...WALLS, IMAGE, 'node', '-e', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr, logChars] = ['', '', 0];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    logChars += text.length;
    stdout = (stdout + text).slice(-KEPT_CHARS);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2_000);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(failed(error)));
    child.once('close', (exitCode) => {
      const at = stdout.lastIndexOf(MARK);
      if (exitCode !== 0 || at === -1) resolve({ isOk: false, words: `exit code ${exitCode}: ${stderr}`, logChars });
      else resolve({ isOk: true, value: JSON.parse(stdout.slice(at + MARK.length)), words: '', logChars });
    });
  });
}
