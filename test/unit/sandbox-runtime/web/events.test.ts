import { describe, expect, it } from 'vitest';
import {
  AbortController as OurController,
  AbortSignal as OurSignal,
} from '../../../../sandbox-runtime/web/events/abort.ts';
import { DOMException as OurException } from '../../../../sandbox-runtime/web/events/dom-exception.ts';
import { Event as OurEvent, EventTarget as OurTarget } from '../../../../sandbox-runtime/web/events/events.ts';

describe('EventTarget', () => {
  it('calls listeners in order, once each, with the event and the target', () => {
    const target = new OurTarget();
    const calls: string[] = [];
    const first = function (this: unknown, event: unknown) {
      calls.push(
        `first ${(event as OurEvent).type} ${this === target} ${(event as OurEvent).currentTarget === target}`,
      );
    };
    target.addEventListener('x', first);
    target.addEventListener('x', first);
    target.addEventListener('x', { handleEvent: () => calls.push('object') });
    target.addEventListener('x', () => calls.push('once'), { once: true });
    target.addEventListener('y', () => calls.push('other'));
    target.addEventListener('x', null);
    const event = new OurEvent('x');
    target.dispatchEvent(event);
    target.removeEventListener('x', first);
    target.dispatchEvent(new OurEvent('x'));
    expect(calls).toEqual(['first x true true', 'object', 'once', 'object']);
    expect([event.target === target, event.currentTarget]).toEqual([true, null]);
  });

  it('lets listeners remove, add and stop others while they run', () => {
    const target = new OurTarget();
    const calls: string[] = [];
    const late = () => calls.push('late');
    const removed = () => calls.push('removed');
    target.addEventListener('x', () => {
      target.removeEventListener('x', removed);
      target.addEventListener('x', late);
    });
    target.addEventListener('x', removed);
    target.dispatchEvent(new OurEvent('x'));
    expect(calls).toEqual([]);
    target.addEventListener('x', (event: OurEvent) => event.stopImmediatePropagation());
    target.addEventListener('x', () => calls.push('after'));
    target.dispatchEvent(new OurEvent('x'));
    expect(calls).toEqual(['late']);
  });

  it('tells whether the default was prevented, where that is possible', () => {
    const target = new OurTarget();
    target.addEventListener('x', (event: OurEvent) => event.preventDefault());
    expect([
      target.dispatchEvent(new OurEvent('x')),
      target.dispatchEvent(new OurEvent('x', { cancelable: true })),
    ]).toEqual([true, false]);
    expect(() => target.dispatchEvent({ type: 'x' })).toThrow('dispatchEvent takes an Event');
  });

  it('reports what a listener throws as an unhandled rejection, and calls the next', async () => {
    const target = new OurTarget();
    const error = new Error('mine');
    let isNextCalled = false;
    target.addEventListener('x', () => {
      throw error;
    });
    target.addEventListener('x', () => {
      isNextCalled = true;
    });
    const kept = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const reported = new Promise((resolve) => process.once('unhandledRejection', resolve));
    target.dispatchEvent(new OurEvent('x'));
    expect(await reported).toBe(error);
    for (const listener of kept) process.on('unhandledRejection', listener);
    expect(isNextCalled).toBe(true);
  });
});

describe('AbortController', () => {
  it('aborts once, with the reason, and tells listeners', () => {
    const controller = new OurController();
    const { signal } = controller;
    const calls: string[] = [];
    signal.onabort = () => calls.push('replaced');
    signal.onabort = () => calls.push('handler');
    signal.addEventListener('abort', () => calls.push(`listener ${signal.aborted}`));
    expect([signal.aborted, signal.reason, signal.throwIfAborted()]).toEqual([false, undefined, undefined]);
    controller.abort('why');
    controller.abort('again');
    expect([signal.aborted, signal.reason, calls]).toEqual([true, 'why', ['handler', 'listener true']]);
    expect(() => signal.throwIfAborted()).toThrow('why');
  });

  it('gives an AbortError where no reason was given', () => {
    const { reason } = OurSignal.abort() as { reason: OurException };
    expect([
      reason.name,
      (reason as unknown as { code: number }).code,
      reason instanceof Error,
      reason instanceof OurException,
    ]).toEqual(['AbortError', 20, true, true]);
  });

  it('joins signals: the first to abort decides, also through another join', () => {
    const [a, b] = [new OurController(), new OurController()];
    const inner = OurSignal.any([a.signal, b.signal]);
    const outer = OurSignal.any([inner]);
    b.abort('b');
    a.abort('a');
    expect([
      inner.reason,
      outer.reason,
      OurSignal.any([b.signal, OurSignal.abort('c')]).reason,
      OurSignal.any([]).aborted,
    ]).toEqual(['b', 'b', 'b', false]);
    expect(() => OurSignal.any([{}])).toThrow('a list of signals');
  });

  it('times out on the realm’s own timer', async () => {
    const signal = OurSignal.timeout(1);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect((signal.reason as OurException).name).toBe('TimeoutError');
  });

  it('takes listeners away with a signal, and comes from a controller only', () => {
    const [target, controller] = [new OurTarget(), new OurController()];
    let calls = 0;
    target.addEventListener('x', () => calls++, { signal: controller.signal });
    target.dispatchEvent(new OurEvent('x'));
    controller.abort();
    target.dispatchEvent(new OurEvent('x'));
    target.addEventListener('x', () => calls++, { signal: controller.signal });
    target.dispatchEvent(new OurEvent('x'));
    expect(calls).toBe(1);
    expect(() => new OurSignal()).toThrow('comes from an AbortController');
  });
});

describe('DOMException', () => {
  it('has the name, message, code and cause of the web’s', () => {
    for (const args of [
      [],
      ['m'],
      ['m', 'DataCloneError'],
      ['m', 'Own'],
      ['m', { name: 'TimeoutError', cause: 1 }],
    ] as [string?, string?][]) {
      const [ours, theirs] = [new OurException(...args), new DOMException(...args)];
      const seen = (error: Error) => [
        error.name,
        error.message,
        (error as { code?: number }).code,
        error.cause,
        `${error}`,
        error instanceof Error,
      ];
      expect(seen(ours)).toEqual(seen(theirs));
    }
  });
});
