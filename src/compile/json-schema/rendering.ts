/**
 * What the parts of this folder share while one schema document is rendered: where they are in it, what is left of
 * its budget, and how to render a part. Made by schema-type.ts, handed to object-type.ts and array-type.ts, so that
 * those need not import what imports them.
 */
import type { Json, JsonObject } from '../../base/json.ts';
import type { TypeText } from './text/type-text.ts';

/** `full` is laid out and has doc comments; `line` is one line without them. */
export type Style = 'full' | 'line';

export interface Position {
  /** The document or embedded resource that a `#` means here. */
  readonly resource: JsonObject;
  readonly depth: number;
  /** Spaces before the lines of the text that surrounds this part. */
  readonly indent: string;
  /** Inside the namespace of named types they are called by their bare names. */
  readonly isInNamespace: boolean;
  /** The `type` of the schema that this one is combined with: what it means where it has none itself. */
  readonly types?: readonly string[];
}

export interface Rendering {
  readonly style: Style;
  /** The word for what a schema leaves open: `unknown` in arguments, `any` in results. */
  readonly word: 'unknown' | 'any';
  readonly budget: Budget;
  readonly renderSchema: (schema: Json | undefined, at: Position) => TypeText;
  /** A one-line comment for an element or a member; empty where there is nothing to say, or no room. */
  readonly inlineDoc: (schema: Json | undefined) => string;
}

/** Each answers whether there was room; what there is no room for is left out by the one who asked. */
export interface Budget {
  takeNode(): boolean;
  takeText(text: string): boolean;
  /** Comments have a purse of their own, so that long ones never cost a property. */
  takeDoc(text: string): boolean;
}

const BUDGETS = {
  full: { nodes: 2_000, textChars: 60_000, docChars: 60_000 },
  line: { nodes: 100, textChars: 4_000, docChars: 0 },
} as const;

/** What one document may come to. */
export function createBudget(style: Style): Budget {
  const left: Record<keyof (typeof BUDGETS)[Style], number> = { ...BUDGETS[style] };
  const take = (purse: keyof typeof left, amount: number): boolean => {
    if (left[purse] < amount) return false;
    left[purse] -= amount;
    return true;
  };
  return {
    takeNode: () => take('nodes', 1),
    takeText: (text) => take('textChars', text.length),
    takeDoc: (text) => take('docChars', text.length),
  };
}

/** The position of a part whose text starts a line of its own, one step further in. */
export function inside(at: Position): Position {
  return { ...beside(at), indent: `${at.indent}  ` };
}

/** The position of a part whose text stands on the same line as that of the schema at `at`. */
export function beside(at: Position): Position {
  return { resource: at.resource, depth: at.depth + 1, indent: at.indent, isInNamespace: at.isInNamespace };
}
