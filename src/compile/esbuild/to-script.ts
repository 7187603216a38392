/**
 * Turns the ES module that esbuild wrote into a script whose completion value is a function without parameters that
 * runs the program and returns a promise of its result. Called by bundle.ts. The module's code stands in a function of
 * its own, so it sees no name of the wrapper, and `await` at its top level works.
 */

/** esbuild's last statement, whitespace minified: `export{a as default,b};`. */
const EXPORTS = /export\{([^{}'"`]*)\};\n?$/;
const DEFAULT = /(?:^|,)([^,\s]+) as default(?:,|$)/;
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
  const code = `${HEAD}${module.slice(0, exports.index)}\nreturn ${name}})(),globalThis.args))`;
  return { code, sourceMap: shiftLines(sourceMap) };
}

function shiftLines(sourceMap: string): string {
  const map = JSON.parse(sourceMap) as { readonly mappings: string };
  return JSON.stringify({ ...map, mappings: ';'.repeat(LINES_BEFORE) + map.mappings });
}
