import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createOwner, isKnownDead, labelsOf, readLabels } from '../../../../src/engine/docker/ownership/owner.ts';

describe('the owner of a container', () => {
  const here = createOwner();

  it('has a name of its own each time it is made', () => {
    expect(createOwner().instance).not.toBe(here.instance);
    expect(createOwner('given').instance).toBe('given');
  });

  it('is read back from the labels it was written to', () => {
    expect(readLabels(labelsOf(here, 90_500))).toEqual({ owner: here, lastsSeconds: 91 });
  });

  it('is nobody where labels are missing or make no sense', () => {
    const labels = labelsOf(here, 1_000);
    for (const name of Object.keys(labels))
      expect(readLabels({ ...labels, [name]: undefined } as never)).toBeUndefined();
    expect(readLabels({ ...labels, 'io.codeloom.lasts-seconds': 'soon' })).toBeUndefined();
    expect(readLabels({ 'io.codeloom.test-image': 'x' })).toBeUndefined();
  });

  it('is alive while its process is, also as another engine of the same process', () => {
    expect(isKnownDead(here, here)).toBe(false);
    expect(isKnownDead({ ...here, instance: 'other' }, here)).toBe(false);
    expect(isKnownDead({ ...here, process: `${process.ppid}` }, { ...here, process: 'x' })).toBe(
      process.platform === 'linux',
    );
  });

  it('is known to be dead once its process has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(child, 'exit');
    expect(isKnownDead({ ...here, process: `${child.pid}@1` }, here)).toBe(true);
  });

  it.runIf(process.platform === 'linux')('is known to be dead where its number has gone to a later process', () => {
    const [pid] = here.process.split('@');
    expect(isKnownDead({ ...here, process: `${pid}@1` }, { ...here, process: 'x' })).toBe(true);
  });

  it('is never known to be dead where it ran in another place, or names no process', () => {
    expect(isKnownDead({ ...here, place: 'elsewhere', process: '1@1' }, here)).toBe(false);
    for (const odd of ['', '@', 'x@1', '-1@1', '0', '1.5'])
      expect(isKnownDead({ ...here, process: odd }, here)).toBe(false);
  });
});
