/**
 * Keeps secrets out of the audit trail: by the key that a value stands under, and by what secrets look like wherever they
 * stand. Bounded, whatever it is given. It errs towards leaving out, and it is no promise: a secret that looks like a word,
 * under a key that says nothing, is not recognised.
 */
import type { Json, JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';

export const REDACTED = '[redacted]';
const CUT = '[cut]';

const SECRET_KEY =
  /passw|passphrase|pwd|secret|token|credential|cookie|authori[sz]ation|bearer|signature|session|jwt|otp|apikey|accesskey|privatekey|signingkey|encryptionkey|connectionstring|^auth$|^key$|^pin$/;

/** What secrets look like, the most telling first. Each is bounded, so that no text takes long. */
const SECRET_PATTERNS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}/g,
  /(?<=\b(?:bearer|basic|digest|token) {1,4})[\w.~+/-]{8,}=*/gi,
  /\bsk-(?=[\w-]{0,200}\d)[\w-]{16,}/g,
  /\b(?:[rsp]k_(?:live|test)_\w{10,}|whsec_\w{16,}|shpat_\w{20,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,})/g,
  /\b(?:gh[opsur]_\w{20,}|github_pat_\w{20,}|npm_\w{30,}|hf_\w{20,}|pypi-[\w-]{50,})/g,
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{30,}/g,
  /\bya29\.[\w-]{20,}/g,
  /(?<=:\/\/)[^\s/@"']{1,200}(?=@)/g,
  /(?<=\b[\w-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)[\w-]{0,40}["']?(?: ?[=:] ?))(?:"[^"]*"?|'[^']*'?|[^\s&,;"'}\]]+)/gi,
];

/** Of a longer text the beginning is looked at, and the last of that is left out: a secret may have been cut in two. */
const LOOKED_AT_CHARS = 4_096;
const CUT_MARGIN_CHARS = 512;

/** The text without what looks like a secret, and not longer than so much. */
export function redactText(text: string, maxChars: number): string {
  const isLong = text.length > LOOKED_AT_CHARS;
  let clean = isLong ? text.slice(0, LOOKED_AT_CHARS) : text;
  for (const pattern of SECRET_PATTERNS) clean = clean.replaceAll(pattern, REDACTED);
  if (isLong) clean = clean.slice(0, -CUT_MARGIN_CHARS);
  return isLong || clean.length > maxChars ? `${clean.slice(0, maxChars)}${CUT}` : clean;
}

const MAX_DEPTH = 8;
const MAX_NODES = 256;
const MAX_TEXT_CHARS = 512;
const MAX_KEY_CHARS = 128;
const MAX_CHARS = 4_096;

/** The value without secrets, and no more of it than a line can hold. */
export function redactValue(value: unknown): Json {
  return walk(value, { nodes: MAX_NODES, chars: MAX_CHARS }, MAX_DEPTH);
}

interface Budget {
  nodes: number;
  chars: number;
}

function walk(value: unknown, budget: Budget, depth: number): Json {
  budget.nodes -= 1;
  if (budget.nodes < 0 || budget.chars <= 0) return CUT;
  if (typeof value === 'string') return spend(redactText(value, MAX_TEXT_CHARS), budget);
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object') return null;
  if (depth === 0) return CUT;
  return Array.isArray(value) ? walkList(value, budget, depth) : walkObject(value, budget, depth);
}

function walkList(list: readonly unknown[], budget: Budget, depth: number): Json {
  const kept: Json[] = [];
  for (const item of list) {
    kept.push(walk(item, budget, depth - 1));
    if (budget.nodes < 0 || budget.chars <= 0) break;
  }
  return kept;
}

function walkObject(object: object, budget: Budget, depth: number): JsonObject {
  const members: [string, Json][] = [];
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    const shown = spend(redactText(key, MAX_KEY_CHARS), budget);
    const member: unknown = isJsonObject(object) ? object[key] : undefined;
    members.push([shown, isSecretKey(key) ? REDACTED : walk(member, budget, depth - 1)]);
    if (budget.nodes < 0 || budget.chars <= 0) break;
  }
  return Object.fromEntries(members);
}

/** `API-Key`, `api_key` and `apiKey` are one. */
function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(
    key
      .slice(0, MAX_KEY_CHARS)
      .replaceAll(/[^a-z0-9]/gi, '')
      .toLowerCase(),
  );
}

function spend(text: string, budget: Budget): string {
  budget.chars -= text.length;
  return text;
}
