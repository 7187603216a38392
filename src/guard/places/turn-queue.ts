/**
 * The line of those who wait as p-queue wants a queue to be. Used by admission.ts only. It never gives away what may not start yet: to
 * the queue the line is empty then, and the next end of work makes it look again.
 */
import type PQueue from 'p-queue';
import type { QueueAddOptions } from 'p-queue';
import type { Turn } from './fair-line.ts';
import type { WaitingLine } from './waiting-line.ts';

export type Start = () => Promise<unknown>;

export interface TurnOptions extends QueueAddOptions {
  readonly turn?: Turn;
  readonly isHeard?: boolean;
}

export interface TurnQueue {
  readonly size: number;
  enqueue(start: Start, options?: Partial<TurnOptions>): void;
  dequeue(): Start | undefined;
  remove(id: string): void;
  filter(): Start[];
  setPriority(): void;
}

export type TurnPlaces = PQueue<TurnQueue, TurnOptions>;

/** A queue makes its own store; this one is made before, so that its maker can look into it. */
export function queueOf(line: WaitingLine<Start>): new () => TurnQueue {
  return class implements TurnQueue {
    get size(): number {
      return line.hasNext ? line.size : 0;
    }

    enqueue(start: Start, { id, turn, isHeard = true }: Partial<TurnOptions> = {}): void {
      if (id === undefined || turn === undefined) throw new TypeError('Whoever waits has an id and a turn.');
      line.enter(id, turn, start, isHeard);
    }

    dequeue(): Start | undefined {
      return line.next();
    }

    remove(id: string): void {
      line.leave(id);
    }

    /** Nobody waits by priority here. */
    filter(): Start[] {
      return [];
    }

    setPriority(): void {}
  };
}
