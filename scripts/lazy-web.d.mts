import type { Plugin } from 'esbuild';

export function lazyWeb(runtimeDir: string): Plugin;
