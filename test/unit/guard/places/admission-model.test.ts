/** Whatever comes, leaves, hangs up and ends, in whatever order: what holds of places and of the line at every moment. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Fault } from '../../../../src/base/fault.ts';
import { Admission } from '../../../../src/guard/places/admission.ts';

const PLACES = 3;
const WAITING = 5;

interface Asker {
  readonly subject: string;
  readonly leave: AbortController;
  readonly hangUp: AbortController;
  end: (() => void) | undefined;
  isRunning: boolean;
  outcome: Promise<string>;
}

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('ask' as const), subject: fc.nat(2), workspace: fc.nat(2) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), at: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), at: fc.nat(30) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('hang-up' as const), at: fc.nat(30) }) },
  ),
  { maxLength: 60 },
);

function ask(admission: Admission, subject: string, workspace: string): Asker {
  const [leave, hangUp] = [new AbortController(), new AbortController()];
  const asker: Asker = { subject, leave, hangUp, end: undefined, isRunning: false, outcome: Promise.resolve('') };
  const work = (signal: AbortSignal) => {
    asker.isRunning = true;
    return new Promise<string>((resolve, reject) => {
      asker.end = () => resolve('done');
      signal.addEventListener('abort', () => reject(signal.reason));
    }).finally(() => {
      asker.isRunning = false;
    });
  };
  const refusal = (thrown: unknown) => (thrown instanceof Fault ? thrown.code : 'left');
  asker.outcome = admission.admit({ subject, workspace, gone: hangUp.signal }, leave.signal, work).catch(refusal);
  return asker;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

it.each([0, 2])(
  'places of one subject bounded by %i: nobody has too many, nothing is lost, and nothing stays',
  async (bound) => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const admission = new Admission({
          what: 'run',
          places: { limit: 'concurrentRuns', value: PLACES },
          waiting: { limit: 'queuedRuns', value: WAITING },
          placesOfOne: bound,
        });
        const askers: Asker[] = [];
        for (const step of all) {
          const chosen = step.kind === 'ask' ? undefined : askers[step.at % Math.max(1, askers.length)];
          if (step.kind === 'ask')
            askers.push(ask(admission, `subject ${step.subject}`, `workspace ${step.workspace}`));
          else if (step.kind === 'end') chosen?.end?.();
          else (step.kind === 'leave' ? chosen?.leave : chosen?.hangUp)?.abort(new Error('left'));
          await settle();
          const running = askers.filter(({ isRunning }) => isRunning);
          const bySubject = Map.groupBy(running, ({ subject }) => subject);
          expect(admission.running).toBe(running.length);
          expect(running.length).toBeLessThanOrEqual(PLACES);
          expect(admission.queued).toBeLessThanOrEqual(WAITING);
          if (bound > 0) for (const held of bySubject.values()) expect(held.length).toBeLessThanOrEqual(bound);
          // No place is left empty while somebody waits who may have it.
          if (bound === 0 && admission.queued > 0) expect(running.length).toBe(PLACES);
        }
        while (admission.running > 0) {
          for (const { end } of askers) end?.();
          await settle();
        }
        const outcomes = await Promise.all(askers.map(({ outcome }) => outcome));
        for (const outcome of outcomes) expect(['done', 'left', 'POOL_SATURATED']).toContain(outcome);
        expect([admission.queued, admission.loads()]).toEqual([0, []]);
      }),
    );
  },
);
