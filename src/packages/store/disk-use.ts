/**
 * How much of a disk a folder takes: every file in whole blocks, so that a million empty ones count too. Called while npm
 * fills a folder, so what vanishes meanwhile counts nothing.
 */
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK_BYTES = 4096;

/** Stops counting once there is more than `enough`. */
export async function diskUse(folder: string, enough = Number.POSITIVE_INFINITY): Promise<number> {
  let bytes = 0;
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined && bytes <= enough; next = folders.pop()) {
    bytes += BLOCK_BYTES;
    try {
      for await (const entry of await opendir(next)) {
        const path = join(next, entry.name);
        if (entry.isDirectory()) folders.push(path);
        else bytes += await blocksOf(path);
        if (bytes > enough) break;
      }
    } catch {
      // Removed while it was looked at.
    }
  }
  return bytes;
}

async function blocksOf(path: string): Promise<number> {
  try {
    return Math.ceil(((await lstat(path)).size + 1) / BLOCK_BYTES) * BLOCK_BYTES;
  } catch {
    return 0;
  }
}
