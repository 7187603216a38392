/**
 * What a row of the table of settings says. Read by whoever makes options, variables, keys and documentation of it.
 */

interface RowBase {
  readonly description: string;
  /** The flag and variable differ from the key where they take one entry of a collection at a time. */
  readonly flag?: string;
  /** Its value is never repeated, not even where it is wrong. */
  readonly isSecret?: true;
  /** A setting that says which file to read cannot stand in that file. */
  readonly inFile?: false;
}

/** Says what is wrong with a text, or undefined. */
export type Complaint = (text: string) => string | undefined;

export type SettingRow = RowBase &
  (
    | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly default: string }
    | { readonly kind: 'text'; readonly default: string | undefined; readonly check: Complaint; readonly word: string }
    | { readonly kind: 'integer'; readonly min: number; readonly max: number; readonly default: number }
    | { readonly kind: 'switch'; readonly default: false }
    | { readonly kind: 'list'; readonly default: readonly string[]; readonly check: Complaint; readonly word: string }
    | { readonly kind: 'limits'; readonly default: Readonly<Record<string, number>> }
  );
