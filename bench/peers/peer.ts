/**
 * What a sandbox must offer to stand beside Codeloom: open it with the tools of the suite, run programs in it. Adapters
 * are thin on purpose: what a peer does not do itself, they do not do for it.
 */

/** How a run ended, in the peer's own words. */
export interface PeerEnd {
  readonly isOk: boolean;
  readonly value?: unknown;
  /** Everything that the peer told about the run beside its value and logs: message, stack, diagnostics. */
  readonly words: string;
  /** Characters of logs that came back. */
  readonly logChars: number;
}

/** What the tools of the suite have seen since the last reset. */
export interface ToolStats {
  calls: number;
  inFlight: number;
  mostInFlight: number;
}

export interface PeerSession {
  /** Rejects, or resolves with an end that is not ok, as the peer has it. */
  run(program: string): Promise<PeerEnd>;
  close(): Promise<void>;
}

export interface PeerOptions {
  readonly tools: LabTools;
  readonly timeoutMs: number;
}

export interface Peer {
  readonly name: string;
  /** What stands between a program and the process that runs it, as the peer states it. */
  readonly isolation: string;
  /** The text by which a program calls a tool of the suite. */
  call(tool: LabToolName, args: string): string;
  open(options: PeerOptions): Promise<PeerSession>;
}

export const LAB_TOOL_NAMES = ['echo', 'wait', 'never', 'fetch'] as const;
export type LabToolName = (typeof LAB_TOOL_NAMES)[number];

export interface LabTools {
  readonly stats: ToolStats;
  readonly call: (tool: LabToolName, args: unknown) => Promise<unknown>;
}

/** The tools: `echo` answers at once, `wait` after 50 ms, `never` not at all, `fetch` with the value given here. */
export function createLabTools(fetched: unknown): LabTools {
  const stats = { calls: 0, inFlight: 0, mostInFlight: 0 };
  const answers = {
    echo: async (args: unknown) => args,
    wait: () => new Promise((resolve) => setTimeout(() => resolve(null), 50)),
    never: () => new Promise(() => {}),
    fetch: async () => fetched,
  } as const;
  const call = async (tool: LabToolName, args: unknown) => {
    stats.calls += 1;
    stats.inFlight += 1;
    stats.mostInFlight = Math.max(stats.mostInFlight, stats.inFlight);
    try {
      return await answers[tool](args);
    } finally {
      stats.inFlight -= 1;
    }
  };
  return { stats, call };
}

/** A package of bench/peers, which the project itself does not know; `Shape` is what the adapter uses of it. */
export function loadPackage<Shape>(name: string): Promise<Shape> {
  return import(name) as Promise<Shape>;
}

/** An error's words, whatever was thrown; an error of another realm is none by `instanceof`. */
export function wordsOf(thrown: unknown): string {
  const { name, message, stack } = (thrown ?? {}) as { name?: unknown; message?: unknown; stack?: unknown };
  return message === undefined ? JSON.stringify(thrown) : `${name}: ${message}\n${stack ?? ''}`;
}

export function failed(thrown: unknown, logChars = 0): PeerEnd {
  return { isOk: false, words: wordsOf(thrown), logChars };
}
