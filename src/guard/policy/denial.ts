/**
 * What the policy denies, in words for whoever was refused: what it was, and what is allowed; nothing where it is allowed.
 * Called by policy.ts. Shows
 * the operator's patterns and never what there is: whether a server or a tool exists is nothing that a refusal tells.
 */
import type { EngineChoice } from '../../base/config.ts';
import type { PolicyEngine } from '../../base/gate/policy-rules.ts';
import { nearestHint } from '../../base/nearest.ts';
import type { NamedTool, Rights, Verdict } from './rights.ts';

export interface Denial {
  /** As `server github`. */
  readonly what: string;
  /** One sentence or two. */
  readonly reason: string;
}

/** Who asks, with what they may do. */
export interface Asker {
  readonly subject: string;
  readonly rights: Rights;
}

const SHOWN_CHARS = 100;
const SHOWN_PATTERNS = 20;

export function denyCall(asker: Asker, name: string): Denial | undefined {
  const { mayCall, patterns } = asker.rights;
  if (mayCall(name)) return undefined;
  return deny(asker, `tool ${cut(name)}`, `call ${cut(name)}`, allowed(patterns.codeloomTools, name));
}

export function denyServer(asker: Asker, name: string): Denial | undefined {
  const { mayReach, patterns } = asker.rights;
  if (mayReach(name)) return undefined;
  return deny(asker, `server ${cut(name)}`, `use the server ${shown(name)}`, allowed(patterns.servers, name));
}

export function denyTool(asker: Asker, tool: NamedTool): Denial | undefined {
  return denyAs(asker.rights.judge(tool), asker, tool.server, tool.name);
}

/** Of a tool that may be there or not, by what somebody calls it. */
export function denyToolName(asker: Asker, server: string, name: string): Denial | undefined {
  return denyAs(asker.rights.judgeName(server, name), asker, server, name);
}

function denyAs(verdict: Verdict, asker: Asker, server: string, name: string): Denial | undefined {
  if (verdict === 'allowed') return undefined;
  const rest = verdict === 'blocked' ? ' A rule blocks it.' : allowed(asker.rights.toolPatterns(server), name);
  const doing = `use the tool ${shown(name)} of the server ${shown(server)}`;
  return deny(asker, `tool ${cut(`${server}.${name}`)}`, doing, rest);
}

export function denyEngine(asker: Asker, name: PolicyEngine): Denial | undefined {
  const { engines } = asker.rights.patterns;
  if (engines.includes(name)) return undefined;
  return deny(asker, `engine ${name}`, `use the ${name} engine`, allowed(engines));
}

/** Where a run leaves the choice to the server, which has the engines that its setting says. */
export function denyEngines(asker: Asker, configured: EngineChoice): Denial | undefined {
  const { engines } = asker.rights.patterns;
  if (engines.some((each) => configured === 'auto' || each === configured)) return undefined;
  const only = `use the ${configured} engine, and this server runs programs on no other`;
  return deny(asker, `engine ${configured}`, configured === 'auto' ? 'run programs' : only, allowed(engines));
}

export function denyImage(asker: Asker, name: string): Denial | undefined {
  const { mayNameImage, patterns } = asker.rights;
  if (mayNameImage(name)) return undefined;
  const rest = `${allowed(patterns.images)} Without image, the default one is used.`;
  return deny(asker, `image ${cut(name)}`, `choose the image ${shown(name)}`, rest);
}

/** `via` is how it came in: from the declared package to the one that asks for this. */
export function denyPackage(asker: Asker, name: string, via: readonly string[] = []): Denial | undefined {
  const { mayImport, patterns } = asker.rights;
  if (mayImport(name)) return undefined;
  const way = via.length === 0 ? '' : ` It comes with ${[...via, name].map(cut).join(' → ')}.`;
  const rest = `${way}${allowed(patterns.packages, name)}`;
  return deny(asker, `package ${cut(name)}`, `use the package ${shown(name)}`, rest);
}

function deny({ subject, rights }: Asker, what: string, doing: string, rest: string): Denial {
  const reason = rights.isKnown
    ? `The policy of this server does not let ${shown(subject)} ${doing}.${rest}`
    : `The policy of this server has no rule for ${shown(subject)}, so it allows nothing.`;
  return { what, reason };
}

function allowed(patterns: readonly string[], wanted?: string): string {
  if (patterns.length === 0) return ' It allows none.';
  const more = patterns.length > SHOWN_PATTERNS ? `, and ${patterns.length - SHOWN_PATTERNS} more` : '';
  const list = patterns.slice(0, SHOWN_PATTERNS).map(cut).join(', ');
  const hint =
    wanted === undefined
      ? ''
      : nearestHint(
          wanted,
          patterns.filter((each) => !each.includes('*')),
        );
  return ` It allows ${list}${more}.${hint}`;
}

function shown(name: string): string {
  return `"${cut(name)}"`;
}

/** Names come out of tokens, programs and upstreams: none may disturb a log or a terminal. */
function cut(name: string): string {
  const short = name.length > SHOWN_CHARS ? `${name.slice(0, SHOWN_CHARS)}…` : name;
  return JSON.stringify(short)
    .slice(1, -1)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
