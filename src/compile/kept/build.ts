/**
 * What a program was compiled into, as a text that outlives the process: whoever keeps programs keeps these beside them.
 * Read by kept-build.ts, which says whether one still fits; written and read back by src/server/dynamic/. A text that
 * comes from a database is a claim: parsed, capped, and of no use to any program but the one that it was made of.
 */
import { contentHash, isJsonObject, type Json, parseJson } from '../../base/json.ts';
import type { PackageSet } from '../../base/packages/package-set.ts';
import type { Program } from '../program-form.ts';

export interface Build {
  /** All that the check saw, as a hash, for each of the latest checks that found nothing wrong; the newest first. */
  readonly checkedAs: readonly string[];
  /** All that the bundle was made from, as a hash. */
  readonly bundledAs: string;
  /** As in `Bundle`. */
  readonly code: string;
  readonly sourceMap: string;
}

export type ReadBuild =
  | { readonly kind: 'build'; readonly build: Build }
  /** One sentence for the log. */
  | { readonly kind: 'broken'; readonly reason: string };

/** Callers may see different tools of one server, so one check would not be enough. */
const CHECKS = 8;
/** What takes more is compiled when it is needed: a database is no place for it. */
const MAX_CHARS = 16 * 1024 * 1024;

export function bundledAs(program: Program, hasNode: boolean, packages: PackageSet | undefined): string {
  return contentHash('bundle', program.hash, String(hasNode), packages?.hash ?? '');
}

export function checkedAs(program: Program, declarations: string, packages: PackageSet | undefined): string {
  return contentHash('check', program.hash, declarations, packages?.hash ?? '');
}

/** The build with one more check before those that it had. */
export function withCheck(build: Omit<Build, 'checkedAs'>, check: string, earlier: readonly string[]): Build {
  return { ...build, checkedAs: [check, ...earlier.filter((each) => each !== check)].slice(0, CHECKS) };
}

/** Undefined where it is too large to keep. JSON, because not every text of JavaScript is one of a database. */
export function renderBuild({ checkedAs: checks, bundledAs: bundled, code, sourceMap }: Build): string | undefined {
  if (code.length + sourceMap.length > MAX_CHARS) return undefined;
  const text = JSON.stringify({ checkedAs: checks, bundledAs: bundled, code, sourceMap });
  return text.length > MAX_CHARS ? undefined : text;
}

export function readBuild(text: string): ReadBuild {
  if (text.length > MAX_CHARS) return broken('It is too large.');
  const json = parseJson(text);
  if (!isJsonObject(json)) return broken('It is no object of JSON.');
  const { checkedAs: checks, bundledAs: bundled, code, sourceMap } = json;
  if (typeof bundled !== 'string' || typeof code !== 'string' || typeof sourceMap !== 'string')
    return broken('It lacks a part.');
  if (!isTexts(checks) || checks.length > CHECKS) return broken('It does not say what was checked.');
  if (!isSourceMap(parseJson(sourceMap))) return broken('Its source map is none.');
  return { kind: 'build', build: { checkedAs: checks, bundledAs: bundled, code, sourceMap } };
}

function broken(reason: string): ReadBuild {
  return { kind: 'broken', reason };
}

/** As esbuild writes one: without sections, which could hold maps in maps. */
function isSourceMap(json: Json | undefined): boolean {
  if (!isJsonObject(json) || Object.hasOwn(json, 'sections')) return false;
  const { version, sources, names, mappings } = json;
  return version === 3 && isTexts(sources) && isTexts(names) && typeof mappings === 'string';
}

function isTexts(json: Json | undefined): json is readonly string[] {
  return Array.isArray(json) && json.every((each: Json) => typeof each === 'string');
}
