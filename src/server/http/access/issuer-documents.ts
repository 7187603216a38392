/**
 * The two documents that an issuer publishes: about itself, and its keys. Fetched with a bound on size and time, and
 * from where they are said to be and nowhere else: a redirect is an answer like any other that is not the document.
 */
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../base/json.ts';
import { isLoopbackHost } from '../../../config/assemble-settings.ts';

const MAX_BYTES = 512 * 1024;

/** Throws an Error whose message is for the log. */
export async function fetchDocument(url: string, signal: AbortSignal): Promise<JsonObject> {
  const response = await fetch(url, { redirect: 'manual', signal, headers: { Accept: 'application/json' } });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the issuer answered with status ${response.status}`);
  }
  const document = parseJson(await readCapped(response));
  if (!isJsonObject(document)) throw new Error('what the issuer answered is no JSON object');
  return document;
}

async function readCapped(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`what the issuer answered has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Where the issuer says that its keys are, by RFC 8414 or else by OpenID Connect. */
export async function discoverKeysUrl(issuer: string, signal: AbortSignal): Promise<string> {
  const failures: string[] = [];
  for (const url of metadataUrls(issuer)) {
    const found = await fetchDocument(url, signal).catch((thrown: unknown) => {
      signal.throwIfAborted();
      failures.push(thrown instanceof Error ? thrown.message : 'unknown');
      return undefined;
    });
    if (found !== undefined) return keysUrlOf(found, issuer);
  }
  throw new Error(`the metadata of the issuer could not be read: ${[...new Set(failures)].join(', ')}`);
}

function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const [oauth, openId] = ['oauth-authorization-server', 'openid-configuration'];
  return [
    ...new Set([
      `${origin}/.well-known/${oauth}${path}`,
      `${origin}${path}/.well-known/${openId}`,
      `${origin}/.well-known/${openId}${path}`,
    ]),
  ];
}

/** Metadata of somebody else must not say where our keys are, nor may they come by a way that is less safe. */
function keysUrlOf({ issuer: said, jwks_uri: url }: Readonly<Record<string, Json>>, issuer: string): string {
  if (said !== issuer) throw new Error('the metadata is of another issuer than the one that is configured');
  if (typeof url !== 'string' || !URL.canParse(url)) throw new Error('the metadata of the issuer has no jwks_uri');
  const { protocol, hostname } = new URL(url);
  const isOwnMachine = protocol === 'http:' && isLoopbackHost(hostname) && isLoopbackHost(new URL(issuer).hostname);
  if (protocol !== 'https:' && !isOwnMachine) throw new Error('the jwks_uri of the issuer is not https');
  return url;
}
