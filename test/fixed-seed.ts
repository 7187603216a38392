/**
 * Gives property tests the same cases every time in CI, so that what was green stays green; elsewhere each run tries new
 * ones, and what they find becomes a test of its own. Loaded by vitest before each test file.
 */
import fc from 'fast-check';

if (process.env.CI !== undefined) fc.configureGlobal({ seed: 20_261_121 });
