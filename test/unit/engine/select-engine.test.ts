import { describe, expect, it } from 'vitest';
import {
  type DockerStanding,
  type EngineNeeds,
  type EngineSituation,
  selectEngine,
} from '../../../src/engine/select-engine.ts';

type Row = readonly [
  configured: EngineSituation['configured'],
  wanted: EngineSituation['wanted'],
  docker: DockerStanding,
  node: boolean,
  needs: EngineNeeds,
  expected: 'docker' | 'node' | RegExp,
];

const IMAGE = { image: 'node:24' };
const CRYPTO = { nodeBuiltins: ['node:crypto', 'zlib'] };
const NATIVE = { nativePackages: ['sharp'] };

const TABLE: readonly Row[] = [
  // The choice is the server's: docker where it works at once, else node.
  ['auto', undefined, 'ready', true, {}, 'docker'],
  ['auto', 'auto', 'ready', true, {}, 'docker'],
  ['auto', undefined, 'image-missing', true, {}, 'node'],
  ['auto', undefined, 'failing', true, {}, 'node'],
  ['auto', undefined, 'unknown', true, {}, 'node'],
  ['auto', undefined, 'absent', true, {}, 'node'],
  ['auto', undefined, 'image-missing', false, {}, 'docker'],
  ['auto', undefined, 'absent', false, {}, /^No engine can run programs here\. NODE DETAIL DOCKER DETAIL$/],
  // What only containers have is routed there, or refused with the reason.
  ['auto', undefined, 'ready', true, CRYPTO, 'docker'],
  ['auto', undefined, 'image-missing', true, IMAGE, 'docker'],
  ['auto', undefined, 'image-missing', true, CRYPTO, 'docker'],
  ['auto', undefined, 'failing', true, CRYPTO, 'docker'],
  // Without docker, the compiler explains an import of Node's with its line.
  ['auto', undefined, 'absent', true, CRYPTO, 'node'],
  ['auto', undefined, 'absent', false, CRYPTO, /^DOCKER DETAIL$/],
  ['auto', undefined, 'absent', true, NATIVE, /uses modules of Node \(through sharp\): it needs the docker engine/],
  ['auto', 'node', 'ready', true, IMAGE, /asks for the image "node:24", which only the docker engine has/],
  ['node', undefined, 'absent', true, CRYPTO, 'node'],
  ['node', undefined, 'absent', true, NATIVE, /modules of Node \(through sharp\), which only the docker engine has/],
  ['docker', undefined, 'absent', true, CRYPTO, /^DOCKER DETAIL$/],
  // A request may choose where the operator left the choice open.
  ['auto', 'node', 'ready', true, {}, 'node'],
  ['auto', 'docker', 'ready', true, {}, 'docker'],
  ['auto', 'docker', 'image-missing', true, {}, 'docker'],
  ['auto', 'docker', 'failing', true, {}, 'docker'],
  ['auto', 'docker', 'unknown', true, {}, 'docker'],
  // Docker fails closed: never node instead.
  ['auto', 'docker', 'absent', true, {}, /^DOCKER DETAIL$/],
  ['docker', undefined, 'absent', true, {}, /^DOCKER DETAIL$/],
  ['docker', 'auto', 'absent', true, {}, /^DOCKER DETAIL$/],
  ['docker', undefined, 'failing', true, {}, 'docker'],
  // The operator's word is final.
  ['docker', 'node', 'ready', true, {}, /runs programs on the docker engine only/],
  ['node', 'docker', 'ready', true, {}, /runs programs on the node engine only/],
  ['node', 'auto', 'ready', true, {}, 'node'],
  ['node', undefined, 'ready', true, {}, 'node'],
  ['docker', 'docker', 'ready', false, {}, 'docker'],
  // An engine that was asked for by name says itself what is wrong with it.
  ['node', 'node', 'absent', false, {}, 'node'],
];

describe('the choice of an engine', () => {
  it.each(TABLE)('configured %s, wanted %s, docker %s, node %s, needs %j → %s', (...row) => {
    const [configured, wanted, standing, ok, needs, expected] = row;
    const docker = { standing, detail: 'DOCKER DETAIL' };
    const selection = selectEngine({ configured, wanted, needs, docker, node: { ok, detail: 'NODE DETAIL' } });
    if (typeof expected === 'string') expect(selection).toEqual({ kind: 'engine', name: expected });
    else expect(selection).toEqual({ kind: 'refusal', message: expect.stringMatching(expected) });
  });

  it('never gives a run the node engine where the server is set to docker, whatever is asked or broken', () => {
    const standings: readonly DockerStanding[] = ['ready', 'image-missing', 'failing', 'unknown', 'absent'];
    for (const standing of standings) {
      for (const wanted of ['auto', 'docker', 'node', undefined] as const) {
        for (const needs of [{}, IMAGE, CRYPTO]) {
          const docker = { standing, detail: '' };
          const node = { ok: true, detail: '' };
          const selection = selectEngine({ configured: 'docker', wanted, needs, docker, node });
          expect(selection).not.toEqual({ kind: 'engine', name: 'node' });
        }
      }
    }
  });
});
