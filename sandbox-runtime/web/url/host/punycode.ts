/** Punycode (RFC 3492) for one label of a domain. Used by domain.ts. */
import {
  append,
  createList,
  floor,
  stringCharCodeAt,
  stringCodePointAt,
  stringFromCharCode,
  stringFromCodePoint,
  stringLastIndexOf,
  stringSlice,
} from '../../../guest/intrinsics.ts';

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const FIRST_BIAS = 72;
const FIRST_CODE = 128;
const MAX_CODE = 0x10ffff;
/** Longer labels are no domain anyway, and the cost grows with length squared. */
const MAX_LABEL = 1_000;

/** The label without its `xn--`; undefined where it is too long. */
export function encodePunycode(label: string): string | undefined {
  const codes = codePointsOf(label);
  if (codes.length > MAX_LABEL) return undefined;
  let out = '';
  for (let at = 0; at < codes.length; at++)
    if ((codes[at] ?? 0) < FIRST_CODE) out += stringFromCharCode(codes[at] ?? 0);
  const basic = out.length;
  if (basic > 0) out += '-';
  let next = FIRST_CODE;
  let delta = 0;
  let bias = FIRST_BIAS;
  for (let handled = basic; handled < codes.length; next++, delta++) {
    const code = smallestFrom(codes, next);
    delta += (code - next) * (handled + 1);
    next = code;
    for (let at = 0; at < codes.length; at++) {
      const current = codes[at] ?? 0;
      if (current < next) delta += 1;
      if (current !== next) continue;
      out += encodeDelta(delta, bias);
      bias = adapt(delta, handled + 1, handled === basic);
      delta = 0;
      handled += 1;
    }
  }
  return out;
}

/** What the part after `xn--` stands for; undefined where it stands for nothing. */
export function decodePunycode(text: string): string | undefined {
  if (text.length > MAX_LABEL) return undefined;
  const split = stringLastIndexOf(text, '-');
  let codes = codePointsOf(split > 0 ? stringSlice(text, 0, split) : '');
  let at = split > 0 ? split + 1 : 0;
  let next = FIRST_CODE;
  let index = 0;
  let bias = FIRST_BIAS;
  while (at < text.length) {
    const before = index;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = at < text.length ? digitOf(stringCharCodeAt(text, at++)) : -1;
      if (digit < 0) return undefined;
      index += digit * weight;
      const threshold = thresholdOf(k, bias);
      if (index > 0x7fffffff) return undefined;
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const count = codes.length + 1;
    bias = adapt(index - before, count, before === 0);
    next += floor(index / count);
    index %= count;
    if (next > MAX_CODE || (next >= 0xd800 && next <= 0xdfff)) return undefined;
    codes = insertAt(codes, index++, next);
  }
  let label = '';
  for (let each = 0; each < codes.length; each++) label += stringFromCodePoint(codes[each] ?? 0);
  return label;
}

function codePointsOf(text: string): number[] {
  const codes = createList<number>();
  for (let at = 0; at < text.length; ) {
    const code = stringCodePointAt(text, at) ?? 0;
    append(codes, code);
    at += code > 0xffff ? 2 : 1;
  }
  return codes;
}

function smallestFrom(codes: readonly number[], least: number): number {
  let smallest = MAX_CODE;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code >= least && code < smallest) smallest = code;
  }
  return smallest;
}

function insertAt(codes: readonly number[], index: number, code: number): number[] {
  const longer = createList<number>();
  for (let at = 0; at <= codes.length; at++) {
    if (at === index) append(longer, code);
    if (at < codes.length) append(longer, codes[at] ?? 0);
  }
  return longer;
}

function encodeDelta(delta: number, bias: number): string {
  let out = '';
  let rest = delta;
  for (let k = BASE; ; k += BASE) {
    const threshold = thresholdOf(k, bias);
    if (rest < threshold) return out + digitText(rest);
    out += digitText(threshold + ((rest - threshold) % (BASE - threshold)));
    rest = floor((rest - threshold) / (BASE - threshold));
  }
}

function thresholdOf(k: number, bias: number): number {
  return k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
}

function adapt(delta: number, count: number, isFirst: boolean): number {
  let rest = isFirst ? floor(delta / 700) : delta >> 1;
  rest += floor(rest / count);
  let k = 0;
  for (; rest > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) rest = floor(rest / (BASE - T_MIN));
  return k + floor(((BASE - T_MIN + 1) * rest) / (rest + 38));
}

function digitText(digit: number): string {
  return stringFromCharCode(digit < 26 ? digit + 97 : digit + 22);
}

function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 22;
  const letter = code | 32;
  return letter >= 97 && letter <= 122 ? letter - 97 : -1;
}
