/**
 * Reads TypeScript sources for the architecture test: imports, functions with their lengths, and code without its
 * comments and strings. A scanner of its own, because the native compiler has no syntax tree to offer cheaply; it is
 * tested beside the rules.
 */

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** The specifiers of all imports and re-exports, static and dynamic, types included. */
export function importsOf(text: string): readonly string[] {
  const code = withoutComments(text);
  const found = [
    ...code.matchAll(/^\s*(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]/gm),
    ...code.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm),
    ...code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g),
  ];
  return found.map((match) => match[1] ?? '');
}

/** The path that a relative specifier leads to from a file. */
export function resolveImport(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}

/** The text with comments blanked out; line breaks stay, so that line numbers hold. Strings are left as they are. */
export function withoutComments(text: string): string {
  return replaceTokens(text, (token) => (token.startsWith('/') ? blank(token) : token));
}

/** The text with comments, strings, templates and regular expressions blanked out. */
export function codeOnly(text: string): string {
  return replaceTokens(text, blank);
}

/** Comments, strings, templates (as one piece) and regular expressions where one may stand. */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|(?<=(?:[=(,:[!&|?{};+]|=>|return|^)\s*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[dgimsuvy]*/gm;

function replaceTokens(text: string, replace: (token: string) => string): string {
  return text.replace(TOKEN, replace);
}

function blank(token: string): string {
  return token.replaceAll(/[^\n]/g, ' ');
}

export interface FunctionSpan {
  readonly line: number;
  readonly lines: number;
}

/** Every function, method and arrow function with a block, by brace matching; classes and plain blocks are none. */
export function functionsOf(text: string): readonly FunctionSpan[] {
  const code = codeOnly(text);
  const open: { readonly line: number; readonly isFunction: boolean }[] = [];
  const spans: FunctionSpan[] = [];
  let line = 1;
  for (let at = 0; at < code.length; at++) {
    const char = code[at];
    if (char === '\n') line += 1;
    else if (char === '{') open.push({ line, isFunction: opensFunction(code.slice(Math.max(0, at - 400), at)) });
    else if (char === '}') {
      const start = open.pop();
      if (start?.isFunction) spans.push({ line: start.line, lines: line - start.line + 1 });
    }
  }
  return spans;
}

/** `=> {`, or a parameter list and perhaps a return type before the brace, that is no `if`, `for`, `while`, `switch`, `catch`. */
function opensFunction(before: string): boolean {
  if (/=>\s*$/.test(before)) return true;
  const head = /\)(?:\s*:[^;{}()]*(?:\([^()]*\)[^;{}()]*)?)?\s*$/.exec(before);
  if (head === null) return false;
  let depth = 0;
  let at = head.index;
  for (; at >= 0; at--) {
    if (before[at] === ')') depth += 1;
    else if (before[at] === '(' && --depth === 0) break;
  }
  return !/\b(?:if|for|for await|while|switch|catch|with)\s*$/.test(before.slice(0, at));
}
