/**
 * Text that goes into a `text` block: cut to size, and without the control and direction characters with which a
 * program or an upstream could rewrite a terminal. Pure; called by the renderers and the tools.
 */

// Everything of C0 and C1 but tab and newline, and the bidirectional overrides and isolates.
const UNSAFE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Declarations are what an agent came for, so clients that show only text get a good part of them. */
export const DECLARATIONS_TEXT_CHARS = 8_000;

/** The text with unsafe characters spelled as escapes, and with lone surrogates replaced. */
export function safeText(text: string): string {
  return text.toWellFormed().replace(UNSAFE, (char) => (char === '\n' || char === '\t' ? char : escapeOf(char)));
}

/** At most `chars` characters, with a note of how many there are. */
export function cutText(text: string, chars: number, where: string): string {
  if (text.length <= chars) return text;
  return `${text.slice(0, chars)}…\n(the first ${chars} of ${text.length} characters; ${where})`;
}

/** `1 tool call`, `3 tool calls`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function escapeOf(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
