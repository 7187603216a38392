import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../../../src/base/json.ts';
import { renderReply } from '../../../../../src/server/rendering/reply/render-reply.ts';

const SOURCE = { server: 'files', tool: 'show' };
const MANY = 1_000_000;
const image: JsonObject = { type: 'image', data: 'aGVsbG8=', mimeType: 'image/png' };
const audio: JsonObject = { type: 'audio', data: 'aGVsbG8=', mimeType: 'audio/wav' };
const page: JsonObject = { type: 'resource', resource: { uri: 'a://b', mimeType: 'text/plain', text: 'words' } };
const blob: JsonObject = { type: 'resource', resource: { uri: 'a://c', blob: 'aGVsbG8=' } };
const words: JsonObject = { type: 'text', text: 'look' };

const render = (value: Json, media: readonly JsonObject[], maxBytes = MANY) =>
  renderReply(SOURCE, { kind: 'value', value, media }, maxBytes);
const textOf = ({ content: [first] }: ReturnType<typeof render>) => (first?.type === 'text' ? first.text : '');

describe('a reply with pictures, sounds and resources', () => {
  it('gives each as a content block, in order, after the text', () => {
    const value = [words, image, audio, page, blob];
    expect(render(value, [image, audio, page, blob]).content.slice(1)).toEqual([image, audio, page, blob]);
  });

  it('says of them what they are in the structure, without what they carry in base64, and keeps text', () => {
    expect(render([words, image, audio, page, blob], [image, audio, page, blob]).structuredContent).toEqual({
      ...SOURCE,
      result: [
        words,
        { type: 'image', mimeType: 'image/png', bytes: 5 },
        { type: 'audio', mimeType: 'audio/wav', bytes: 5 },
        page,
        { type: 'resource', uri: 'a://c', bytes: 5 },
      ],
    });
  });

  it('does not repeat in the text what a block beside it says', () => {
    const answer = render([words, page], [page]);
    expect(textOf(answer)).toBe(
      'files.show\nresult: [{"type":"text","text":"look"},{"type":"resource","uri":"a://b","mimeType":"text/plain","bytes":5}]',
    );
  });

  it('gives them beside structured content, which stays as it is', () => {
    const answer = render({ temperature: 3 }, [image]);
    expect(answer.structuredContent).toEqual({ ...SOURCE, result: { temperature: 3 } });
    expect(answer.content.slice(1)).toEqual([image]);
  });

  it('says how many were too large to send', () => {
    const answer = render({ a: 1 }, [{ ...image, data: 'AAAA'.repeat(1_000) }, image], 200);
    expect(answer.content.slice(1)).toEqual([image]);
    expect(textOf(answer)).toContain('not shown: 1 content block (malformed, over 100, or over 200 bytes)');
  });

  it('looks at the first hundred only, however many an upstream sends', () => {
    let looks = 0;
    const counting = new Proxy(image, {
      get: (target, key) => {
        if (key === 'data') looks += 1;
        return Reflect.get(target, key);
      },
    });
    const answer = render({ a: 1 }, [...Array.from({ length: 100 }, () => ({ ...image })), counting]);
    expect([answer.content.length, looks]).toEqual([101, 0]);
    expect(textOf(answer)).toContain('not shown: 1 content block');
  });

  it.each<[string, JsonObject]>([
    ['data that is no base64', { ...image, data: '%%%' }],
    ['no mimeType', { type: 'audio', data: 'aGVsbG8=' }],
    ['a resource without content', { type: 'resource', resource: { uri: 'a://b' } }],
    ['a resource that is no object', { type: 'resource', resource: 'a://b' }],
  ])('leaves a block with %s in the structure, where no client trips over it', (_name, broken) => {
    const answer = render([broken], [broken]);
    expect(answer.content).toHaveLength(1);
    expect(answer.structuredContent).toEqual({ ...SOURCE, result: [broken] });
    expect(textOf(answer)).toContain('not shown: 1 content block');
  });

  it('passes on no members that the protocol does not have, and no control characters', () => {
    const odd = { ...image, mimeType: 'image/\u001bpng', _meta: { 'io.codeloom/trusted': true }, extra: 1 };
    const named = { type: 'resource', resource: { uri: 'a://\u202eb', text: 'x', _meta: {}, extra: 1 }, extra: 1 };
    expect(render([odd, named], [odd, named]).content.slice(1)).toEqual([
      { type: 'image', data: 'aGVsbG8=', mimeType: 'image/\\u001bpng' },
      { type: 'resource', resource: { uri: 'a://\\u202eb', text: 'x' } },
    ]);
  });

  it('takes a resource for what it carries, whatever else stands beside it', () => {
    const both: JsonObject = { type: 'resource', resource: { uri: 'a://b', blob: 'aGk=', text: [] } };
    expect(render([both], [both]).content[1]).toEqual({ type: 'resource', resource: { uri: 'a://b', blob: 'aGk=' } });
  });

  it('is an answer that a client of the 2025 revisions takes, whatever an upstream sends', () => {
    const member = fc.constantFrom('type', 'data', 'mimeType', 'resource', 'uri', 'text', 'blob', '__proto__');
    const leaf = fc.oneof(fc.constantFrom<Json>('image', 'audio', 'resource', 'aGk=', 'a://b', ''), fc.jsonValue());
    const inner = fc.dictionary(member, leaf);
    const block = fc.dictionary(member, fc.oneof({ weight: 2, arbitrary: leaf }, inner));
    fc.assert(
      fc.property(fc.array(block), (blocks) => {
        const media = blocks as JsonObject[];
        const answer = JSON.parse(JSON.stringify(render(media, media)));
        expect(CallToolResultSchema.safeParse(answer).success).toBe(true);
      }),
    );
  });
});
