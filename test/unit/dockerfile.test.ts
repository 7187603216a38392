import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../docker/local-docker.ts';
import { type Instruction, parseDockerfile, type Stage } from '../docker/parse-dockerfile.ts';

const { args, stages } = parseDockerfile(readFileSync(join(REPOSITORY, 'Dockerfile'), 'utf8'));
const ignored = readFileSync(join(REPOSITORY, '.dockerignore'), 'utf8');
const everything = stages.flatMap((stage) => stage.instructions);

function runtime(): Stage {
  const last = stages.at(-1);
  if (last === undefined) throw new Error('The Dockerfile has no stage.');
  return last;
}

function of(instructions: readonly Instruction[], name: string): string[] {
  return instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);
}

describe('the Dockerfile', () => {
  it('takes its base from one argument, a tagged stock image, in every stage that is not built on another', () => {
    expect(args).toEqual(['NODE_IMAGE=node:24-slim']);
    const names = stages.map(({ name }) => name);
    const bases = stages.map(({ from }) => from).filter((from) => !names.includes(from));
    expect(new Set(bases)).toEqual(new Set(['$' + '{NODE_IMAGE}']));
  });

  it('builds in stages of its own and hands only their products to the last', () => {
    expect(stages.length).toBeGreaterThan(1);
    expect(of(runtime().instructions, 'RUN')).toEqual([]);
    for (const copy of of(runtime().instructions, 'COPY')) expect(copy).toMatch(/^--from=(dependencies|build) /);
  });

  it('installs from the lockfile, production packages only, and runs none of their scripts', () => {
    const installs = of(everything, 'RUN').filter((text) => /\bnpm\b/.test(text));
    expect(installs.length).toBeGreaterThan(0);
    for (const install of installs) expect(install).toMatch(/^npm ci (?=.*--omit=dev)(?=.*--ignore-scripts)/);
  });

  it('runs as a numbered user that is not root, and says so after the last file is copied', () => {
    expect(of(runtime().instructions, 'USER')).toEqual(['1000:1000']);
    const order = runtime().instructions.map(({ name }) => name);
    expect(order.indexOf('USER')).toBeGreaterThan(order.lastIndexOf('COPY'));
  });

  it('checks its health with node alone, at /livez', () => {
    const [check = '', ...more] = of(runtime().instructions, 'HEALTHCHECK');
    expect(more).toEqual([]);
    const command: unknown = JSON.parse(check.slice(check.indexOf('CMD ') + 4));
    expect(command).toEqual(['node', '-e', expect.stringContaining('/livez')]);
  });

  it('starts the server without a shell, as HTTP on the published port', () => {
    expect(of(runtime().instructions, 'ENTRYPOINT')).toEqual(['["node", "/app/dist/bin.js"]']);
    expect(of(runtime().instructions, 'CMD')).toEqual(['["serve"]']);
    expect(of(runtime().instructions, 'EXPOSE')).toEqual(['8788']);
    expect(of(runtime().instructions, 'ENV').join(' ')).toContain('CODELOOM_TRANSPORT=http');
  });

  it('neither takes secrets nor switches authentication off', () => {
    const given = [...of(everything, 'ENV'), ...of(everything, 'ARG'), ...args].join('\n');
    expect(given).not.toMatch(/token|secret|password|credential|api_?key|unauthenticated/i);
    expect(of(everything, 'ADD')).toEqual([]);
  });

  it('needs nothing that only BuildKit has', () => {
    for (const { name, text } of everything) {
      expect(text, name).not.toMatch(
        name === 'COPY' ? /--(link|chmod|parents|exclude)|<</ : /--(mount|network|security)=|<</,
      );
    }
  });

  it('sends the daemon only the files that it copies', () => {
    const [first, ...rest] = ignored.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    const sent = rest.map((line) => line.replace(/^!/, ''));
    const copied = of(everything, 'COPY').filter((text) => !text.startsWith('--from'));
    expect(new Set(sent)).toEqual(new Set(copied.flatMap((text) => text.split(' ').slice(0, -1))));
    for (const file of sent) expect(existsSync(join(REPOSITORY, file)), file).toBe(true);
  });
});
