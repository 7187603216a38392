/**
 * Turns the ES module that esbuild wrote into a script whose completion value is a function without parameters that
 * runs the program and returns a promise of its result. Called by bundle.ts. The module's code stands in a function of
 * its own, so it sees no name of the wrapper, and `await` at its top level works.
 */

/** esbuild's last statement, whitespace minified: `export{a as default,b};`. */
const EXPORTS = /export\{([^{}'"`]*)\};\n?$/;
const DEFAULT = /(?:^|,)([^,\s]+) as default(?:,|$)/;
/** What esbuild puts in the place of `require`: a function also where there is none, which throws when it is called. */
const REQUIRE =
  /^((?:var __\w+=[^`]*?)?)(var __require=\(x=>typeof require!=="undefined"[^`\n]*? is not supported'\)\}\);)/;
/** Nothing where there is nothing, so that packages and programs that ask first are told the truth. */
const TRUE_REQUIRE = 'var __require=typeof require==="function"?require:undefined;';
const HEAD =
  '(async()=>(async(value,args)=>typeof value==="function"?value(args):value)(await(async()=>{"use strict";\n';
/** Where the module's first line ends up in the script; src/compile/locate-error.ts maps from there. */
const LINES_BEFORE = HEAD.split('\n').length - 1;

export interface Script {
  readonly code: string;
  readonly sourceMap: string;
}

/** Undefined where the module has no default export. */
export function toScript(module: string, sourceMap: string): Script | undefined {
  const exports = EXPORTS.exec(module);
  const name = DEFAULT.exec(exports?.[1] ?? '')?.[1];
  if (exports === null || name === undefined) return undefined;
  const body = module.slice(0, exports.index).replace(REQUIRE, trueRequire);
  const code = `${HEAD}${body}\nreturn ${name}})(),globalThis.args))`;
  return { code, sourceMap: shiftLines(sourceMap) };
}

/** As long as it was, so that the source map stays right. */
function trueRequire(_: string, before: string, shim: string): string {
  return before + TRUE_REQUIRE.padEnd(shim.length);
}

function shiftLines(sourceMap: string): string {
  const map = JSON.parse(sourceMap) as { readonly mappings: string };
  return JSON.stringify({ ...map, mappings: ';'.repeat(LINES_BEFORE) + map.mappings });
}
