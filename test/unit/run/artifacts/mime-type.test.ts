import { describe, expect, it } from 'vitest';
import { isPicture, mimeTypeOf } from '../../../../src/run/artifacts/mime-type.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe('the kind of a file', () => {
  it.each([
    ['report.CSV', 'text/csv'],
    ['a/b.json', 'application/json'],
    ['drawing.svg', 'image/svg+xml'],
    ['archive.tar.gz', 'application/gzip'],
  ])('of %s is %s by its name', (path, type) => {
    expect(mimeTypeOf(path, Buffer.from('x'))).toBe(type);
  });

  it('is plain text or bytes where the name says nothing', () => {
    expect(mimeTypeOf('Makefile', Buffer.from('all: ü'))).toBe('text/plain');
    expect(mimeTypeOf('data.constructor', bytes('fffe'))).toBe('application/octet-stream');
    expect(mimeTypeOf('', Buffer.alloc(0))).toBe('application/octet-stream');
  });

  it.each([
    ['a.png', '89504e470d0a1a0a0000', 'image/png'],
    ['a.jpeg', 'ffd8ffe0', 'image/jpeg'],
    ['a.gif', Buffer.from('GIF89a..').toString('hex'), 'image/gif'],
    ['a.webp', Buffer.from('RIFF\0\n\r\0WEBPVP8 ').toString('hex'), 'image/webp'],
  ])('is a picture for %s that begins as one', (path, hex, type) => {
    expect(mimeTypeOf(path, bytes(hex))).toBe(type);
    expect(isPicture(type)).toBe(true);
  });

  it('is no picture where the first bytes are not those of one, and the right one where the name is wrong', () => {
    expect(mimeTypeOf('a.png', Buffer.from('<script>'))).toBe('application/octet-stream');
    expect(mimeTypeOf('a.png', Buffer.alloc(0))).toBe('application/octet-stream');
    expect(mimeTypeOf('a.png', bytes('ffd8ffe0'))).toBe('image/jpeg');
    expect(isPicture('image/svg+xml')).toBe(false);
  });
});
