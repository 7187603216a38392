/** What a case came to, as it is printed, kept, merged and drawn. */
import type { Finding } from './judge.ts';

/** One series in numbers. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly p50: number;
  readonly p95: number;
  readonly samples: number;
}

/** What a case came to, in one round or merged from several. */
export type CaseReport = { readonly name: string; readonly title: string; readonly about: string } & (
  | { readonly kind: 'measured'; readonly figures: readonly Figure[]; readonly findings: readonly Finding[] }
  | { readonly kind: 'not-available' | 'failed'; readonly reason: string }
);
