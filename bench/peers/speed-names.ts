/** What each peer is timed at; see speed.ts, which does it. */
export const SPEED_NAMES = [
  'first run',
  'warm run',
  'one call of 100 in sequence',
  'one call of 100 in parallel',
  'ten calls of 50 ms',
  '1 MB tool result',
  'processor job',
] as const;
