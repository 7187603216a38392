/**
 * Who made a container, as labels on it, and whether that somebody is known to be dead. Used by the docker engine and its
 * reaper. The rule and its reasons: docs/decisions/container-leases.md.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export const INSTANCE_LABEL = 'io.codeloom.instance';
const PLACE_LABEL = 'io.codeloom.place';
const PROCESS_LABEL = 'io.codeloom.process';
const LASTS_LABEL = 'io.codeloom.lasts-seconds';

export interface Owner {
  readonly instance: string;
  /** Equal where process numbers mean the same: one boot of one kernel, one namespace of processes. */
  readonly place: string;
  /** Number of the process and when it started. */
  readonly process: string;
}

/** This process, under a new name. */
export function createOwner(instance: string = randomUUID()): Owner {
  return { instance, place: placeHere(), process: processText(process.pid) ?? String(process.pid) };
}

/** `lastsMs` is how long an owner keeps such a container at the very most. */
export function labelsOf(owner: Owner, lastsMs: number): Readonly<Record<string, string>> {
  return {
    [INSTANCE_LABEL]: owner.instance,
    [PLACE_LABEL]: owner.place,
    [PROCESS_LABEL]: owner.process,
    [LASTS_LABEL]: String(Math.ceil(lastsMs / 1_000)),
  };
}

/** The owner that the labels name, and how long the container may last; undefined where they are not ours. */
export function readLabels(
  labels: Readonly<Record<string, string>>,
): { readonly owner: Owner; readonly lastsSeconds: number } | undefined {
  const read = (name: string) => (Object.hasOwn(labels, name) ? labels[name] : undefined);
  const instance = read(INSTANCE_LABEL);
  const place = read(PLACE_LABEL);
  const process = read(PROCESS_LABEL);
  const lastsSeconds = Number(read(LASTS_LABEL) ?? Number.NaN);
  if (instance === undefined || place === undefined || process === undefined || !(lastsSeconds > 0)) return undefined;
  return { owner: { instance, place, process }, lastsSeconds };
}

/** True only where it is certain: the same place, and no such process there any more. */
export function isKnownDead(owner: Owner, here: Owner): boolean {
  if (owner.place !== here.place || owner.process === here.process) return false;
  const [pid = Number.NaN] = owner.process.split('@').map(Number);
  if (!Number.isInteger(pid) || pid < 1) return false;
  const now = processText(pid);
  // Where the start of a process cannot be read, a process of that number counts as the owner.
  return now === undefined ? !isProcess(pid) : now !== owner.process;
}

/** `pid@start`; undefined where this system does not tell, or there is no such process. */
function processText(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Fields are counted from behind the name, which may hold anything: the start is the 22nd of all.
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${pid}@${started}`;
  } catch {
    return undefined;
  }
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function placeHere(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return `${process.platform}/${hostname()}`;
  }
}
