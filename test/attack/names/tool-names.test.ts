/** E 91, 100: tools whose names mean something to the language, called from a program that is type-checked. */
import { expect, it } from 'vitest';
import { describeAttacked, scripted, UNABORTED } from '../fixtures/attacked.ts';

/** Names that every object, promise or serialiser looks for. */
const OF_OBJECTS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'catch',
  'toJSON',
  'valueOf',
  'finally',
  'inspect',
  '__defineGetter__',
  'length',
  'name',
];
/** Names that are no identifiers, or not everywhere. */
const OF_NO_LANGUAGE = [
  'class',
  'await',
  'eval',
  'arguments',
  'new',
  '1st',
  '42',
  'foo-bar',
  'a.b.c',
  'a b',
  '"]; throw 1; ["',
  "'",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the attack itself
  '`${process}`',
  '*/ } declare const pwned: 1; /*',
  '//',
  '\\u0041',
  'naïve',
  '😀',
  'ａｄｍｉｎ',
  '../../etc/passwd',
  '$',
  '_',
];
const NAMES = [...OF_OBJECTS, ...OF_NO_LANGUAGE];

describeAttacked('tools with hostile names', { upstreams: { names: scripted([...NAMES, 'then']) } }, (attacked) => {
  const checked = (code: string) => attacked.result(code, { typecheck: true });
  const identifierOf = async (name: string): Promise<string> => {
    const { servers } = await attacked.codeloom.upstreams.catalog(['names'], UNABORTED);
    return servers[0]?.tools.find((tool) => tool.name === name)?.identifier ?? 'missing';
  };

  it.each(NAMES)('91, 100: %j is called by its name and by its identifier, with what it was given', async (name) => {
    const call = (path: string) => checked(`const r: any = await ${path}({ given: 1 }); return [r.name, r.args]`);
    const identifier = await identifierOf(name);
    expect(identifier).toMatch(/^[A-Za-z_$][\w$]*$/);
    expect(await call(`mcp.names[${JSON.stringify(name)}]`)).toEqual([name, { given: 1 }]);
    expect(await call(`mcp.names.${identifier}`)).toEqual([name, { given: 1 }]);
  });

  it('91: then answers to its identifier only, so that a server may be awaited', async () => {
    const program = `const server = await mcp.names; const all = await mcp;
      return [server === mcp.names, all === mcp, typeof (server as any).then, ((await mcp.names.then_({})) as any).name]`;
    expect(await checked(program)).toEqual([true, true, 'undefined', 'then']);
    const refused = await attacked.run('return mcp.names["then"]({})', { typecheck: true });
    expect(refused.kind).toBe('type-error');
  });

  it('91: no name of every object leads to something that was not offered', async () => {
    const program = `const own = (o) => Reflect.ownKeys(o).length; const found = [];
      for (const key of ['__proto__', 'constructor', 'hasOwnProperty', '__lookupGetter__', 'isPrototypeOf'])
        found.push(key in mcp.honest, mcp.honest[key] === undefined, mcp[key] === undefined);
      return [found.every((each, at) => each === (at % 3 !== 0)), Object.getPrototypeOf(mcp), Object.getPrototypeOf(mcp.names), own(mcp.names) > 30]`;
    expect(await attacked.result(program, { servers: ['names', 'honest'] })).toEqual([true, null, null, true]);
  });

  it('100: the declarations of all of them compile, and none of them ends a comment or declares a thing', async () => {
    for (const word of ['pwned', 'process', 'require']) {
      const outcome = await attacked.run(`await mcp.names.class_({}); return ${word}`, { typecheck: true });
      expect(outcome).toMatchObject({ kind: 'type-error', diagnostics: [{ message: `Cannot find name '${word}'.` }] });
    }
    const declarations = await attacked.codeloom.declarations({ servers: ['names'], detail: 'full' }, UNABORTED);
    expect(declarations.isWellFormed()).toBe(true);
  });
});
