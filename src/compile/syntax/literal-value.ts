/** What a word or a string literal of a program stands for, escapes read. Called by named-servers.ts. */

const ESCAPE = /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))/gsu;
const SINGLE: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['0', '\0'],
  ['\n', ''],
  ['\r', ''],
  ['\r\n', ''],
  ['\u2028', ''],
  ['\u2029', ''],
]);

/** An identifier with its escapes read: `\u006dcp` is `mcp`. */
export function wordValue(text: string): string {
  return text.includes('\\') ? unescaped(text) : text;
}

/** The value of a string literal, or of a template without `${`; undefined for anything else. */
export function stringValue(text: string): string | undefined {
  const quote = text.charAt(0);
  const isWhole = text.length >= 2 && text.endsWith(quote) && (quote === '"' || quote === "'" || quote === '`');
  return isWhole ? unescaped(text.slice(1, -1)) : undefined;
}

function unescaped(text: string): string {
  return text.replaceAll(ESCAPE, (_, braced?: string, four?: string, two?: string, single = '') => {
    const digits = braced ?? four ?? two;
    if (digits === undefined) return SINGLE.get(single) ?? single;
    const code = Number.parseInt(digits, 16);
    return code > 0x10ffff ? '' : String.fromCodePoint(code);
  });
}
