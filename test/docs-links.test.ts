import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Folders whose files the documentation may name, always by their path from the root. */
const CITED = /(?<![\w/.-])(?:src|sandbox-runtime|scripts|test|bench|docs)\/[\w./-]*/g;

function markdownFiles(): readonly string[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name));
  return [...readdirSync(ROOT), ...docs].filter((name) => name.endsWith('.md'));
}

/** `#a-heading` as GitHub makes it of `## A heading`. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = [...withoutCode(markdown).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** What is wrong with the links and citations of one text that lies in `folder`. */
function mistakesIn(markdown: string, folder: string, file: string): readonly string[] {
  const links = [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const dead = links
    .filter((target) => !/^[a-z]+:/i.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const to = path === '' ? file : join(folder, path);
      if (path !== '' && !existsSync(join(ROOT, to))) return true;
      const text = path === '' ? markdown : anchor === undefined ? '' : readFileSync(join(ROOT, to), 'utf8');
      return anchor !== undefined && !anchorsOf(text).has(anchor);
    });
  const cited = [...markdown.matchAll(CITED)].map(([path]) => path.replace(/\.$/, ''));
  const absent = cited.filter((path) => !isThere(path));
  return [...dead.map((target) => `${file} links to ${target}`), ...absent.map((path) => `${file} cites ${path}`)];
}

/** A path that ends with a slash must be a folder, any other a file or a folder. */
function isThere(path: string): boolean {
  const full = join(ROOT, path);
  return existsSync(full) && (!path.endsWith('/') || statSync(full).isDirectory());
}

describe('the documentation', () => {
  it.each(markdownFiles())('%s leads only to files and headings that exist', (file) => {
    expect(mistakesIn(readFileSync(join(ROOT, file), 'utf8'), dirname(file), file)).toEqual([]);
  });

  it('is all looked at', () => {
    for (const file of ['README.md', 'SECURITY.md', 'CHANGELOG.md', join('docs', 'architecture.md')])
      expect(markdownFiles()).toContain(file);
  });
});

describe('the scanner of links', () => {
  it.each([
    ['a file that is not there', '[x](absent.md)'],
    ['a heading that is not there', '[x](errors.md#absent)'],
    ['a heading of its own that is not there', '# Here\n[x](#there)'],
    ['a path that is not there', 'see src/absent.ts.'],
    ['a folder that is a file', 'see src/main.ts/'],
  ])('finds %s', (_what, markdown) => {
    expect(mistakesIn(markdown, 'docs', 'docs/x.md')).toHaveLength(1);
  });

  it('is content with what is there', () => {
    const markdown =
      '# Here I am\n[a](errors.md#tool-failures) [b](../README.md) [c](#here-i-am) [d](https://x.example/y) src/main.ts. src/base/';
    expect(mistakesIn(markdown, 'docs', 'docs/x.md')).toEqual([]);
  });
});
