/**
 * `codeloom tools [SERVER]`: the tools of each upstream, what was dropped and why, and which upstreams cannot be
 * reached and why. Connects to them in parallel; one that is dead does not hide the others.
 */
import type { CatalogServer } from '../../../base/tool.ts';
import type { Codeloom } from '../../../main.ts';
import { knownServers, listServers } from '../../../server/arguments/known-servers.ts';
import { safeText } from '../../../server/rendering/text.ts';
import type { Terminal } from '../../terminal.ts';
import { lookAtServers } from './look-at-servers.ts';

const DESCRIPTION_CHARS = 80;

/** Exit code 1 where an upstream could not be reached. */
export async function showTools(
  codeloom: Codeloom,
  server: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const all = codeloom.upstreams.names().map(({ name }) => name);
  const names = server === undefined ? all : knownServers([server], codeloom.upstreams);
  const looked = await lookAtServers(codeloom, names, signal);
  for (const found of looked) {
    if (found.kind === 'dead') terminal.print(`${safeText(found.name)}: not connected. ${safeText(found.reason)}`);
    else for (const line of serverLines(found.server)) terminal.print(line);
  }
  if (names.length === 0) terminal.tell(listServers(all));
  return looked.some(({ kind }) => kind === 'dead') ? 1 : 0;
}

function serverLines({ name, description, tools, dropped }: CatalogServer): readonly string[] {
  const count = `${tools.length} tool${tools.length === 1 ? '' : 's'}`;
  const about = description === undefined ? '' : `: ${shorten(description)}`;
  const width = Math.min(40, Math.max(0, ...tools.map((tool) => tool.name.length)));
  return [
    `${safeText(name)} (${count})${about}`,
    ...tools.map((tool) =>
      `  ${oneLine(tool.name).padEnd(width)}  ${shorten(tool.description ?? tool.title ?? '')}`.trimEnd(),
    ),
    ...dropped.map((tool) => `  ${shorten(tool.name)} was dropped: ${oneLine(tool.reason)}`),
  ];
}

function shorten(text: string): string {
  const line = oneLine(text);
  return line.length > DESCRIPTION_CHARS ? `${line.slice(0, DESCRIPTION_CHARS)}…` : line;
}

function oneLine(text: string): string {
  return safeText(text.slice(0, 2_000)).replaceAll(/\s+/g, ' ').trim();
}
