/**
 * The text of a config file as a tree that knows where each value stands, and the list of mistakes found in it.
 * JSON with comments and trailing commas, as editors write it. Refuses what JSON.parse would let pass silently
 * (a key given twice) or what would overflow a parser (deep nesting). Every object becomes a Map, so no key can
 * reach a prototype.
 */
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';

export type ConfigValue = {
  /** As in `mcpServers.github.args[1]`; empty for the whole file. */
  readonly path: string;
  readonly offset: number;
  /** Where the key stands for a member of an object, else the same as `offset`. */
  readonly keyOffset: number;
} & (
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, ConfigValue> }
  | { readonly kind: 'array'; readonly items: readonly ConfigValue[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
);

export interface ConfigText {
  readonly root: ConfigValue;
  /** `FILE:LINE:COLUMN: PATH`, to begin a sentence about the value with. */
  place(value: ConfigValue, at?: 'value' | 'key'): string;
}

/** Config nests five levels at most; anything deeper is no config, and the parser recurses. */
const MAX_DEPTH = 32;
const END_OF_TEXT = 17;
const SHOWN_CHARS = 80;

/** The parsed text, or undefined after having added what is wrong with it to `mistakes`. */
export function parseConfigText(text: string, file: string, mistakes: string[]): ConfigText | undefined {
  const lineStarts = startsOfLines(text);
  const where = (offset: number) => `${file}:${positionOf(offset, lineStarts)}`;
  const tooDeep = findTooDeep(text);
  if (tooDeep !== undefined) {
    mistakes.push(`${where(tooDeep)}: nests deeper than ${MAX_DEPTH} levels.`);
    return undefined;
  }
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  // Only the first: what follows a syntax error is the parser's guesswork.
  const [first] = errors;
  if (first !== undefined || tree === undefined) {
    mistakes.push(`${where(first?.offset ?? 0)}: ${describeSyntaxError(first, text)}`);
    return undefined;
  }
  const onRepeated = (key: Node, path: string, earlier: number) => {
    const line = positionOf(earlier, lineStarts).split(':')[0];
    mistakes.push(`${where(key.offset)}: ${path} is given twice, first on line ${line}; remove one of them.`);
  };
  return {
    root: toConfigValue(tree, '', tree.offset, onRepeated),
    place: (value, at = 'value') => {
      const start = where(at === 'key' ? value.keyOffset : value.offset);
      return value.path === '' ? `${start}: The file` : `${start}: ${value.path}`;
    },
  };
}

/** A name or value as it may stand in a message: quoted, cut, and without characters that would disturb a terminal. */
export function quote(text: string): string {
  const cut = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
  return JSON.stringify(cut).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

/** `.key` or `["odd key"]`, ready to be appended to a path. */
export function joinPath(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]{0,79}$/.test(key)) return `${path}[${quote(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** What a value is, in words: `a string`, `null`. */
export function describeKind(value: ConfigValue): string {
  if (value.kind === 'null') return 'null';
  return value.kind === 'array' || value.kind === 'object' ? `an ${value.kind}` : `a ${value.kind}`;
}

function toConfigValue(
  node: Node,
  path: string,
  keyOffset: number,
  onRepeated: (key: Node, path: string, earlierOffset: number) => void,
): ConfigValue {
  const at = { path, offset: node.offset, keyOffset };
  const children = node.children ?? [];
  switch (node.type) {
    case 'object': {
      const members = new Map<string, ConfigValue>();
      for (const { children: [key, value] = [] } of children) {
        if (key === undefined || value === undefined) continue;
        const name = String(key.value);
        const memberPath = joinPath(path, name);
        const earlier = members.get(name);
        if (earlier !== undefined) onRepeated(key, memberPath, earlier.keyOffset);
        else members.set(name, toConfigValue(value, memberPath, key.offset, onRepeated));
      }
      return { ...at, kind: 'object', members };
    }
    case 'array': {
      const items = children.map((item, index) => toConfigValue(item, `${path}[${index}]`, item.offset, onRepeated));
      return { ...at, kind: 'array', items };
    }
    case 'string':
      return { ...at, kind: 'string', value: String(node.value) };
    case 'number':
      return { ...at, kind: 'number', value: Number(node.value) };
    case 'boolean':
      return { ...at, kind: 'boolean', value: node.value === true };
    default:
      return { ...at, kind: 'null' };
  }
}

const SYNTAX_SENTENCES: ReadonlyMap<string, string> = new Map([
  ['PropertyNameExpected', 'expected a key in double quotes'],
  ['ValueExpected', 'expected a value'],
  ['ColonExpected', 'expected ":" after the key'],
  ['CommaExpected', 'expected ","'],
  ['CloseBraceExpected', 'expected "}"'],
  ['CloseBracketExpected', 'expected "]"'],
  ['EndOfFileExpected', 'expected the end of the file'],
  ['InvalidNumberFormat', 'expected a number'],
  ['UnexpectedEndOfComment', 'a comment is not closed'],
  ['UnexpectedEndOfString', 'a string is not closed'],
  ['InvalidEscapeCharacter', 'a string holds an unknown escape sequence; write "\\\\" for a backslash'],
  ['InvalidUnicode', 'a string holds a malformed \\u escape'],
  ['InvalidCharacter', 'a string holds a control character; write it as an escape'],
]);

function describeSyntaxError(error: ParseError | undefined, text: string): string {
  if (text.trim() === '') return 'The file is empty; it must hold an object, as {} is one.';
  if (error === undefined) return 'The file is not valid JSON.';
  const found = text.slice(error.offset, error.offset + error.length);
  const what = SYNTAX_SENTENCES.get(printParseErrorCode(error.error)) ?? 'expected JSON';
  return `The file is not valid JSON: ${what}${found === '' ? '' : `, found ${quote(found)}`}.`;
}

/** The offset at which the text nests too deep. The scanner does not recurse, so any text can be asked. */
function findTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  while (scanner.scan() !== END_OF_TEXT) {
    // A string that holds a bracket is longer than one character, because its quotes count.
    if (scanner.getTokenLength() !== 1) continue;
    const token = text.charAt(scanner.getTokenOffset());
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    if (depth > MAX_DEPTH) return scanner.getTokenOffset();
  }
  return undefined;
}

function startsOfLines(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), (ending) => ending.index + ending[0].length)];
}

/** `LINE:COLUMN`, both from 1. */
function positionOf(offset: number, lineStarts: readonly number[]): string {
  let low = 0;
  for (let high = lineStarts.length - 1; low < high; ) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return `${low + 1}:${offset - (lineStarts[low] ?? 0) + 1}`;
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
