/**
 * Where the commands write: results to stdout, all else to stderr. Made once by bin.ts; commands receive it, so that
 * a test can read what they wrote.
 */
import { text } from 'node:stream/consumers';
import { styleText } from 'node:util';

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';
export type Paint = (colour: Colour, text: string) => string;

export interface Terminal {
  /** To stdout: what was asked for, and nothing else. */
  print(text: string): void;
  /** To stderr: everything that a person wants to know besides. */
  tell(text: string): void;
  readStdin(): Promise<string>;
  /** Colours where both are a terminal and NO_COLOR is not set, so that no colour ends up in a file. */
  readonly paint: Paint;
}

/** Text as it is, for everything that is no terminal. */
export function plain(_colour: Colour, text: string): string {
  return text;
}

export function createTerminal(process: NodeJS.Process): Terminal {
  const isColoured = process.stdout.isTTY === true && process.stderr.isTTY === true && !process.env.NO_COLOR;
  // A reader that has seen enough (`codeloom types | head`) is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    tell: (line) => void process.stderr.write(`${line}\n`),
    readStdin: () => text(process.stdin),
    paint: isColoured ? (colour, line) => styleText(colour, line, { validateStream: false }) : plain,
  };
}
