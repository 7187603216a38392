import { describe, expect, it } from 'vitest';
import { raceAbort } from '../../../../src/base/deadline.ts';
import { Calls } from '../../../../src/server/call/calls.ts';

const never = () => new AbortController().signal;

describe('calls', () => {
  it('give back what the work gives and pass on what it throws', async () => {
    const calls = new Calls();
    await expect(calls.run(never(), async () => 3)).resolves.toBe(3);
    await expect(calls.run(never(), () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(calls.size).toBe(0);
  });

  it('abort their work with the request', async () => {
    const request = new AbortController();
    const running = new Calls().run(request.signal, (signal) => raceAbort(new Promise<never>(() => {}), signal));
    request.abort(new Error('gone'));
    await expect(running).rejects.toThrow('gone');
  });

  it('are refused once the drain has begun, while running work ends in its own time', async () => {
    const calls = new Calls();
    const gate = Promise.withResolvers<string>();
    const running = calls.run(never(), () => gate.promise);
    const drained = calls.drain(60_000);
    await expect(calls.run(never(), async () => 1)).rejects.toMatchObject({ code: 'SHUTTING_DOWN', retryable: true });
    gate.resolve('in time');
    await expect(running).resolves.toBe('in time');
    await drained;
  });

  it('are aborted with SHUTTING_DOWN when their grace is over', async () => {
    const calls = new Calls();
    const running = calls.run(never(), (signal) => raceAbort(new Promise<never>(() => {}), signal));
    const failed = expect(running).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await calls.drain(1);
    await failed;
    expect(calls.size).toBe(0);
  });

  it('drain at once where nothing runs', async () => {
    const calls = new Calls();
    await calls.drain(60_000);
    expect(calls.isDraining).toBe(true);
  });
});
