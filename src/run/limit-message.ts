/**
 * What an agent reads when its run met a limit: which one, its value, and how to stay under it or raise it.
 */
import type { LimitName } from '../base/limits.ts';

/** One or two sentences naming the limit and its value; `needed` is what it would have taken at least, 0 where unknown. */
export function limitMessage(limit: LimitName, value: number, needed = 0): string {
  switch (limit) {
    case 'wallMs':
      return `The program ran longer than ${value} ms (limit wallMs). Await less, work in smaller steps, or pass a larger timeoutMs.`;
    case 'cpuMs':
      return `The program used more than ${value} ms of processor time (limit cpuMs). Look for a loop that does not end, or do less work in one run.`;
    case 'heapMb':
      return `The program needed more memory than ${value} MB (limit heapMb). Keep less in memory at once: filter early, work in pages.`;
    case 'resultBytes':
      return `The result is ${needed > value ? `at least ${needed} bytes of JSON, more than` : 'larger than'} ${value} bytes (limit resultBytes). Return a summary, or the part that is needed.`;
    case 'toolCalls':
      return `The program made more than ${value} tool calls (limit toolCalls). Make fewer, larger calls, or split the work over several runs.`;
    default:
      return `The program met the limit ${limit} of ${value}.`;
  }
}
