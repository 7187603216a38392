/**
 * Reads runnable examples out of Markdown: a block that opens with ```` ```ts run ```` (or js), with the rest of a
 * request as JSON behind it where there is one, and directly below it a ```` ```json outcome ```` block that says what
 * must come of it. Of the outcome only what is written is compared; `…` in a text stands for any text.
 */
import { expect } from 'vitest';

export interface Example {
  /** `docs/programs.md:12`, the line of the program. */
  readonly place: string;
  readonly code: string;
  readonly request: object;
  readonly outcome: unknown;
}

const RUNNABLE = /^```(?:ts|js) run\b(.*)\n([\s\S]*?)^```\n(?:\n*```json outcome\n([\s\S]*?)^```$)?/gm;

/** Throws where a runnable block has no outcome below it, or where JSON is none. */
export function readExamples(file: string, markdown: string): readonly Example[] {
  return [...markdown.matchAll(RUNNABLE)].map(({ index, 1: request = '', 2: code = '', 3: outcome }) => {
    const place = `${file}:${markdown.slice(0, index).split('\n').length + 1}`;
    if (outcome === undefined) throw new Error(`${place}: no json outcome block follows.`);
    const parsed: unknown = request.trim() === '' ? {} : JSON.parse(request);
    return { place, code: code.trimEnd(), request: parsed as object, outcome: matcherOf(JSON.parse(outcome)) };
  });
}

function matcherOf(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('…') ? expect.stringMatching(patternOf(value)) : value;
  if (Array.isArray(value)) return value.map(matcherOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, matcherOf(member)]));
}

function patternOf(text: string): RegExp {
  return new RegExp(`^${text.split('…').map(escaped).join('[\\s\\S]*')}$`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
