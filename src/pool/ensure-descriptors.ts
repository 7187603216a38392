/**
 * Asks, before a process is started, whether there are descriptors for its pipes. Called by whoever starts one. Where
 * there are none, Node's `spawn` gives back a child without pipes and reports the failure later, as an event that ends
 * the server where a library (esbuild's among them) had no time to listen for it.
 */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { Fault } from '../base/fault.ts';

/** Three pipes have two ends each, and starting a process takes a few more for a moment. */
const NEEDED = 16;

/** Throws Fault POOL_SATURATED where too few are free. Costs some twenty microseconds. */
export function ensureDescriptors(): void {
  const opened: number[] = [];
  try {
    while (opened.length < NEEDED) opened.push(openSync(devNull, 'r'));
  } catch (thrown) {
    const message = 'The server has too few free file descriptors to start a process with; try again later.';
    throw new Fault('POOL_SATURATED', message, thrown);
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
