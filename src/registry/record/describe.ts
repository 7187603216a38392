/** Strangers' values in the words of a message: short, on one line, whatever they are. */
import { isJsonObject } from '../../base/json.ts';

const SHOWN_CHARS = 80;

/** The text as JSON, cut; what is no printable ASCII is escaped, so that look-alikes are told apart. */
export function quote(text: string): string {
  const shown = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
  return JSON.stringify(shown).replaceAll(/[^\x20-\x7e…]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return 'a list';
  if (isJsonObject(value)) return 'an object';
  return String(value);
}
