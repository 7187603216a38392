import { describe, expect, it } from 'vitest';
import { KeptArtifacts } from '../../../../src/run/artifacts/kept-artifacts.ts';
import { artifactBlocks, artifactLines } from '../../../../src/server/rendering/render-artifacts.ts';

const PNG = Buffer.from('89504e470d0a1a0a00', 'hex');

function filesOf(...files: readonly (readonly [string, string | Buffer])[]) {
  const kept = new KeptArtifacts({ count: 100, bytes: 1_000_000, totalBytes: 1_000_000 });
  for (const [path, content] of files) kept.add(path, Buffer.from(content).toString('base64'));
  return kept.all;
}

describe('files in the answer of a tool', () => {
  it('are resources with text or bytes, and pictures as pictures', () => {
    const files = filesOf(['a b/ü.txt', 'hello\n'], ['raw.bin', Buffer.from([0, 255])], ['p.png', PNG]);
    expect(artifactBlocks('r1', files)).toEqual([
      {
        type: 'resource',
        resource: { uri: 'codeloom://runs/r1/out/a%20b/%C3%BC.txt', mimeType: 'text/plain', text: 'hello\n' },
      },
      {
        type: 'resource',
        resource: { uri: 'codeloom://runs/r1/out/raw.bin', mimeType: 'application/octet-stream', blob: 'AP8=' },
      },
      { type: 'image', data: PNG.toString('base64'), mimeType: 'image/png' },
    ]);
  });

  it('are never larger as text than they would be as bytes', () => {
    const [block] = artifactBlocks('r1', filesOf(['a.txt', '\u0001'.repeat(1_000)]));
    expect(block).toMatchObject({ resource: { blob: expect.any(String) } });
  });

  it('are named in text, the first ten of them, with how many were left out', () => {
    const files = filesOf(...Array.from({ length: 12 }, (_, n) => [`${n}.txt`, 'x'] as const));
    const lines = artifactLines(files, 3);
    expect(lines[0]).toBe('file: 0.txt (text/plain, 1 bytes)');
    expect(lines.slice(10)).toEqual(['and 2 more files', 'files left out: 3 (see the logs)']);
    expect(artifactLines([], 0)).toEqual([]);
  });
});
