/**
 * Patterns in which `*` stands for any characters, none included, and every other character for itself. Called by
 * rights.ts. A text is looked through once for each piece of the pattern and nothing is ever tried again, so no pair of
 * pattern and text takes long.
 */

export type Matches = (text: string) => boolean;

/** True for a text that fits any of the patterns. */
export function matcherOf(patterns: readonly string[]): Matches {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const globs = [...new Set(patterns)].filter((pattern) => pattern.includes('*')).map(compileGlob);
  return (text) => exact.has(text) || globs.some((matches) => matches(text));
}

function compileGlob(pattern: string): Matches {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  const between = rest.filter((piece) => piece !== '');
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    // The earliest place for each piece leaves most room for those after it, so there is no need to come back.
    let at = first.length;
    for (const piece of between) {
      const found = text.indexOf(piece, at);
      if (found === -1 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}
