/**
 * Holds docs/threat-model.md to what is there: every row has a boundary that the document explains, files that exist,
 * and tests that exist with the words that are quoted. And every input of the catalogue has a test that is named by it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENT = readFileSync(join(ROOT, 'docs/threat-model.md'), 'utf8');

/** The numbers of the catalogue of hostile inputs. Its gaps are meant: numbers are names, and some were given up. */
const CATALOGUE = numbersIn(
  `1-13 15-22 24-25 27-37 39-40 42-43 45-49 51-57 59-62 64-69 71-74 76-82 84-88 90-93 95-98 100-105 107-110 112-119 121-123 125-133 135-143 145-147 149-156 158-162 164-166 168-172`,
);
/** Numbers without a test of their own, each with the reason. None at present. */
const WITHOUT_TEST: ReadonlyMap<number, string> = new Map();

interface Row {
  readonly vector: string;
  readonly boundary: string;
  readonly defence: string;
  readonly files: readonly string[];
  readonly tests: readonly Citation[];
  /** What of the last cell is no citation. */
  readonly rest: string;
}

interface Citation {
  readonly file: string;
  readonly titles: readonly string[];
}

/** `1, 3–5 7` as numbers. */
function numbersIn(text: string): readonly number[] {
  return [...text.matchAll(/(\d+)(?:[-–](\d+))?/g)].flatMap(([, from, to = from]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, at) => Number(from) + at),
  );
}

function cellsOf(line: string): readonly string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** The rows below a header with these words, of every such table. */
function tablesOf(markdown: string, header: readonly string[]): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  let isInside = false;
  for (const line of markdown.split('\n')) {
    const cells = cellsOf(line);
    if (!line.startsWith('|')) isInside = false;
    else if (cells.join() === header.join()) isInside = true;
    else if (isInside && !/^\|[-| ]+\|$/.test(line)) rows.push(cells);
  }
  return rows;
}

const CITATION = /`(test\/[\w./-]+\.ts)` ((?:“[^”]+”(?:, )?)+)/g;

function rowsOf(markdown: string): readonly Row[] {
  return tablesOf(markdown, ['vector', 'boundary', 'defence', 'file', 'test']).map((cells) => {
    const [vector = '', boundary = '', defence = '', files = '', tests = ''] = cells;
    return {
      vector,
      boundary,
      defence,
      files: files.split(', '),
      tests: [...tests.matchAll(CITATION)].map(([, file = '', titles = '']) => ({
        file,
        titles: [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title),
      })),
      rest: cells.length === 5 ? tests.replaceAll(CITATION, '').replaceAll(/[;\s]/g, '') : 'not five cells',
    };
  });
}

/** The text of a test without its comments: what is quoted must be a title, or a case that titles are made of. */
function codeOf(text: string): string {
  return text.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

/** What is wrong with one row. */
function mistakesOf({ vector, boundary, defence, files, tests, rest }: Row, boundaries: ReadonlySet<string>): string[] {
  const complaints: string[] = [];
  if (!boundaries.has(boundary)) complaints.push(`${vector}: the boundary "${boundary}" is not explained`);
  if (defence === '') complaints.push(`${vector}: no defence`);
  if (tests.length === 0 || rest !== '') complaints.push(`${vector}: what shows it is not readable: ${rest}`);
  for (const file of files)
    if (!/^(?:src|sandbox-runtime)\//.test(file) || !existsSync(join(ROOT, file)))
      complaints.push(`${vector}: there is no source ${file}`);
  for (const { file, titles } of tests) {
    const code = existsSync(join(ROOT, file)) ? codeOf(readFileSync(join(ROOT, file), 'utf8')) : undefined;
    if (code === undefined) complaints.push(`${vector}: there is no test ${file}`);
    else
      for (const title of titles)
        if (!code.includes(title)) complaints.push(`${vector}: ${file} has nothing like “${title}”`);
  }
  return complaints;
}

/** The numbers that titles begin with: `'33: …'`, `'33, 34: …'`, `'164 …'`, and `[116, 'a case', …]` for `'%i …'`. */
function numberedTitles(code: string): readonly number[] {
  const titles = /['"`](\d+(?:, \d+)*): |\(\s*['"`](\d+) (?=[a-z%])/g;
  const cases = /['"`]%i /.test(code) ? code.matchAll(/\[\s*(\d+),\s*['"`]/g) : [];
  return [...code.matchAll(titles), ...cases].flatMap(([, first, second]) => numbersIn(first ?? second ?? ''));
}

const BOUNDARIES = new Set(tablesOf(DOCUMENT, ['boundary', 'between']).map(([name = '']) => name));
const ROWS = rowsOf(DOCUMENT);

describe('the threat model', () => {
  it('cites sources and tests that are there, with the words that it quotes', () => {
    expect(ROWS.flatMap((row) => mistakesOf(row, BOUNDARIES))).toEqual([]);
  });

  it('has rows for each who attacks, and uses each boundary', () => {
    const sections = DOCUMENT.split(/^## /m).slice(1, -1);
    expect(sections.length).toBeGreaterThan(6);
    for (const section of sections) expect(rowsOf(section).length).toBeGreaterThan(5);
    expect(new Set(ROWS.map(({ boundary }) => boundary))).toEqual(BOUNDARIES);
  });

  it('has each vector once', () => {
    const vectors = ROWS.map(({ vector }) => vector);
    expect(vectors.filter((vector, at) => vectors.indexOf(vector) !== at)).toEqual([]);
  });

  it('has a row for each input of the catalogue', () => {
    const told = new Set(ROWS.flatMap(({ vector }) => numbersIn(/\(([\d–, ]+)\)$/.exec(vector)?.[1] ?? '')));
    expect(CATALOGUE.filter((number) => !told.has(number))).toEqual([]);
  });
});

describe('the catalogue of hostile inputs', () => {
  it('has a test for each input, named by its number, or a reason', () => {
    const files = readdirSync(join(ROOT, 'test/attack'), { recursive: true, encoding: 'utf8' });
    const tested = new Set(
      files
        .filter((file) => file.endsWith('.ts'))
        .flatMap((file) => numberedTitles(codeOf(readFileSync(join(ROOT, 'test/attack', file), 'utf8')))),
    );
    expect(CATALOGUE.filter((number) => !tested.has(number) && !WITHOUT_TEST.has(number))).toEqual([]);
    expect([...WITHOUT_TEST.keys()].filter((number) => tested.has(number))).toEqual([]);
  });
});

describe('the reader of the threat model', () => {
  const HEAD = '| vector | boundary | defence | file | test |\n|---|---|---|---|---|\n';
  const complaintsOf = (row: string) => rowsOf(HEAD + row).flatMap((each) => mistakesOf(each, new Set(['wire'])));
  const good = '| a (1) | wire | d | src/run/run.ts | `test/docs-links.test.ts` “the scanner of links” |';

  it('is content with what is there', () => {
    expect(complaintsOf(good)).toEqual([]);
  });

  it.each([
    ['a boundary that nobody explains', good.replace('wire', 'fence')],
    ['no defence', good.replace('| d |', '| |')],
    ['a source that is not there', good.replace('run.ts', 'ran.ts')],
    ['a test as its source', good.replace('src/run/run.ts', 'test/docs-links.test.ts')],
    ['a test that is not there', good.replace('docs-links.test', 'absent.test')],
    ['a title that is not there', good.replace('of links', 'of nothing')],
    ['a title that is a comment only', good.replace('the scanner of links', 'What is wrong with the links')],
    ['a test without a title', good.replace(/ “.*” /, ' ')],
    ['a row that breaks off', good.replace('| wire |', '|')],
  ])('finds %s', (_what, row) => {
    expect(complaintsOf(row)).not.toEqual([]);
  });

  it.each<[code: string, numbers: readonly number[]]>([
    ["it('33: a loop', …)", [33]],
    ["title: '47, 53: a result stays'", [47, 53]],
    ["it('164 with a Host %s', …)", [164]],
    ["[116, 'a file']])('%i is refused', …)", [116]],
    ["[116, 'a file']])('%s is refused', …)", []],
    ["['10 megabytes', '3', '7:1']", []],
  ])('reads the numbers of %s', (code, numbers) => {
    expect(numberedTitles(code)).toEqual(numbers);
  });
});
