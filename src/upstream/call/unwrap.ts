/**
 * What a program gets for the raw result of a tool call, in the documented order: the upstream's own error,
 * structured content, one text that is JSON, one text, and else the content blocks as they are. Called by call-tool.ts.
 */
import { depthOf, isJsonObject, type Json, type JsonObject, parseJson } from '../../base/json.ts';
import { cutText } from '../clean-text.ts';

/** Deeper results are refused: what serialises and validates them recurses. */
const MAX_DEPTH = 100;
const ERROR_CHARS = 8_192;
/** A `resource_link` is not among them: whoever gets it could not follow it through Codeloom. */
const MEDIA: ReadonlySet<unknown> = new Set(['image', 'audio', 'resource']);

export type Unwrapped =
  | {
      readonly kind: 'value';
      readonly value: Json;
      readonly isStructured: boolean;
      /** Blocks that are for eyes and ears; absent where there are none. */
      readonly media?: readonly JsonObject[];
    }
  | { readonly kind: 'failed'; readonly words: string }
  | { readonly kind: 'unusable'; readonly reason: string };

export function unwrap(result: JsonObject): Unwrapped {
  // The 2026 era's way of asking back; whoever could answer is not within reach of a program.
  if (result.resultType === 'input_required')
    return { kind: 'failed', words: 'The tool asks for input from a person, which a program cannot give.' };
  if (depthOf(result, MAX_DEPTH + 2) > MAX_DEPTH + 1)
    return { kind: 'unusable', reason: `is nested more than ${MAX_DEPTH} levels deep` };
  const { content, structuredContent } = result;
  if (content !== undefined && !Array.isArray(content))
    return { kind: 'unusable', reason: 'has content that is no array of blocks' };
  const blocks: readonly Json[] = Array.isArray(content) ? content : [];
  if (result.isError === true) return { kind: 'failed', words: errorWords(blocks, structuredContent) };
  const media = mediaOf(blocks);
  if (structuredContent !== undefined && structuredContent !== null)
    return { kind: 'value', value: structuredContent, isStructured: true, ...media };
  const [only] = blocks;
  const text = blocks.length === 1 && only !== undefined ? textOf(only) : undefined;
  if (text === undefined) return { kind: 'value', value: blocks, isStructured: false, ...media };
  const parsed = looksLikeJson(text) ? parseJson(text) : undefined;
  if (!isJsonObject(parsed) && !Array.isArray(parsed)) return { kind: 'value', value: text, isStructured: false };
  const isDeep = depthOf(parsed, MAX_DEPTH + 1) > MAX_DEPTH;
  return { kind: 'value', value: isDeep ? text : parsed, isStructured: false };
}

function mediaOf(blocks: readonly Json[]): { readonly media?: readonly JsonObject[] } {
  const media = blocks.filter((block) => isJsonObject(block)).filter(({ type }) => MEDIA.has(type));
  return media.length === 0 ? {} : { media };
}

/** Spares the parser long texts that cannot be an object or an array. */
function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text) && /[\]}]\s*$/.test(text.slice(-64));
}

function textOf(block: Json): string | undefined {
  return isJsonObject(block) && block.type === 'text' && typeof block.text === 'string' ? block.text : undefined;
}

function errorWords(blocks: readonly Json[], structured: Json | undefined): string {
  const texts = blocks.flatMap((block) => textOf(block) ?? []);
  const said = cutText(texts.join('\n'), ERROR_CHARS).trim();
  if (said !== '') return said;
  if (structured !== undefined && structured !== null) return cutText(JSON.stringify(structured), ERROR_CHARS);
  return 'The tool failed and did not say why.';
}
