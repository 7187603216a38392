/**
 * Which configured upstreams a program names: `mcp.github`, `mcp["my-server"]`, `const { github } = mcp`. Called before
 * a catalog is taken, so that only those are connected. Reads tokens, not scopes: a program that calls something of its
 * own `mcp` names too much, never too little. Where `mcp` is used in a way that only running the program could tell,
 * the answer is that it may be any.
 */
import { lex, type Token } from './lex.ts';
import { stringValue, wordValue } from './literal-value.ts';

export type NamedServers =
  | {
      readonly kind: 'named';
      /** Configured names, each once, sorted. */
      readonly names: readonly string[];
      /** What the program names and nobody configured, as the program spells it. */
      readonly unknown: readonly string[];
    }
  | { readonly kind: 'any' };

/** `identifiers`: the identifier of each configured name. A program may use either. */
export function namedServers(source: string, identifiers: ReadonlyMap<string, string>): NamedServers {
  const tokens = readTokens(source);
  const spellings = new Map(
    [...identifiers].flatMap(([name, identifier]) => [
      [identifier, name],
      [name, name],
    ]),
  );
  const names = new Set<string>();
  const unknown = new Set<string>();
  for (let at = 0; at < tokens.length; at += 1) {
    const spelled = tokens[at]?.kind === 'word' ? namedAt(tokens, at) : [];
    if (spelled === undefined) return { kind: 'any' };
    for (const spelling of spelled) {
      const name = spellings.get(spelling);
      if (name === undefined) unknown.add(spelling);
      else names.add(name);
    }
  }
  return { kind: 'named', names: [...names].sort(), unknown: [...unknown] };
}

interface Word {
  readonly kind: Token['kind'];
  readonly text: string;
  readonly depth: number;
  readonly startsLine: boolean;
  /** Of a closing bracket: where the opening one is. */
  readonly opener?: number;
}

const MEMBER: ReadonlySet<string> = new Set(['.', '?.']);
const ENDS: ReadonlySet<string | undefined> = new Set([undefined, ';', ',', ')', '}']);
const CONTINUES: ReadonlySet<string> = new Set(['as', 'satisfies', 'in', 'instanceof']);
const BEFORE_PATTERN: ReadonlySet<string | undefined> = new Set(['const', 'let', 'var', ',', '(']);

function readTokens(source: string): readonly Word[] {
  const words: Word[] = [];
  const openers: number[] = [];
  let lastEnd = 0;
  lex(source.startsWith('#!') ? `//${source.slice(2)}` : source, ({ kind, start, end, depth }) => {
    if (kind === 'comment') return;
    const startsLine = source.slice(lastEnd, start).includes('\n');
    const opener = kind === 'close' ? openers.pop() : undefined;
    if (kind === 'open') openers.push(words.length);
    const text = source.slice(start, end);
    words.push({
      kind,
      text: kind === 'word' ? wordValue(text) : text,
      depth,
      startsLine,
      ...(opener === undefined ? {} : { opener }),
    });
    lastEnd = end;
  });
  return words;
}

/** The servers that the word at this place names; nothing where it is not about `mcp`, undefined where it may be any. */
function namedAt(tokens: readonly Word[], at: number): readonly string[] | undefined {
  const { text } = tokens[at] as Word;
  const isMember = MEMBER.has(tokens[at - 1]?.text ?? '');
  // Whatever looks into the global object without saying at what may look at `mcp`.
  if (text === 'globalThis' && !isMember) return MEMBER.has(tokens[at + 1]?.text ?? '') ? [] : undefined;
  if (text !== 'mcp' || (isMember && tokens[at - 2]?.text !== 'globalThis')) return [];
  if (isKey(tokens, at)) return [];
  const next = tokens[at + 1]?.text === '!' ? at + 2 : at + 1;
  return accessedAt(tokens, next) ?? destructuredAt(tokens, at);
}

/** `{ mcp: … }`, where it is but a name. `a ? mcp : b` is not. */
function isKey(tokens: readonly Word[], at: number): boolean {
  const before = tokens[at - 1]?.text;
  return tokens[at + 1]?.text === ':' && (before === '{' || before === ',');
}

/** `.x`, `?.x`, `["x"]`, `?.["x"]`. */
function accessedAt(tokens: readonly Word[], at: number): readonly string[] | undefined {
  const isDotted = MEMBER.has(tokens[at]?.text ?? '');
  const start = isDotted ? at + 1 : at;
  const name = tokens[start];
  if (isDotted && name?.kind === 'word') return [name.text];
  if (name?.kind !== 'open' || name.text !== '[') return undefined;
  const value = stringValue(tokens[start + 1]?.text ?? '');
  return value === undefined || tokens[start + 2]?.text !== ']' ? undefined : [value];
}

/** `const { a, "b-c": d } = mcp`, with nothing behind it that would make it something else. */
function destructuredAt(tokens: readonly Word[], at: number): readonly string[] | undefined {
  const next = tokens[at + 1];
  const isEnd = ENDS.has(next?.text) || (next?.kind === 'word' && next.startsLine && !CONTINUES.has(next.text));
  const close = at - 2;
  const open = tokens[close]?.opener;
  if (!isEnd || tokens[at - 1]?.text !== '=' || open === undefined || tokens[open]?.text !== '{') return undefined;
  return BEFORE_PATTERN.has(tokens[open - 1]?.text) ? patternKeys(tokens, open, close) : undefined;
}

function patternKeys(tokens: readonly Word[], open: number, close: number): readonly string[] | undefined {
  const keys: string[] = [];
  const depth = (tokens[open]?.depth ?? 0) + 1;
  let isStart = true;
  for (let at = open + 1; at < close; at += 1) {
    const token = tokens[at] as Word;
    if (isStart) {
      const key = token.kind === 'word' ? token.text : stringValue(token.text);
      // `...rest`, or a key that is computed.
      if (key === undefined) return undefined;
      keys.push(key);
    }
    isStart = token.text === ',' && token.depth === depth;
  }
  return keys;
}
