/**
 * The files of one run as the host keeps them. The sandbox holds the same caps; here they are held against a sandbox
 * that lies, and names are made such that a client can use them. Called by run.ts and by long-lived sandboxes.
 */
import { type ArtifactLimits, ProtocolError } from '../../../sandbox-runtime/protocol.ts';
import { mimeTypeOf } from './mime-type.ts';

const MAX_PATH_CHARS = 512;
/** Control, format and separator characters, and what other systems take for the end of a folder or of a drive. */
const UNUSABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\:]/gu;

/** A file that a program left in /workspace/out. */
export interface Artifact {
  /** Below /workspace/out, with `/` between folders. */
  readonly path: string;
  readonly mimeType: string;
  readonly bytes: number;
  readonly content: Buffer;
}

export class KeptArtifacts {
  readonly #limits: ArtifactLimits;
  readonly #kept = new Map<string, Artifact>();
  #bytes = 0;
  #leftOut = 0;

  constructor(limits: ArtifactLimits) {
    this.#limits = limits;
  }

  /** Throws ProtocolError for what no runtime of ours would have sent. */
  add(givenPath: string, base64: string): void {
    const { count, bytes, totalBytes } = this.#limits;
    if (this.#kept.size >= count || base64.length > base64Chars(bytes))
      throw new ProtocolError('A file is over the limits.');
    const content = Buffer.from(base64, 'base64');
    if (content.toString('base64') !== base64) throw new ProtocolError('A file is not in base64.');
    this.#bytes += content.length;
    if (content.length > bytes || this.#bytes > totalBytes) throw new ProtocolError('A file is over the limits.');
    const path = usablePath(givenPath);
    if (path.length > MAX_PATH_CHARS || this.#kept.has(path)) this.#leftOut += 1;
    else this.#kept.set(path, { path, mimeType: mimeTypeOf(path, content), bytes: content.length, content });
  }

  leaveOut(files: number): void {
    this.#leftOut = Math.min(this.#leftOut + files, Number.MAX_SAFE_INTEGER);
  }

  get all(): readonly Artifact[] {
    return [...this.#kept.values()];
  }

  /** How many files there were beside them. */
  get leftOut(): number {
    return this.#leftOut;
  }
}

/** Characters of base64 for so many bytes. */
export function base64Chars(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

function usablePath(given: string): string {
  const segments = given.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..'))
    throw new ProtocolError('A file has a path that leads elsewhere.');
  return given.toWellFormed().replace(UNUSABLE, '_');
}
