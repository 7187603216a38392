/** Packs files as npm's registry serves them: a gzipped tar with everything under `package/`. Also what no npm would pack. */
import { gzipSync } from 'node:zlib';

/** A text is a file; a link leads where it says. */
export type Packed = string | Buffer | { readonly linkTo: string; readonly isHard?: boolean };

const BLOCK = 512;

/** Names are taken as they are, so that a test can pack a name that leads out of the folder. */
export function packTarball(files: Readonly<Record<string, Packed>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, packed]) => entry(name, packed));
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

function entry(name: string, packed: Packed): readonly Buffer[] {
  const isFile = typeof packed === 'string' || Buffer.isBuffer(packed);
  const contents = isFile ? Buffer.from(packed) : Buffer.alloc(0);
  const padding = Buffer.alloc((BLOCK - (contents.length % BLOCK)) % BLOCK);
  const type = isFile ? '0' : packed.isHard === true ? '1' : '2';
  return [header(name, contents.length, type, isFile ? '' : packed.linkTo), contents, padding];
}

function header(name: string, size: number, type: string, linkTo: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0, 100);
  block.write(octal(0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write(linkTo, 157, 100);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
