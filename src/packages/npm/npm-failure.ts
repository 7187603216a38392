/**
 * What npm said, as one sentence for whoever declared the dependencies. Called by install.ts. npm's own words name
 * hosts, paths and commands to run, so none of them is passed on but the names of packages.
 */
import { Fault } from '../../base/fault.ts';
import { isJsonObject, parseJson } from '../../base/json.ts';
import { isPackageName } from '../dependencies.ts';

/** Codes after which the same may work later: of the network, of the registry's side, and of npm's own deadline. */
const UNREACHABLE =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONN\w*|E?TIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|EPROTO|E5\d\d|E429|ERR_SOCKET_TIMEOUT|FETCH_ERROR|EIDLETIMEOUT|ECONNECTIONTIMEOUT|ERESPONSETIMEOUT|\w*CERT\w*|UNABLE_TO_\w+)$/;
const MAX_RANGE_CHARS = 80;

export function toFault(printed: string): Fault {
  const { code, words } = read(printed);
  const cause = new Error(`npm: ${code} ${words}`);
  const refused = (message: string) => new Fault('DEPENDENCY_REFUSED', message, cause);
  const named = nameIn(words);
  const it = named === undefined ? 'A package of the tree' : `The package "${named}"`;
  if (UNREACHABLE.test(code)) {
    const message = 'The package registry cannot be reached, so the dependencies were not installed; try again later.';
    return new Fault('DEPENDENCY_UNAVAILABLE', message, cause);
  }
  if (code === 'E404') return refused(`${it} is not in the registry; check its name.`);
  if (code === 'ETARGET' || code === 'ENOVERSIONS') {
    const range = rangeIn(words);
    return refused(`${it} has no version that fits${range === undefined ? '' : ` "${range}"`}.`);
  }
  if (code === 'EINTEGRITY')
    return refused(`What the registry sent for ${lower(it)} is not what its hash says; nothing was installed.`);
  if (code.startsWith('TAR_') || code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR')
    return refused(`${it} comes in an archive that is damaged, or grows beyond all measure; nothing was installed.`);
  if (code.startsWith('EALLOW') || code === 'EUNSUPPORTEDPROTOCOL' || code === 'EINVALIDPACKAGENAME')
    return refused(`${it} does not come from the registry but from git, a URL, a folder or out of another package.`);
  if (code === 'ERESOLVE')
    return refused('The dependencies cannot be installed together: what they ask of each other as peers contradicts.');
  if (code === 'E401' || code === 'E403' || code === 'ENEEDAUTH')
    return refused(`The registry does not let this server have ${lower(it)}.`);
  if (code === 'ENOSPC')
    return new Fault('DEPENDENCY_UNAVAILABLE', 'The server has no room on its disk for the dependencies.', cause);
  const shown = /^\w{1,40}$/.test(code) ? ` (${code})` : '';
  return new Fault('DEPENDENCY_UNAVAILABLE', `npm could not install the dependencies${shown}.`, cause);
}

function read(printed: string): { readonly code: string; readonly words: string } {
  const start = printed.indexOf('{');
  const parsed = parseJson(start === -1 ? '' : printed.slice(start));
  const error = isJsonObject(parsed) && isJsonObject(parsed.error) ? parsed.error : {};
  const word = (value: unknown) => (typeof value === 'string' ? value : '');
  return { code: word(error.code), words: `${word(error.summary)}\n${word(error.detail)}` };
}

/** The first text in npm's words that stands where a name stands, and is one. */
function nameIn(words: string): string | undefined {
  const places = [
    /'((?:@[^/@']+\/)?[^@'/]+)@[^']*' (?:is not in|could not be found)/,
    /resource '((?:@[^/@']+\/)?[^@'/]+)@/,
    /No (?:matching )?versions? (?:found for|available for) ((?:@[^/@\s]+\/)?[^@\s]+?)(?:@|\s|\.$)/m,
    /Refusing to fetch "((?:@[^/@"]+\/)?[^@"/]+)@/,
    /\/((?:@|%40)?[a-z0-9._~-]+(?:(?:%2f|\/)[a-z0-9._~-]+)?)\/-\/[^/]+\.tgz/i,
  ];
  for (const place of places) {
    const name = place.exec(words)?.[1]?.replace(/%40/i, '@').replace(/%2f/i, '/');
    if (name !== undefined && isPackageName(name)) return name;
  }
  return undefined;
}

function rangeIn(words: string): string | undefined {
  const range = /No matching version found for (?:@[^/@\s]+\/)?[^@\s]+@(.{1,200}?)\.(?:\n|$)/.exec(words)?.[1];
  return range !== undefined && range.length <= MAX_RANGE_CHARS && /^[\w.^~<>=|*+ -]+$/.test(range) ? range : undefined;
}

function lower(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
