/**
 * `codeloom doctor`: what works on this machine, and what to do about what does not. Goes on after every failure, so
 * that one look shows all of them; even a wrong config file does not keep it from trying the rest with the defaults.
 */
import { homedir } from 'node:os';
import type { Settings } from '../../base/config.ts';
import { Fault, toFault } from '../../base/fault.ts';
import { defaultSettings } from '../../config/assemble-settings.ts';
import type { LoadedSettings } from '../../config/load-settings.ts';
import { profileTexts } from '../../config/profile/profile-settings.ts';
import type { Codeloom } from '../../main.ts';
import { safeText } from '../../server/rendering/text.ts';
import type { Paint, Terminal } from '../terminal.ts';
import { checkDocker } from './docker-check.ts';
import { checkMachine, type Finding } from './machine-checks.ts';
import { checkService } from './service-checks.ts';

export interface DoctorParts {
  load(): Promise<LoadedSettings>;
  build(settings: Settings): Promise<Codeloom>;
}

/** Exit code 1 where something essential fails; an upstream or a daemon that is absent is a warning. */
export async function doctorCommand(parts: DoctorParts, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const findings: Finding[] = [];
  const found = (more: readonly Finding[]) => {
    for (const finding of more) terminal.print(findingText(finding, terminal.paint));
    findings.push(...more);
  };
  const { settings, ...config } = await checkConfig(parts);
  found(await checkMachine(settings));
  const docker = await checkDocker(settings, { variables: process.env, homeDir: homedir() }, signal);
  found(docker);
  found(config.findings);
  // Without its engine no program runs, and that has been said.
  const hasEngine = docker.every(({ kind }) => kind !== 'failure');
  found(await checkHouse(parts, settings, hasEngine, signal));
  const failures = findings.filter(({ kind }) => kind === 'failure').length;
  terminal.print(
    failures === 0 ? 'Codeloom works here.' : `Codeloom does not work here: ${failures} of the above failed.`,
  );
  return failures === 0 ? 0 : 1;
}

async function checkConfig({ load }: DoctorParts): Promise<{ settings: Settings; findings: readonly Finding[] }> {
  const subject = 'configuration';
  try {
    const { settings, configFile, hasConfigFile, notes } = await load();
    const count = settings.upstreams.length;
    const detail = hasConfigFile
      ? `${configFile} is valid, with ${count} server${count === 1 ? '' : 's'}`
      : `no config file; servers would be read from "mcpServers" in ${configFile}`;
    const ignored = notes.map((note): Finding => ({ kind: 'warning', subject, detail: note }));
    return { settings, findings: [{ kind: 'ok', subject, detail }, ...ignored, profileFinding(settings)] };
  } catch (thrown) {
    const mistakes = toFault(thrown).message.split('\n');
    const findings = mistakes.map((detail): Finding => ({ kind: 'failure', subject, detail }));
    return { settings: defaultSettings({ logLevel: 'error' }), findings };
  }
}

function profileFinding({ profile }: Settings): Finding {
  const sets = profileTexts(profile);
  const detail = sets.length === 0 ? profile : `${profile}, which sets ${sets.join(', ')} where nothing else is given`;
  return { kind: 'ok', subject: 'profile', detail };
}

async function checkHouse(
  { build }: DoctorParts,
  settings: Settings,
  hasEngine: boolean,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  let codeloom: Codeloom;
  try {
    codeloom = await build(settings);
  } catch (thrown) {
    return [{ kind: 'failure', subject: 'Codeloom', detail: toFault(thrown).message }];
  }
  try {
    const runs = hasEngine ? await checkRuns(codeloom, signal) : [];
    return [...runs, ...(await checkService(codeloom)), ...(await checkUpstreams(codeloom, signal))];
  } finally {
    await codeloom.close();
  }
}

/** One after the other: the first run starts the processes that the second would otherwise wait for. */
async function checkRuns(codeloom: Codeloom, signal: AbortSignal): Promise<readonly Finding[]> {
  const program = await checkProgram(codeloom, signal);
  // What keeps one program from running keeps the next from it, too.
  if (program.kind === 'failure' && codeloom.health().engine.ok === false) return [program];
  return [program, await checkTypeChecker(codeloom, signal)];
}

async function checkProgram(codeloom: Codeloom, signal: AbortSignal): Promise<Finding> {
  const subject = 'running a program';
  return guarded(subject, 'failure', async () => {
    const request = { code: 'return 6 * 7', servers: [], workspace: 'doctor', typecheck: false };
    const outcome = await codeloom.execute({ ...request, engine: codeloom.settings.engine }, signal);
    if (outcome.kind === 'completed' && outcome.result === 42) {
      const detail = `works on ${outcome.engine} (${outcome.isolation}). ${codeloom.health().engine.detail}`;
      return { kind: 'ok', subject, detail };
    }
    const detail = `ended as ${outcome.kind}. ${outcome.error?.message ?? codeloom.health().engine.detail}`;
    return { kind: 'failure', subject, detail };
  });
}

async function checkTypeChecker(codeloom: Codeloom, signal: AbortSignal): Promise<Finding> {
  const subject = 'type-checker';
  return guarded(subject, 'failure', async () => {
    const request = { code: "const wrong: number = 'text'; return wrong", servers: [], workspace: 'doctor' };
    const { kind, timings } = await codeloom.execute({ ...request, engine: codeloom.settings.engine }, signal);
    if (kind === 'type-error')
      return { kind: 'ok', subject, detail: `answers in ${Math.round(timings.typecheckMs)} ms` };
    const advice = 'Run npm ci again, without --omit=optional: its binary is an optional package.';
    return { kind: 'failure', subject, detail: `let a type error pass as ${kind}`, advice };
  });
}

async function checkUpstreams(codeloom: Codeloom, signal: AbortSignal): Promise<readonly Finding[]> {
  const check = ({ name }: { readonly name: string }) => {
    const subject = `server ${name}`;
    return guarded(subject, 'warning', async () => {
      const { servers } = await codeloom.upstreams.catalog([name], signal);
      const [tools, dropped] = [servers.flatMap((each) => each.tools), servers.flatMap((each) => each.dropped)];
      const detail = `connects and offers ${tools.length} tools`;
      if (dropped.length === 0) return { kind: 'ok', subject, detail };
      const advice = `codeloom tools ${name} says why.`;
      return { kind: 'warning', subject, detail: `${detail}; ${dropped.length} were dropped`, advice };
    });
  };
  return Promise.all(codeloom.upstreams.names().map(check));
}

/** The finding of `check`, or the sentence of the fault that it threw. */
async function guarded(subject: string, kind: Finding['kind'], check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { kind, subject, detail: thrown.message };
  }
}

function findingText({ kind, subject, detail, advice }: Finding, paint: Paint): string {
  const marks = { ok: paint('green', 'ok  '), warning: paint('yellow', 'warn'), failure: paint('red', 'FAIL') };
  const text = safeText(`${subject}: ${detail}`);
  return advice === undefined ? `${marks[kind]} ${text}` : `${marks[kind]} ${text}\n     ${safeText(advice)}`;
}
