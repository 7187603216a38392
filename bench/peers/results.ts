/** What bench/results/peers.json holds. */
import type { Figure } from '../harness/case-report.ts';
import type { Header } from '../suite/machine.ts';
import type { Cell } from './battery/watch-child.ts';

export interface PeerRow {
  readonly name: string;
  readonly isolation: string;
  /** In the order of `speeds` of the results. */
  readonly speeds: readonly (Figure | { readonly reason: string })[];
  /** In the order of `behaviours` of the results. */
  readonly cells: readonly Cell[];
}

export interface PeerResults {
  readonly schema: 1;
  readonly header: Header;
  readonly rounds: number;
  readonly speeds: readonly string[];
  readonly behaviours: readonly string[];
  readonly rows: readonly PeerRow[];
}
