import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-runtime.ts'],
    setupFiles: ['test/fixed-seed.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // docs/decisions/second-try-in-ci.md: five thousand tests of processes, containers and databases share two noisy cores in CI: one that fails is tried once
    // more and named in the report. At home nothing is tried twice, so that whoever makes a test flaky sees it.
    retry: process.env.CI === undefined ? 0 : 1,
  },
});
