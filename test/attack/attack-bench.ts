/**
 * What the attacks by programs share: a whole Codeloom with one engine, an honest upstream beside it, and secrets of the
 * host that no outcome may show. Every attack is followed by an honest run of the same workspace, which must succeed.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { type LimitOverrides, resolveLimits } from '../../src/base/limits.ts';
import { defaultSettings } from '../../src/config/assemble-settings.ts';
import type { EngineName } from '../../src/engine/engine.ts';
import { buildCodeloom, type Codeloom } from '../../src/main.ts';
import type { Outcome } from '../../src/program/outcome.ts';
import type { ProgramRequest } from '../../src/program/program-request.ts';
import { BASE_IMAGE, docker, missingDocker, REPOSITORY } from '../docker/local-docker.ts';
import { leaveNothing, scripted, shown, UNABORTED } from './fixtures/attacked.ts';

export interface AttackSuite {
  readonly engine: EngineName;
  readonly limits?: LimitOverrides;
}

export interface AttackBench {
  readonly engine: EngineName;
  /** Runs the program unchecked, then an honest one; fails where anything of the host shows in the outcome. */
  attack(code: string, more?: Partial<ProgramRequest>): Promise<Outcome>;
  /** The result of an attack that must come to its end. */
  looted(code: string, more?: Partial<ProgramRequest>): Promise<unknown>;
}

/** What a program must never see: a variable of this process, and where it lives. */
const CANARY = `canary-${randomUUID()}`;
const HOST_TEXTS = [CANARY, REPOSITORY, process.execPath, 'node_modules'];

const KIT = scripted(['echo', 'fail'], {
  fail: { isError: true, content: [{ type: 'text', text: 'It broke.' }] },
});
const HONEST =
  'const { args: got } = await mcp.kit.echo({ n: 41 }); console.log("honest"); await sleep(1); return got.n + 1';

/** A suite of attacks on one engine, which leaves no process, descriptor or container behind, or fails. */
export function describeAttacks(title: string, suite: AttackSuite, body: (bench: AttackBench) => void): void {
  const missing = suite.engine === 'docker' ? missingDocker() : undefined;
  describe.skipIf(missing !== undefined)(`${title}${missing ? ` (skipped: ${missing})` : ''}`, () => {
    leaveNothing();
    if (suite.engine === 'docker') leaveNoContainer();
    let codeloom: Codeloom | undefined;
    beforeAll(async () => {
      vi.stubEnv('ATTACK_CANARY', CANARY);
      codeloom = build(suite);
      // The first worker tells how large workers are: what is attacked is one like all that come after it.
      await expectHonestRun(codeloom);
    });
    afterAll(async () => {
      vi.unstubAllEnvs();
      await codeloom?.close();
    });
    body(benchOf(suite.engine, () => codeloom));
  });
}

function build({ engine, limits = {} }: AttackSuite): Codeloom {
  return buildCodeloom({
    ...defaultSettings({ logLevel: 'silent', engine }),
    limits: resolveLimits({ ...limits }),
    docker: { images: [BASE_IMAGE], pull: 'never' },
    upstreams: [{ name: 'kit', transport: KIT }],
  });
}

function benchOf(engine: EngineName, built: () => Codeloom | undefined): AttackBench {
  const honestRunFrom = shareNext(expectHonestRun);
  const attack: AttackBench['attack'] = async (code, more = {}) => {
    const codeloom = built();
    if (codeloom === undefined) throw new Error('The suite has not begun.');
    const request = { code, workspace: 'attacker', servers: ['kit'], typecheck: false, ...more };
    const outcome = await codeloom.execute(request, UNABORTED);
    const { wire, text } = shown(outcome);
    for (const secret of HOST_TEXTS) expect(`${wire}\n${text}`.includes(secret), `shows ${secret}`).toBe(false);
    await honestRunFrom(codeloom);
    return outcome;
  };
  const looted: AttackBench['looted'] = async (code, more) => {
    const { kind, result, error, diagnostics } = await attack(code, more);
    expect({ kind, error, diagnostics }).toEqual({ kind: 'completed', error: undefined, diagnostics: undefined });
    return result;
  };
  return { engine, attack, looted };
}

/** Attacks that run side by side and end while an honest run is under way share the one that comes after it. */
function shareNext<Input>(work: (input: Input) => Promise<void>): (input: Input) => Promise<void> {
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return (input) => {
    next ??= current
      .catch(() => {})
      .then(() => {
        next = undefined;
        current = work(input);
        return current;
      });
    return next;
  };
}

/** In the attacker's own workspace, where it may get what the attacker has left. */
async function expectHonestRun(codeloom: Codeloom): Promise<void> {
  const honest = await codeloom.execute({ code: HONEST, workspace: 'attacker', timeoutMs: 20_000 }, UNABORTED);
  expect(honest).toMatchObject({
    kind: 'completed',
    result: 42,
    logs: [{ text: 'honest' }],
    toolCalls: [{ ok: true }],
  });
}

/** Containers are labelled with the process that made them. */
function leaveNoContainer(): void {
  afterAll(async () => {
    const label = 'io.codeloom.process';
    const listed = await docker(
      'ps',
      '--all',
      '--filter',
      `label=${label}`,
      '--format',
      `{{.ID}} {{.Label "${label}"}}`,
    );
    expect(listed.split('\n').filter((line) => line.includes(` ${process.pid}@`))).toEqual([]);
  });
}
