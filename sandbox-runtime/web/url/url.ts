/** URL, by the URL standard. Installed by install.ts. */
import { defineValue, stringToWellFormed, TypeErrorOf, toStringTagId } from '../../guest/intrinsics.ts';
import { clip, quoteSource } from '../../guest/values/text.ts';
import { parseUrl } from './parse-url.ts';
import { isSpecial, serializeHost, serializePath, serializeUrl, type UrlRecord } from './record.ts';
import { linkParams, URLSearchParams } from './search-params.ts';
import { type Part, setPart } from './set-part.ts';

const SHOWN_CHARS = 200;

/** A function and no method, so that programs have no way to it. */
let recordOf: (value: object) => UrlRecord | undefined;

export class URL {
  #record: UrlRecord;
  readonly #params = new URLSearchParams();

  static {
    recordOf = (value) => (#record in value ? value.#record : undefined);
  }

  constructor(url: unknown, base?: unknown) {
    this.#record = parseOrThrow(url, base);
    this.#linkParams();
  }

  static canParse(url: unknown, base?: unknown): boolean {
    return parse(url, base) !== undefined;
  }

  static parse(url: unknown, base?: unknown): URL | null {
    return parse(url, base) === undefined ? null : new URL(url, base);
  }

  get href(): string {
    return serializeUrl(this.#record);
  }

  set href(value: unknown) {
    this.#record = parseOrThrow(value, undefined);
    this.#linkParams();
  }

  /** `null` as text for what has no origin, files among them. */
  get origin(): string {
    const { scheme, path } = this.#record;
    if (scheme === 'blob') {
      const inner = parseUrl(typeof path === 'string' ? path : '', undefined);
      return inner?.scheme === 'http' || inner?.scheme === 'https'
        ? `${inner.scheme}://${serializeHost(inner)}`
        : 'null';
    }
    return isSpecial(scheme) && scheme !== 'file' ? `${scheme}://${serializeHost(this.#record)}` : 'null';
  }

  get protocol(): string {
    return `${this.#record.scheme}:`;
  }

  set protocol(value: unknown) {
    this.#set('protocol', value);
  }

  get username(): string {
    return this.#record.username;
  }

  set username(value: unknown) {
    this.#set('username', value);
  }

  get password(): string {
    return this.#record.password;
  }

  set password(value: unknown) {
    this.#set('password', value);
  }

  get host(): string {
    return serializeHost(this.#record);
  }

  set host(value: unknown) {
    this.#set('host', value);
  }

  get hostname(): string {
    return this.#record.host ?? '';
  }

  set hostname(value: unknown) {
    this.#set('hostname', value);
  }

  get port(): string {
    return this.#record.port === null ? '' : `${this.#record.port}`;
  }

  set port(value: unknown) {
    this.#set('port', value);
  }

  get pathname(): string {
    return serializePath(this.#record);
  }

  set pathname(value: unknown) {
    this.#set('pathname', value);
  }

  get search(): string {
    return this.#record.query ? `?${this.#record.query}` : '';
  }

  set search(value: unknown) {
    this.#set('search', value);
    this.#linkParams();
  }

  get searchParams(): URLSearchParams {
    return this.#params;
  }

  get hash(): string {
    return this.#record.fragment ? `#${this.#record.fragment}` : '';
  }

  set hash(value: unknown) {
    this.#set('hash', value);
  }

  toString(): string {
    return serializeUrl(this.#record);
  }

  toJSON(): string {
    return serializeUrl(this.#record);
  }

  #set(part: Part, value: unknown): void {
    setPart(this.#record, part, stringToWellFormed(`${value as string}`));
  }

  #linkParams(): void {
    linkParams(this.#params, this.#record.query ?? '', (query) => {
      this.#record.query = query === '' ? null : query;
    });
  }
}

defineValue(URL.prototype, toStringTagId, 'URL', false);

/** The text of a URL of ours, whatever a program did to its methods; undefined for anything else. */
export function urlText(value: object): string | undefined {
  const record = recordOf(value);
  return record === undefined ? undefined : serializeUrl(record);
}

function parse(url: unknown, base: unknown): UrlRecord | undefined {
  const baseRecord = base === undefined ? undefined : parseUrl(stringToWellFormed(`${base as string}`), undefined);
  if (base !== undefined && baseRecord === undefined) return undefined;
  return parseUrl(stringToWellFormed(`${url as string}`), baseRecord);
}

function parseOrThrow(url: unknown, base: unknown): UrlRecord {
  const record = parse(url, base);
  if (record !== undefined) return record;
  const on = base === undefined ? '' : ` on the base ${shown(base)}`;
  const error = new TypeErrorOf(`Invalid URL: ${shown(url)}${on}.`);
  defineValue(error, 'code', 'ERR_INVALID_URL');
  throw error;
}

function shown(value: unknown): string {
  return quoteSource(clip(`${value as string}`, SHOWN_CHARS));
}
