/**
 * The program's `console`. Made by boot.ts for each run; turns each call into one text and hands it to `write`. Keeps
 * nothing of what was written: the caps over all lines are the host's. Methods need no receiver, and never throw.
 */

import { inspectValue } from './display/inspect-value.ts';
import { renderTable } from './display/table.ts';
import { cap, formatLog } from './inspect.ts';
import {
  defineValue,
  ErrorOf,
  MapOf,
  mapDelete,
  mapGet,
  mapHas,
  mapSet,
  mapSize,
  min,
  numberToFixed,
  splitText,
  stringIncludes,
  stringRepeat,
  stringSlice,
  toStringTagId,
} from './intrinsics.ts';
import { clip, escapeControls, indentLines } from './values/text.ts';

export type ConsoleLevel = 'debug' | 'info' | 'log' | 'warn' | 'error';

/** Characters of one call's text, indentation and the note of a cut included. */
export const MAX_LINE_CHARS = 8 * 1024;
const MAX_SHOWN_GROUPS = 10;
const MAX_LABELS = 1_000;
const MAX_LABEL_CHARS = 100;

type Write = (level: ConsoleLevel, text: string) => void;
type Method = (...args: unknown[]) => void;

/** `now` in milliseconds, on whatever clock; only differences are used. */
export function createConsole(write: Write, now: () => number): object {
  const groups = createGroups(write);
  const { print } = groups;
  const logAt =
    (level: ConsoleLevel) =>
    (...args: unknown[]) =>
      print(level, formatLog(args, MAX_LINE_CHARS));
  const methods: Record<string, Method> = {
    debug: logAt('debug'),
    info: logAt('info'),
    log: logAt('log'),
    warn: logAt('warn'),
    error: logAt('error'),
    dirxml: logAt('log'),
    dir: (value) => print('log', escapeControls(inspectValue(value, MAX_LINE_CHARS))),
    table: (data, columns) => print('log', tableText(data, columns)),
    trace: (...args) => print('log', traceText(args)),
    assert: (condition, ...args) => {
      if (!condition) print('error', assertionText(args));
    },
    group: (...args) => groups.open(args),
    groupCollapsed: (...args) => groups.open(args),
    groupEnd: () => groups.close(),
    ...createTimes(print, now),
    ...createCounts(print),
  };
  return sealedLook(methods);
}

/** A plain object with the methods, whose names they carry. Writable, as everywhere: what a program patches is its own. */
function sealedLook(methods: Record<string, Method>): object {
  const console = {};
  for (const name in methods) {
    const method = methods[name] as Method;
    defineValue(method, 'name', name, false);
    defineValue(console, name, method);
  }
  defineValue(console, toStringTagId, 'console', false);
  return console;
}

function createGroups(write: Write): { print: Write; open: (args: readonly unknown[]) => void; close: () => void } {
  let depth = 0;
  const print: Write = (level, text) => {
    const indent = stringRepeat('  ', min(depth, MAX_SHOWN_GROUPS));
    write(level, cap(indent + indentLines(text, indent), MAX_LINE_CHARS));
  };
  return {
    print,
    open: (args) => {
      if (args.length > 0) print('log', formatLog(args, MAX_LINE_CHARS));
      depth += 1;
    },
    close: () => {
      if (depth > 0) depth -= 1;
    },
  };
}

function createTimes(print: Write, now: () => number): Record<'time' | 'timeLog' | 'timeEnd', Method> {
  const started = new MapOf<string, number>();
  const report = (name: string, args: readonly unknown[]): boolean => {
    const since = mapGet(started, name);
    if (since === undefined) print('warn', `There is no timer "${name}": call console.time first.`);
    else
      print(
        'log',
        `${name}: ${numberToFixed(now() - since, 2)} ms${args.length > 0 ? ` ${formatLog(args, MAX_LINE_CHARS)}` : ''}`,
      );
    return since !== undefined;
  };
  return {
    time: (label) => {
      const name = labelText(label);
      if (mapHas(started, name)) return print('warn', `The timer "${name}" is running already.`);
      if (mapSize(started) >= MAX_LABELS)
        return print('warn', `There are ${MAX_LABELS} timers already; "${name}" was not started.`);
      mapSet(started, name, now());
    },
    timeLog: (label, ...args) => void report(labelText(label), args),
    timeEnd: (label) => {
      const name = labelText(label);
      if (report(name, [])) mapDelete(started, name);
    },
  };
}

function createCounts(print: Write): Record<'count' | 'countReset', Method> {
  const counts = new MapOf<string, number>();
  return {
    count: (label) => {
      const name = labelText(label);
      const count = (mapGet(counts, name) ?? 0) + 1;
      if (count > 1 || mapSize(counts) < MAX_LABELS) mapSet(counts, name, count);
      print('log', `${name}: ${count}`);
    },
    countReset: (label) => {
      const name = labelText(label);
      if (!mapDelete(counts, name)) print('warn', `There is no count "${name}".`);
    },
  };
}

function labelText(label: unknown): string {
  if (label === undefined) return 'default';
  return escapeControls(
    clip(typeof label === 'string' ? label : inspectValue(label, MAX_LABEL_CHARS), MAX_LABEL_CHARS),
  );
}

function assertionText(args: readonly unknown[]): string {
  if (args.length === 0) return 'Assertion failed';
  const text = formatLog(args, MAX_LINE_CHARS);
  return typeof args[0] === 'string' ? `Assertion failed: ${text}` : `Assertion failed ${text}`;
}

/** A Proxy may refuse to be looked at; it is then shown as what it is. */
function tableText(data: unknown, columns: unknown): string {
  try {
    return renderTable(data, columns) ?? formatLog([data], MAX_LINE_CHARS);
  } catch {
    return formatLog([data], MAX_LINE_CHARS);
  }
}

/** The program's own frames below its words. How a stack looks is the program's to change, and its mistakes stay here. */
function traceText(args: readonly unknown[]): string {
  const text = formatLog(args, MAX_LINE_CHARS);
  const head = text === '' ? 'Trace' : `Trace: ${text}`;
  try {
    const stack: unknown = new ErrorOf('').stack;
    if (typeof stack !== 'string') return head;
    return head + escapeControls(framesOf(stringSlice(stack, 0, MAX_LINE_CHARS)));
  } catch {
    return head;
  }
}

/** The frames but those of the guest itself and of Node, about which nobody who reads them can do anything. */
function framesOf(stack: string): string {
  const lines = splitText(stack, '\n');
  let text = '';
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at] as string;
    if (!stringIncludes(line, 'guest.js:') && !stringIncludes(line, 'node:')) text += `\n${line}`;
  }
  return text;
}
