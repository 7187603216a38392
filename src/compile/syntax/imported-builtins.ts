/**
 * Which modules of Node a program imports, by any syntax: `import … from`, `export … from`, `import(…)`, `require(…)`.
 * Called before an engine is chosen, because only containers have them. Reads tokens, not scopes: what looks like an
 * import counts as one. A specifier that only running the program could tell is not found; it fails there.
 */
import { isBuiltin } from 'node:module';
import { unfence } from '../mistakes/markdown-fence.ts';
import { lex } from './lex.ts';
import { stringValue } from './literal-value.ts';

/** Specifiers as the program spells them, each once, in order. */
export function importedBuiltins(code: string): readonly string[] {
  const source = unfence(code);
  const found = new Set<string>();
  let last = '';
  let beforeLast = '';
  lex(source, ({ kind, start, end }) => {
    if (kind === 'comment') return;
    const text = source.slice(start, end);
    if ((kind === 'string' || kind === 'template') && isSpecifierPlace(last, beforeLast)) {
      const specifier = stringValue(text);
      if (specifier !== undefined && isBuiltin(specifier)) found.add(specifier);
    }
    beforeLast = last;
    last = text;
  });
  return [...found];
}

function isSpecifierPlace(last: string, beforeLast: string): boolean {
  if (last === '(') return beforeLast === 'import' || beforeLast === 'require';
  return last === 'from' || last === 'import';
}
